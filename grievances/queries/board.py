"""What stands on the board."""

from django.db.models import QuerySet

from grievances.models import BoardEntry

MOST_SHOWN = 50


def board_entries() -> QuerySet[BoardEntry]:
    return BoardEntry.objects.filter(state=BoardEntry.State.PUBLISHED)[:MOST_SHOWN]
