"""What this room keeps of people, for the register of personal data (workers.privacy.register)."""

from django.utils.translation import gettext_lazy as _

from workers.privacy.of_workers import SWEEPS, erase, forget, parts
from workers.privacy.register import UNTIL_ASKED, Entry, Kept, Reader, Room, after_leaving, room_register
from workers.privacy.texts import TRANSFER
from workers.services.transfers import sent_records_recall
from workers.signals import consent_withdrawn

WITH_EMPLOYEE = Kept(after_leaving(_("{months} months after leaving; then the row points at nobody")), "employees_gone")
WITH_CONTACT = Kept(_("until it is undone; of strangers 12 months after they stopped following"), "strangers_gone")
UNTIL_TAKEN_BACK = Kept(
    _("until the employee takes it back, a binding of theirs is undone, or they leave"), "self_descriptions_gone"
)
THREE_YEARS = Kept(_("3 years, as proof of what was agreed and answered"), "proofs_gone")
HR = (Reader.SELF, Reader.PEOPLE, Reader.LEADER)
PERSONAL = (Reader.SELF, Reader.PERSONAL)

_EMPLOYEE = (
    Entry(
        "workers.Worker",
        "employee_number name name_pinyin",
        _("Name and employee number"),
        _("to know who somebody is, and to find them"),
        WITH_EMPLOYEE,
        HR,
    ),
    Entry(
        "workers.Worker",
        "department position is_line_manager shift hired_on left_on",
        _("Place of work, job, shift, hire and leave date"),
        _("to send what fits the work, at the right hour, and to see what each line has learned"),
        WITH_EMPLOYEE,
        HR,
    ),
    Entry(
        "workers.Worker",
        "birth_date",
        _("Birth date"),
        _("to protect employees of 16 and 17, as the law asks; lessons for young people"),
        WITH_EMPLOYEE,
        PERSONAL,
    ),
    Entry(
        "workers.Worker",
        "gender",
        _("Gender"),
        _("lessons on health that fit"),
        WITH_EMPLOYEE,
        PERSONAL,
    ),
    Entry(
        "workers.Worker",
        "education home_region",
        _("Education and home region"),
        _("lessons that fit; never shown to colleagues"),
        WITH_EMPLOYEE,
        PERSONAL,
    ),
    Entry(
        "workers.Worker",
        "phone id_last_four",
        _("Phone, last four of the ID card"),
        _("to prove, when binding, that a phone belongs to this employee"),
        WITH_EMPLOYEE,
        PERSONAL,
    ),
    Entry(
        "workers.Worker",
        "erased_on",
        _("Day of erasure"),
        _("to know that a row points at nobody any more"),
        WITH_EMPLOYEE,
        (Reader.PEOPLE,),
    ),
)
_PHONE = (
    Entry(
        "workers.Contact",
        "worker channel address is_reachable bound_at private_since",
        _("Link between a WeChat and an employee"),
        _("to recognise an employee in WeChat and to send them what is theirs"),
        WITH_CONTACT,
        (Reader.SELF, Reader.PEOPLE),
    ),
    Entry(
        "workers.Contact",
        "source tags",
        _("How somebody came, and their WeChat tags"),
        _("to know which posters work, and to send by groups"),
        WITH_CONTACT,
        (Reader.CHANNEL,),
    ),
    Entry(
        "workers.WorkerSession",
        "contact token_hash expires_at",
        _("Signed-in phones"),
        _("to stay recognised on this phone"),
        Kept(_("180 days"), "sessions_gone"),
        (Reader.NOBODY,),
    ),
    Entry(
        "workers.BindAttempt",
        "contact employee_number succeeded attempted_at",
        _("Tries to bind"),
        _("so that nobody guesses their way into somebody else's record"),
        Kept(_("30 days"), "attempts_gone"),
        (Reader.PEOPLE,),
    ),
    Entry(
        "workers.BindCode",
        "worker code_hash printed_at expires_at used_at slip_only",
        _("Codes on printed slips"),
        _("the printed slip that binds once"),
        Kept(_("30 days after it expires"), "codes_gone"),
        (Reader.NOBODY,),
    ),
)
_SAID = (
    Entry(
        "workers.SelfDescription",
        "worker is_parent is_young is_line_manager has_child_elsewhere",
        _("What employees say of themselves"),
        _("lessons and notices that fit the employee's own life, by consent"),
        UNTIL_TAKEN_BACK,
        (Reader.SELF, Reader.COUNTS),
    ),
    Entry(
        "workers.Child",
        "description born_from born_to",
        _("What employees say of their children"),
        _("lessons that fit the age of the child, by consent"),
        UNTIL_TAKEN_BACK,
        (Reader.SELF, Reader.COUNTS),
    ),
)
_TOLD = (
    Entry(
        "workers.WorkerMessage",
        "worker broadcast kind urgency values dedupe_key state attempts not_before claimed_at sent_at refusal_code",
        _("Messages to employees"),
        _("to send each message once, and to see what did not arrive"),
        Kept(_("12 months"), "messages_gone"),
        (Reader.SELF, Reader.PEOPLE),
    ),
    Entry(
        "workers.Consent",
        "worker purpose text_version given_at withdrawn_at",
        _("Consents"),
        _("proof of what somebody agreed to, in which words"),
        THREE_YEARS,
        (Reader.SELF,),
    ),
    Entry(
        "workers.PrivacyRequest",
        "worker kind state due_on done_at done_by reason words",
        _("Requests on own data"),
        _("to answer in time, and to prove it"),
        THREE_YEARS,
        (Reader.SELF, Reader.PERSONAL),
    ),
    Entry(
        "workers.SentRecord",
        "worker factory_name code_hash expires_on",
        _("Records on their way to another factory"),
        _("so that a record on its way to another factory can be taken back"),
        Kept(_("30 days"), "sent_records_gone"),
        (Reader.SELF,),
    ),
)
_WORK_OF_HR = (
    Entry(
        "workers.RosterImport",
        "uuid by file_name content state row_count rows_done report leaver_ids",
        _("Roster files"),
        _("to check an Excel file before it is saved"),
        Kept(_("file and names one day; who, when and how many for good"), "imports_gone"),
        (Reader.PEOPLE,),
    ),
    Entry(
        "workers.Colleague",
        "user worker contact",
        _("Which colleague is which employee"),
        _("so that a line leader sees their own line, and can sign in with their own phone"),
        Kept(_("as long as the account")),
        (Reader.OWNER,),
    ),
    Entry(
        "workers.Department",
        "leader",
        _("Leader of a line"),
        _("to know who leads a line"),
        Kept(_("until somebody else leads it")),
        (Reader.PEOPLE,),
    ),
    Entry(
        "workers.ApiToken",
        "created_by taken_over_by",
        _("Who made an API token"),
        _("to know who let a program in"),
        Kept(_("as long as the token")),
        (Reader.OWNER,),
    ),
    Entry(
        "workers.ApiReceipt",
        "token key request_hash status body",
        _("Answers given to programs"),
        _("so that a program that asks twice changes nothing twice"),
        Kept(_("7 days"), "receipts_gone"),
        (Reader.NOBODY,),
    ),
)
_FOR_WORKER = (
    (
        _("Your name, number, gender, department, job, shift, and the day you were hired"),
        _("from the factory's list, to send you what fits. HR and your line leader see it; your gender only HR."),
        after_leaving(_("until {months} months after you have left")),
    ),
    (
        _("Your birth date, phone, last four of your ID card, education, home region"),
        _("to protect young workers and to prove that this phone is yours. Only few people in HR see it."),
        after_leaving(_("until {months} months after you have left")),
    ),
    (
        _("What you say of yourself and your family"),
        _("so that lessons fit your life. Nobody in the factory sees it, only about how many people said it."),
        _("until you take it back"),
    ),
    (
        _("Your phone's link with this factory"),
        _("to know you in WeChat without a password."),
        _("until it is undone"),
    ),
    (_("Messages sent to you"), _("to send each of them once."), _("12 months")),
)
_FOR_MEMBER = (
    (
        _("The name you gave yourself, and a number that we made for it"),
        _("to greet you and to keep your record. CCR CSR sees it, no factory does."),
        UNTIL_ASKED,
    ),
    (
        _("What you say of yourself and your family"),
        _("so that lessons fit your life. CCR CSR sees only about how many people said it, never who."),
        _("until you take it back"),
    ),
    (_("The link between this WeChat and your record"), _("to know you in WeChat without a password."), UNTIL_ASKED),
    (_("Messages sent to you"), _("to send each of them once."), _("12 months")),
)


def transfers_recall(*, worker, purpose: str, **kwargs) -> None:
    """Whoever takes the consent back takes the record back that waits."""
    if purpose == TRANSFER:
        sent_records_recall(worker=worker)


consent_withdrawn.connect(transfers_recall, dispatch_uid="workers_transfers")
room_register(
    Room(
        name="workers",
        entries=(*_EMPLOYEE, *_PHONE, *_SAID, *_TOLD, *_WORK_OF_HR),
        impersonal={
            "workers.Department": "parent kind name path merged_into closed_on",
            "workers.ApiToken": "name prefix token_hash scopes expires_at last_used_at revoked_at",
        },
        for_worker=_FOR_WORKER,
        for_member=_FOR_MEMBER,
        parts=parts,
        erase=erase,
        sweeps=SWEEPS,
        forget=forget,
    )
)
