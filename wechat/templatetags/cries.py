"""The answer to a cry for help, on pages where people type what they look for."""

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from wechat.cries import cry_language

register = template.Library()


@register.simple_tag
def cry_answer(words: str) -> SafeString | str:
    """Whom to call now, where these words cry for help; else nothing. Like the search itself it is kept nowhere."""
    return mark_safe(render_to_string("wechat/_cry.html")) if words and cry_language(words) else ""
