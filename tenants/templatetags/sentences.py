from django import template
from django.utils.safestring import SafeString, mark_safe

from tenants.words import without_gaps

register = template.Library()


@register.simple_block_tag
def sentences(content: SafeString) -> SafeString:
    """Of sentences that stand under each other in a template: see `tenants.words.sentences`."""
    return mark_safe(without_gaps(content).strip())
