"""Writing down whom a notice is for, sending it once, now or at a time chosen before, and who has seen it."""

from announcements.services.planning import (
    MOST_DAYS_AHEAD,
    announcement_schedule,
    announcement_send_due,
    announcement_unschedule,
    moment_check,
)
from announcements.services.sending import (
    AnnouncementRefused,
    aim_admitted,
    aim_words,
    announcement_aim,
    announcement_aim_set,
    announcement_confirm,
    announcement_open,
    announcement_send,
    announcement_unsent,
    summary,
)

__all__ = [
    "MOST_DAYS_AHEAD",
    "AnnouncementRefused",
    "aim_admitted",
    "aim_words",
    "announcement_aim",
    "announcement_aim_set",
    "announcement_confirm",
    "announcement_open",
    "announcement_schedule",
    "announcement_send",
    "announcement_send_due",
    "announcement_unschedule",
    "announcement_unsent",
    "moment_check",
    "summary",
]
