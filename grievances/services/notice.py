"""Once a week, the same words to everybody: so that who waits for an answer looks, and nobody sees who waits."""

from datetime import timedelta

from django.db import connection
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from grievances.models import Case, State
from grievances.services.calendar import today
from grievances.services.channel import channel_get
from workers.models import Broadcast, Worker
from workers.services import broadcast_queue

KIND = "voice_notice"
ANSWERED_DAYS = 14


def notice_send() -> Broadcast | None:
    """Queue this ISO week's notice to all who are employed, once; None where there is nothing that could be answered.

    To be called on one day of the week only: on any other day its coming would tell when the first case came.
    """
    day = today()
    if not (channel_get().tells_weekly and _is_anybody_waiting()):
        return None
    year, week, _day = day.isocalendar()
    with translation.override(connection.tenant.language):
        return broadcast_queue(
            audience=Worker.objects.employed(),
            kind=KIND,
            values={
                "title": _("Have you told us something? There may be an answer."),
                "summary": _("Open it with your code. This message goes to everybody, every week."),
                "path": "/",
            },
            dedupe_key=f"{KIND}:{year}-W{week:02}",
        )


def _is_anybody_waiting() -> bool:
    lately = Q(answered_on__gte=today() - timedelta(days=ANSWERED_DAYS))
    readable = Case.objects.filter(is_quarantined=False, erased_on=None)
    return readable.filter(~Q(state=State.CLOSED) | lately).exists()
