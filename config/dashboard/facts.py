"""What is there already, by name: never ticked off by hand."""

from collections.abc import Container

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q, QuerySet

from lessons.models import Lesson, Origin
from tenants.audit.actors import SUPPORT_PREFIX
from tenants.sql import Written, read_all, sql_of, sql_once
from tenants.staff.models import Invitation
from tenants.staff.services.factors import unprotected_users
from wechat.admin.scenes import PRINTED
from wechat.models import Account
from workers.models import BindCode, BindingPolicy, Worker

UNPROTECTED = "unprotected"  # of the reader's own account


def _later_colleagues() -> QuerySet:
    """All but the first; support is none."""
    users = User.objects.filter(is_active=True, is_staff=True).exclude(username__startswith=SUPPORT_PREFIX)
    return users.filter(Exists(users.filter(pk__lt=OuterRef("pk"))))


# A name that stands here twice is a fact by either.
FACTS = (
    ("roster", lambda: Worker.objects.employed()),
    ("binding", lambda: BindingPolicy.history.filter(history_user_id__isnull=False, history_type="~")),
    ("account", lambda: Account.objects.filter(is_active=True).complete()),
    ("lesson", lambda: Lesson.objects.filter(Q(is_pinned=True) | Q(origin=Origin.OWN, state=Lesson.State.PUBLISHED))),
    ("colleague", lambda: Invitation.objects.filter(user=None, invited_by__isnull=False)),
    ("colleague", _later_colleagues),
    ("poster", lambda: LogEntry.objects.filter(action_flag=PRINTED)),
    ("poster", lambda: BindCode.objects.all()),
)


def facts_of(user: User, asked: Container[str] = ()) -> set[str]:
    """Those of the `asked` that are there, and UNPROTECTED where it is. One statement."""
    own = sql_of(unprotected_users().filter(pk=user.pk), "pk")
    written = [(UNPROTECTED, own), *((name, sql_once(rows, "pk")) for name, rows in FACTS if name in asked)]
    return {name for (name,) in read_all(_if_any(name, *statement) for name, statement in written if statement)}


def _if_any(name: str, sql: str, values: tuple) -> Written:
    return f"SELECT %s WHERE EXISTS ({sql})", (name, *values)
