"""Sign-in names: chosen once, for good (the audit trail names people by them), and none looks like another."""

import re
import unicodedata

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from tenants.audit.actors import actor_name_check

LONGEST = 150
# Latin or Chinese, never both: no letter then has a twin in the other. Signs stand inside, where they are seen.
_NAME = re.compile(r"(?:[A-Za-z0-9._@-]+|[\u4e00-\u9fff0-9._-]+)")
_EDGE = re.compile(r"[._@-]")


def name_normal(typed: str) -> str:
    """Full-width letters and the like, as any keyboard types them."""
    return unicodedata.normalize("NFKC", typed[:LONGEST])


def sign_in_name_check(typed: str) -> str:
    """The name as it is kept. Raises ValidationError for one that is reserved, taken in whatever case, or looks like others."""
    name = name_normal(typed)
    if len(typed) > LONGEST or not _NAME.fullmatch(name) or _EDGE.match(name[0]) or _EDGE.match(name[-1]):
        raise ValidationError(
            _("Take letters from a to z and digits, or Chinese characters and digits; inside also . _ -"),
            code="letters",
        )
    actor_name_check(name)
    if User.objects.filter(username__iexact=name).exists():
        raise ValidationError(_("This sign-in name is taken. Choose another one."), code="taken")
    return name


def account_named(typed: str) -> User | None:
    """Whose sign-in name somebody means: the very one, or else the only one that differs in case alone."""
    name = name_normal(typed)
    found = list(User.objects.filter(username__iexact=name)[:10])
    exact = [user for user in found if user.username == name]
    return exact[0] if exact else found[0] if len(found) == 1 else None


def names_lock() -> None:
    """Until the transaction ends nobody else takes a name here."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext(%s), hashtext('sign-in names'))", [connection.schema_name]
        )
