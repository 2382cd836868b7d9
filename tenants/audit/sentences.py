"""What the actions of the audit trail are called, in one table: key -> group, sentence.

A sentence may name %(thing)s (what sort of row; %(things)s of several), %(which)s (its name), %(fields)s, and any fact of its
entry. A key that is missing here is shown as it is.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

from tenants.words import listed

SEEN, TAKEN, CHANGED, RIGHTS, SUPPORT = "seen", "taken", "changed", "rights", "support"
GROUPS = {
    SEEN: pgettext_lazy("audit trail", "looked at"),
    TAKEN: pgettext_lazy("audit trail", "taken out"),
    CHANGED: pgettext_lazy("audit trail", "changed"),
    RIGHTS: pgettext_lazy("audit trail", "rights and signing in"),
    SUPPORT: pgettext_lazy("audit trail", "support from CCR CSR"),
}
SENTENCES = {
    "people_listed": (
        SEEN,
        ngettext_lazy("looked through %(things)s: %(count)s row", "looked through %(things)s: %(count)s rows", "count"),
    ),
    "person_seen": (SEEN, _("opened %(thing)s “%(which)s”")),
    "history_seen": (SEEN, _("opened the history of %(thing)s “%(which)s”")),
    "workers_exported": (
        TAKEN,
        ngettext_lazy("exported employees: %(count)s row", "exported employees: %(count)s rows", "count"),
    ),
    "roster_failed_rows": (
        TAKEN,
        ngettext_lazy(
            "downloaded the failed rows of “%(file)s”: %(rows)s row",
            "downloaded the failed rows of “%(file)s”: %(rows)s rows",
            "rows",
        ),
    ),
    "roster_changes_taken": (TAKEN, _("downloaded what the roster “%(file)s” would change")),
    "worker_copied": (TAKEN, _("made a copy of all of an employee's data")),
    "own_copy_read": (TAKEN, _("read the copy of their own data")),
    "list_exported": (
        TAKEN,
        ngettext_lazy("exported %(things)s: %(rows)s row", "exported %(things)s: %(rows)s rows", "rows"),
    ),
    "binding_progress_exported": (
        TAKEN,
        ngettext_lazy(
            "exported how far binding has got: %(rows)s row", "exported how far binding has got: %(rows)s rows", "rows"
        ),
    ),
    "slips_printed": (TAKEN, _("printed binding slips: %(count)s")),
    "privacy_request_answered": (TAKEN, _("answered a request of an employee about their own data")),
    "privacy_request_refused": (TAKEN, _("refused a request of an employee about their own data")),
    "record_sent": (TAKEN, _("took a learning record to factory %(to)s")),
    "record_taken_in": (CHANGED, _("brought a learning record from another factory")),
    "worker_erased": (CHANGED, _("erased the data of an employee")),
    "retention_swept": (CHANGED, _("erased what was kept long enough")),
    "roster_imported": (CHANGED, _("imported the roster “%(file)s”")),
    "roster_of_another_save": (CHANGED, _("saved the roster “%(file)s” that %(of)s had uploaded")),
    "roster_of_another_retry": (CHANGED, _("had the roster “%(file)s” that %(of)s had uploaded checked again")),
    "roster_of_another_give_up": (CHANGED, _("discarded the roster “%(file)s” that %(of)s had uploaded")),
    "roster_sent": (CHANGED, _("sent employees: %(created)s new, %(changed)s changed")),
    "phone_bound": (CHANGED, _("bound a phone")),
    "phone_unbound": (CHANGED, _("undid the binding of a phone")),
    "binding_unlocked": (
        CHANGED,
        ngettext_lazy(
            "lifted the lock of an employee number after %(tries)s wrong try to bind",
            "lifted the lock of an employee number after %(tries)s wrong tries to bind",
            "tries",
        ),
    ),
    "binding_rules_changed": (CHANGED, _("changed the binding rules")),
    "workers_put_in_shift": (CHANGED, _("put employees into shift “%(which)s”")),
    "worker_left": (CHANGED, _("entered that an employee has left")),
    "workers_left": (
        CHANGED,
        ngettext_lazy(
            "entered that %(count)s employee has left", "entered that %(count)s employees have left", "count"
        ),
    ),
    "workers_returned": (
        CHANGED,
        ngettext_lazy(
            "entered that %(count)s employee works here again",
            "entered that %(count)s employees work here again",
            "count",
        ),
    ),
    "department_created": (CHANGED, _("added department “%(which)s”")),
    "department_changed": (CHANGED, _("changed department “%(which)s”: %(fields)s")),
    "department_merged": (CHANGED, _("merged department “%(which)s” into another")),
    "announcement_sent": (CHANGED, _("sent notice “%(which)s”")),
    "announcement_planned": (CHANGED, _("planned notice “%(which)s” for %(moment)s")),
    "announcement_taken_back": (CHANGED, _("took back the plan to send notice “%(which)s”")),
    "added": (CHANGED, _("added %(thing)s “%(which)s”")),
    "changed": (CHANGED, _("changed %(thing)s “%(which)s”: %(fields)s")),
    "deleted": (CHANGED, _("deleted %(thing)s “%(which)s”")),
    "deleted_rows": (
        CHANGED,
        ngettext_lazy("deleted %(things)s: %(count)s row", "deleted %(things)s: %(count)s rows", "count"),
    ),
    "roles_changed": (RIGHTS, _("changed the roles of “%(which)s”: given %(given)s, taken %(taken)s")),
    "role_switched_on": (RIGHTS, _("switched on role %(role)s")),
    "role_switched_off": (RIGHTS, _("switched off role %(role)s")),
    "access_changed": (RIGHTS, _("changed whether “%(which)s” may sign in")),
    "wait_lifted": (RIGHTS, _("let “%(which)s” try to sign in again at once")),
    "api_token_created": (RIGHTS, _("made API key “%(which)s”")),
    "api_token_taken_over": (RIGHTS, _("took API key “%(which)s” over from %(of)s and answers for it")),
    "api_token_revoked": (RIGHTS, _("revoked API key “%(which)s”")),
    "phone_linked": (RIGHTS, _("linked their WeChat for signing in")),
    "phone_forgotten": (RIGHTS, _("unlinked their WeChat")),
    "password_changed": (RIGHTS, _("changed their password")),
    "second_factor_failed": (RIGHTS, _("failed the second step of signing in")),
    "sign_in_failed": (RIGHTS, _("entered a wrong password, from address %(address)s")),
    "sign_in_waits": (
        RIGHTS,
        ngettext_lazy(
            "%(count)s wrong password, from address %(address)s: signing in must wait",
            "%(count)s wrong passwords in a row, from address %(address)s: signing in must wait",
            "count",
        ),
    ),
    "signed_in": (RIGHTS, pgettext_lazy("audit trail", "signed in")),
    "sign_in_refused": (RIGHTS, _("refused a sign-in on their phone")),
    "sign_ins_ended": (RIGHTS, _("ended sign-ins of “%(which)s”")),
    "second_factor_set": (RIGHTS, _("set up a second factor")),
    "second_factor_reset": (RIGHTS, _("took away the second factor of “%(which)s”")),
    "recovery_codes_made": (RIGHTS, _("made recovery codes")),
    "colleague_invited": (RIGHTS, _("invited a colleague: %(roles)s")),
    "invitation_accepted": (RIGHTS, _("accepted an invitation: %(roles)s")),
    "superuser_made": (RIGHTS, _("made account “%(which)s”, which may do everything, on the server")),
    "owner_rescued": (
        RIGHTS,
        _(
            "made a link for a further owner, on the server (as %(server_user)s): %(staff)s of CCR CSR, because: %(reason)s;"
            " though owners had signed in lately: %(forced)s"
        ),
    ),
    "first_owner_link_made": (RIGHTS, _("made the first owner's link anew, at CCR CSR: %(staff)s")),
    "invitation_withdrawn": (RIGHTS, _("took back an invitation")),
    "password_reset_sent": (RIGHTS, _("sent “%(which)s” a link for a new password")),
    "password_reset": (RIGHTS, _("set a new password by a link")),
    "support_granted": (
        SUPPORT,
        ngettext_lazy(
            "let support in as %(role)s for %(hours)s hour", "let support in as %(role)s for %(hours)s hours", "hours"
        ),
    ),
    "support_entered": (SUPPORT, _("support came in: %(staff)s, at %(factory)s")),
    "support_left": (SUPPORT, _("support left: %(staff)s, at %(factory)s")),
    "support_looked": (SUPPORT, _("looked at the page %(path)s")),
    "support_ended": (SUPPORT, _("the support access at %(factory)s has ended")),
}

FACTS = {  # what the facts of an entry are called, where their key is no word
    "address": pgettext_lazy("fact of an entry", "address"),
    "count": pgettext_lazy("fact of an entry", "how many"),
    "rows": pgettext_lazy("fact of an entry", "rows"),
    "fields": pgettext_lazy("fact of an entry", "fields"),
    "file": pgettext_lazy("fact of an entry", "file"),
    "filter": pgettext_lazy("fact of an entry", "filtered by"),
    "list": pgettext_lazy("fact of an entry", "list"),
    "reason": pgettext_lazy("fact of an entry", "reason"),
    "role": pgettext_lazy("fact of an entry", "role"),
    "roles": pgettext_lazy("fact of an entry", "roles"),
    "given": pgettext_lazy("fact of an entry", "roles given"),
    "taken": pgettext_lazy("fact of an entry", "roles taken"),
    "staff": pgettext_lazy("fact of an entry", "staff of CCR CSR"),
    "factory": pgettext_lazy("fact of an entry", "at the factory"),
    "hours": pgettext_lazy("fact of an entry", "hours"),
    "path": pgettext_lazy("fact of an entry", "page"),
    "created": pgettext_lazy("fact of an entry", "added"),
    "changed": pgettext_lazy("fact of an entry", "changed"),
    "tries": pgettext_lazy("fact of an entry", "tries"),
    "moment": pgettext_lazy("fact of an entry", "for when"),
}


class _Unknown(int):
    """A fact that an entry lacks, a number too."""

    def __str__(self) -> str:
        return "–"


class _Facts(dict):
    def __missing__(self, key: str) -> _Unknown:
        return _Unknown()


def sentence(action: str, facts: Mapping[str, Any]) -> str:
    """What was done, in the reader's language. facts: the entry's own, with thing, which and fields among them."""
    if action not in SENTENCES:
        return capfirst(action.replace("_", " "))
    shown = {name: _joined(value) for name, value in facts.items()}
    return str(SENTENCES[action][1] % _Facts(shown))


def _joined(value: Any) -> str | int:
    if isinstance(value, list):
        return listed(value)
    return _Unknown() if value is None else value if isinstance(value, int) else str(value)
