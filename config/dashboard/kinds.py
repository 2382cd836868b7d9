"""What can wait for somebody on the first page: every kind is a line of a table, and one branch of one statement."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Exists, QuerySet
from django.db.models.functions import Now
from django.utils.translation import ngettext_lazy

from announcements.models import Announcement
from announcements.services.planning import MAY_SEND
from grievances.models import FactoryFigures
from lessons.models import Lesson
from tenants.models import AuditHead, SupportGrant
from tenants.staff.services.reach import users_who_may
from wechat.models import Account, Follower, InboundCallback
from workers.models import ApiToken, Department, PrivacyRequest, RosterImport, Shift, Worker
from workers.services.bind_locks import workers_locked
from workers.services.bind_signs import workers_slip_due
from workers.services.integrations import MAY_MAKE, tokens_living

EXPIRES_SOON = timedelta(days=14)


@dataclass(frozen=True)
class Kind:
    """Rows that wait for somebody who holds the permissions, as `sql_once` wants them. since: the column whose earliest value
    tells their age, or until when they may wait (`is_due`). The list of the rows: url_name and query. named: the column of
    their names, for a sentence that says them. is_of_roster: nothing of it is to be done where anybody may join."""

    permissions: tuple[str, ...]
    rows: Callable[[], QuerySet]
    since: str
    url_name: str
    query: str
    sentence: str  # ngettext_lazy over "count", with "names"
    is_due: bool = False
    is_urgent: bool = False
    named: str = ""
    is_of_roster: bool = False


def _imports(state: Any) -> Callable[[], QuerySet]:
    return lambda: RosterImport.objects.filter(state=state, content__isnull=False)


def _drafts() -> QuerySet:
    return Lesson.objects.filter(state=Lesson.State.DRAFT)


def _notices() -> QuerySet:
    return Announcement.objects.filter(state=Announcement.State.DRAFT)


def _leaders() -> QuerySet:
    """Only while a line has no leader: then who leads none is no supervisor of many."""
    lines = Department.objects.standing().filter(kind=Department.Kind.LINE, leader=None)
    return Worker.objects.employed().leading_nothing().filter(Exists(lines))


ROSTER = "admin:workers_rosterimport_changelist"
MAY_IMPORT = ("workers.import_roster", "workers.view_rosterimport")
DRAFTS = Kind(
    ("lessons.change_lesson",),
    _drafts,
    "updated_at",
    "admin:lessons_lesson_changelist",
    f"state__exact={Lesson.State.DRAFT}",
    ngettext_lazy("%(count)d lesson is a draft: publish it", "%(count)d lessons are drafts: publish them", "count"),
)
OF_A_FACTORY = (
    Kind(
        ("workers.view_privacyrequest", "workers.erase_worker"),
        lambda: PrivacyRequest.objects.filter(state=PrivacyRequest.State.OPEN),
        "due_on",
        "admin:workers_privacyrequest_changelist",
        f"state__exact={PrivacyRequest.State.OPEN}",
        ngettext_lazy(
            "%(count)d request about somebody's own data waits for an answer",
            "%(count)d requests about people's own data wait for an answer",
            "count",
        ),
        is_due=True,
        is_urgent=True,
    ),
    Kind(
        ("wechat.view_account",),
        lambda: Account.objects.filter(is_active=True, status=Account.Status.TROUBLE),
        "checked_at",
        "admin:wechat_account_changelist",
        f"is_active__exact=1&status__exact={Account.Status.TROUBLE}",
        ngettext_lazy(
            "The official account does not work: look why", "The official account does not work: look why", "count"
        ),
        is_urgent=True,
    ),
    Kind(
        MAY_IMPORT,
        _imports(RosterImport.State.CHECKED),
        "created_at",
        ROSTER,
        f"state__exact={RosterImport.State.CHECKED}&content__isnull=0",
        ngettext_lazy(
            "%(count)d roster is checked: look at it and save it",
            "%(count)d rosters are checked: look at them and save them",
            "count",
        ),
        is_of_roster=True,
    ),
    Kind(
        MAY_IMPORT,
        _imports(RosterImport.State.REFUSED),
        "created_at",
        ROSTER,
        f"state__exact={RosterImport.State.REFUSED}&content__isnull=0",
        ngettext_lazy(
            "%(count)d roster has mistakes: correct the file and upload it again",
            "%(count)d rosters have mistakes: correct the files and upload them again",
            "count",
        ),
        is_of_roster=True,
    ),
    Kind(
        ("wechat.view_follower", "workers.view_worker"),
        lambda: Follower.objects.late_to_bind(),
        "subscribed_at",
        "admin:wechat_follower_changelist",
        "bound=late",
        ngettext_lazy(
            "%(count)d follower has not bound: hand out slips",
            "%(count)d followers have not bound: hand out slips",
            "count",
        ),
        is_of_roster=True,
    ),
    Kind(
        ("workers.unbind_worker", "workers.see_all_departments"),
        workers_locked,
        "locked_at",
        "admin:workers_slips",
        "",
        ngettext_lazy(
            "%(count)d employee cannot bind after wrong tries: print a slip or lift the lock",
            "%(count)d employees cannot bind after wrong tries: print slips or lift the locks",
            "count",
        ),
        is_of_roster=True,
    ),
    Kind(
        ("workers.unbind_worker", "workers.see_all_departments"),
        workers_slip_due,
        "bind_code__printed_at",
        "admin:workers_slips",
        "",
        ngettext_lazy(
            "%(count)d employee can bind only with a slip: print one now",
            "%(count)d employees can bind only with a slip: print them now",
            "count",
        ),
        is_of_roster=True,
    ),
    Kind(
        ("workers.change_department", "workers.view_worker"),
        _leaders,
        "left_on",  # of none: since when is noted nowhere
        "admin:workers_department_changelist",
        "",
        ngettext_lazy(
            "%(count)d line leader leads no line yet: choose the leaders of the lines",
            "%(count)d line leaders lead no line yet: choose the leaders of the lines",
            "count",
        ),
        is_of_roster=True,
    ),
    Kind(
        ("workers.change_shift",),
        lambda: Shift.objects.filter(cycle__len=0),
        "created_at",
        "admin:workers_shift_changelist",
        "",
        ngettext_lazy(
            "%(count)d shift has no pattern yet, set it: %(names)s",
            "%(count)d shifts have no pattern yet, set them: %(names)s",
            "count",
        ),
        named="name",
        is_of_roster=True,
    ),
    DRAFTS,
    Kind(
        ("announcements.change_announcement",),
        lambda: _notices().exclude(unsent_because=""),
        "send_at",
        "admin:announcements_announcement_changelist",
        "unsent_because__gt=",
        ngettext_lazy(
            "%(count)d notice did not go out at its time: %(names)s",
            "%(count)d notices did not go out at their time: %(names)s",
            "count",
        ),
        is_urgent=True,
        named="title",
    ),
    Kind(
        (MAY_SEND,),
        lambda: Announcement.objects.filter(state=Announcement.State.SCHEDULED).exclude(
            sent_by__in=users_who_may(MAY_SEND)
        ),
        "send_at",
        "admin:announcements_announcement_changelist",
        f"state__exact={Announcement.State.SCHEDULED}",
        ngettext_lazy(
            "%(count)d notice will not go out: whoever planned it may no longer send. Plan it anew: %(names)s",
            "%(count)d notices will not go out: whoever planned them may no longer send. Plan them anew: %(names)s",
            "count",
        ),
        is_due=True,
        is_urgent=True,
        named="title",
    ),
    Kind(
        ("announcements.change_announcement",),
        lambda: _notices().filter(unsent_because=""),
        "updated_at",
        "admin:announcements_announcement_changelist",
        f"state__exact={Announcement.State.DRAFT}&unsent_because=",
        ngettext_lazy("%(count)d notice is not sent yet", "%(count)d notices are not sent yet", "count"),
    ),
    Kind(
        ("wechat.view_inboundcallback",),
        lambda: InboundCallback.objects.filter(state=InboundCallback.State.FAILED),
        "received_at",
        "admin:wechat_inboundcallback_changelist",
        f"state__exact={InboundCallback.State.FAILED}",
        ngettext_lazy(
            "%(count)d message from WeChat could not be worked off: try again",
            "%(count)d messages from WeChat could not be worked off: try again",
            "count",
        ),
    ),
    Kind(
        ("workers.view_apitoken", MAY_MAKE),
        lambda: tokens_living().filter(is_orphan=True),
        "revoked_at",  # of none: since when is noted nowhere
        "admin:workers_apitoken_changelist",
        "",
        ngettext_lazy(
            "%(count)d API token has nobody who answers for it, take it over or revoke it: %(names)s",
            "%(count)d API tokens have nobody who answers for them, take them over or revoke them: %(names)s",
            "count",
        ),
        is_urgent=True,
        named="name",
        is_of_roster=True,
    ),
    Kind(
        ("workers.view_apitoken",),
        lambda: ApiToken.objects.filter(revoked_at=None, expires_at__gt=Now(), expires_at__lt=Now() + EXPIRES_SOON),
        "expires_at",
        "admin:workers_apitoken_changelist",
        "",
        ngettext_lazy(
            "%(count)d API token ends soon: make a new one", "%(count)d API tokens end soon: make new ones", "count"
        ),
        is_due=True,
        is_of_roster=True,
    ),
)
OF_THE_LIBRARY = (
    Kind(
        ("audit.view_auditentry",),
        lambda: AuditHead.objects.exclude(fault=""),
        "updated_at",
        "admin:audit_auditentry_changelist",
        "",
        ngettext_lazy(
            "%(count)d audit trail was tampered with: run audit_verify --all on the server",
            "%(count)d audit trails were tampered with: run audit_verify --all on the server",
            "count",
        ),
        is_urgent=True,
    ),
    Kind(
        ("grievances.view_factoryfigures",),
        lambda: FactoryFigures.objects.exclude(silence=""),
        "silence_since",
        "admin:grievances_factoryfigures_changelist",
        "silence__gt=",
        ngettext_lazy(
            "%(count)d factory needs attention: its channel is silent or closed",
            "%(count)d factories need attention: their channels are silent or closed",
            "count",
        ),
        is_urgent=True,
    ),
    Kind(
        ("tenants.enter_supportgrant",),
        lambda: SupportGrant.objects.open(),
        "expires_at",
        "admin:tenants_supportgrant_changelist",
        "",
        ngettext_lazy(
            "%(count)d factory lets support in: help them", "%(count)d factories let support in: help them", "count"
        ),
        is_due=True,
    ),
    DRAFTS,
)
