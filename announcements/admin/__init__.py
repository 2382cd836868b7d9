"""HR's notices and who has seen them."""

from announcements.admin.notices import AnnouncementAdmin
from announcements.admin.receipts import ReceiptAdmin

__all__ = ["AnnouncementAdmin", "ReceiptAdmin"]
