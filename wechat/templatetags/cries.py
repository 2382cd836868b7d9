"""The answer to a cry for help or to violence, on pages where people type what they look for."""

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from wechat.cries import harm_said

register = template.Library()


@register.simple_tag
def harm_answer(words: str) -> SafeString | str:
    """Whom to call now, where these words cry for help or speak of violence; else nothing. Like the search itself it is kept
    nowhere."""
    harm, _language = harm_said(words)
    return mark_safe(render_to_string(f"wechat/_{harm}.html")) if harm else ""
