"""What other pages say about notices."""

from django import template

from announcements.models import Receipt
from workers.sessions import Visitor

register = template.Library()


@register.simple_tag
def unread_notices(visitor: Visitor) -> int:
    """How many notices the visitor has not opened yet; 0 for somebody not bound."""
    return Receipt.objects.of(visitor.worker_id).filter(opened_at=None).count() if visitor.is_bound else 0
