"""The parts of the frame that are the same on every worker's page."""

from typing import Any

from django import template
from django.utils.safestring import SafeString

from progress.rendered import rendered

register = template.Library()


@register.simple_tag
def frame_head() -> SafeString:
    return rendered("progress/_frame_head.html")


@register.simple_tag(takes_context=True)
def tabs(context: dict[str, Any]) -> SafeString:
    """The bar at the foot; the page's `tab` is marked."""
    return rendered("progress/_tabs.html", tab=context.get("tab", ""))
