"""Words that differ where anybody may join."""

from django.db import connection
from django.utils.functional import Promise, lazy


def _words(usual: str | Promise, where_open: str | Promise) -> str:
    return str(where_open if getattr(connection.tenant, "is_open", False) else usual)


# by_enrolment(_("employees"), _("learners")), chosen when it is shown: an open account employs nobody.
by_enrolment = lazy(_words, str)
