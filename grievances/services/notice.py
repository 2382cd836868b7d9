"""Once a week, the same words to everybody: so that who waits for an answer looks, and nobody sees who waits."""

from django.db import connection
from django.utils import translation
from django.utils.translation import gettext as _

from grievances.services.calendar import today
from grievances.services.channel import channel_get, channel_is_open, ombudsman_is_open
from workers.models import Broadcast, Worker
from workers.services import broadcast_queue

KIND = "voice_notice"


def notice_send() -> Broadcast | None:
    """Queue this ISO week's notice to all who are employed, once; None where the channel is closed or wants none.

    Every week, whether cases wait or not: otherwise its coming would tell that there is one, of those for the ombudsman too.
    """
    if not channel_get().tells_weekly or not (channel_is_open() or ombudsman_is_open()):
        return None
    year, week, _day = today().isocalendar()
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
