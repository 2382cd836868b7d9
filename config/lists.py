"""What each list of the two admins is for and what to do first, said where it has no row yet."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tenants.enrolment import by_enrolment
from tenants.lists import Hint
from wechat.services.accounts import account_active
from workers.models import Contact
from workers.scope import rows_in_scope


def _is_connected(request: HttpRequest) -> bool:
    return account_active() is not None


def _is_somebody_bound(request: HttpRequest) -> bool:
    """Of those whose learning the reader sees."""
    return rows_in_scope(Contact.objects.exclude(worker=None), user=request.user).exists()


CONNECT = _("Connect the official account"), "admin:wechat_account_changelist", "wechat.change_account"
POSTERS = _("Print a poster"), "admin:wechat_scene_changelist", "wechat.view_scene"
NOTICE = _("Write a notice"), "admin:announcements_announcement_add", "announcements.add_announcement"

HINTS = {
    "workers.worker": Hint(
        _("Everybody who works here. Bring them in with the Excel file of your payroll system: it takes ten minutes."),
        _("Import the roster"),
        "admin:workers_worker_import",
        "workers.import_roster",
        where_open=Hint(
            _(
                "Everybody who has joined. They do it themselves in WeChat: share a poster, and whoever scans it can join."
            ),
            _("To the posters"),
            "admin:wechat_scene_changelist",
            "wechat.view_scene",
        ),
    ),
    "workers.rosterimport": Hint(
        _("Every roster file that somebody uploads stands here, with what it changed and what was wrong with it."),
        _("Import the roster"),
        "admin:workers_rosterimport_add",
        "workers.import_roster",
    ),
    "workers.department": Hint(
        _("Workshops and lines, as a tree. An imported roster makes them; or add the uppermost one first.")
    ),
    "workers.shift": Hint(
        _(
            "When people work: a calendar for each shift, and notices to everybody of a shift. Add the day shift first; or an "
            "imported roster does."
        )
    ),
    "workers.audience": Hint(
        _(
            "Groups that you write to again and again, such as parents or new employees. Make one and see how many it has."
        )
    ),
    "workers.bindingpolicy": Hint(_("What somebody has to know to bind a phone to an employee.")),
    "workers.privacyrequest": Hint(
        _(
            "Employees may ask for a copy of their data or for its erasure. Nobody has asked; when somebody does, it is here."
        ),
        where_open=Hint(
            _(
                "Learners may ask for a copy of their data or for its erasure. Nobody has asked; when somebody does, it is here."
            )
        ),
    ),
    "workers.consent": Hint(_("What employees have agreed to, and when. It fills by itself.")),
    "workers.apitoken": Hint(_("Keys for programs that keep the roster up to date. Make one for each program.")),
    "workers.workermessage": Hint(
        by_enrolment(
            _("Every message to an employee, and whether it has arrived. It fills when you send a notice."),
            _("Every message to a learner, and whether it has arrived. It fills when you send a notice."),
        ),
        *NOTICE,
    ),
    "progress.lessonprogress": Hint(
        _("Who has opened and completed which lesson. It fills as soon as employees follow the account and bind."),
        *POSTERS,
        is_past=_is_somebody_bound,
        then=Hint(
            _(
                "Who has opened and completed which lesson. People are bound, but nobody has opened a lesson that is tracked by "
                "name."
            ),
            *NOTICE,
            advice=_("Tell them in a notice where to begin."),
        ),
        where_open=Hint(
            _(
                "Who has opened and completed which lesson. It fills as soon as people open one that is tracked by name."
            ),
            *NOTICE,
        ),
    ),
    "progress.quizattempt": Hint(_("Every attempt at a quiz, with its score. It fills when somebody has done one.")),
    "lessons.lesson": Hint(
        _("Lessons of the shared library and your own. Write one, or make one from a Word file or from pictures.")
    ),
    "lessons.series": Hint(_("Lessons that belong together, in order. A series says who may see how people learn.")),
    "lessons.topic": Hint(
        by_enrolment(
            _("Words by which employees find lessons, such as safety or family."),
            _("Words by which learners find lessons, such as safety or family."),
        )
    ),
    "announcements.announcement": Hint(
        _("Notices to everybody or to some. Write the first one: you see how many it reaches before you send it.")
    ),
    "announcements.receipt": Hint(_("To whom a notice went and who has read it. It fills when the notice is sent.")),
    "grievances.boardentry": Hint(
        _("What was said and what was done about it, for everybody to read. Entries come from answered cases.")
    ),
    "grievances.replytemplate": Hint(_("Sentences that officers write often, ready to be put into an answer.")),
    "grievances.factoryfigures": Hint(
        _("How factories deal with what workers say, in numbers. They come every night.")
    ),
    "wechat.follower": Hint(
        _("Who follows the official account. Connect it first: without it nobody can follow."),
        *CONNECT,
        is_past=_is_connected,
        then=Hint(
            _("Who follows the official account. Hang up a poster, and people who scan it appear here."), *POSTERS
        ),
    ),
    "wechat.scene": Hint(
        _(
            "A poster with a code for each place, so that you see where people come from. Connect the official account first."
        ),
        *CONNECT,
        is_past=_is_connected,
        then=Hint(
            _(
                "A poster with a code for each place, so that you see where people come from. Begin with the canteen or the gate."
            )
        ),
    ),
    "wechat.account": Hint(
        by_enrolment(
            _(
                "The factory's account in WeChat. Connect it, and lessons and notices arrive in the chat. It takes 20 minutes."
            ),
            _("Your account in WeChat. Connect it, and lessons and notices arrive in the chat. It takes 20 minutes."),
        )
    ),
    "wechat.inboundcallback": Hint(_("What WeChat has sent, for finding out what went wrong. Nothing has come yet.")),
    "auth.user": Hint(_("Who signs in here. Everybody has an account of their own and a role.")),
    "auth.group": Hint(_("What somebody may do here.")),
    "staff.invitation": Hint(
        _("Links that let a colleague in once, to choose a password of their own. Invite the first one.")
    ),
    "audit.auditentry": Hint(
        _("Who has seen, exported or changed personal data. Nobody can edit it. It fills by itself.")
    ),
    "tenants.factory": Hint(_("Factories that use WeSupport. A new one is ready in seconds.")),
    "tenants.factorygroup": Hint(
        _("Factories of one owner: employees who change between them may take along what they have learned.")
    ),
    "tenants.supportgrant": Hint(_("A factory may let CCR CSR staff in for some hours. No one is let in at present.")),
}
