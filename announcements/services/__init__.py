"""Writing down whom a notice is for, sending it once, and who has seen it."""

from announcements.services.sending import (
    AnnouncementRefused,
    aim_words,
    announcement_aim,
    announcement_aim_set,
    announcement_confirm,
    announcement_open,
    announcement_send,
    summary,
)

__all__ = [
    "AnnouncementRefused",
    "aim_words",
    "announcement_aim",
    "announcement_aim_set",
    "announcement_confirm",
    "announcement_open",
    "announcement_send",
    "summary",
]
