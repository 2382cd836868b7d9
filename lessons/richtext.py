"""The one place that decides which markup a lesson may hold.

Allowed: headings of two levels, paragraphs, line breaks, bold, italic, lists, quotations, links to http and https. All
else (styles, classes, sizes, tables, scripts; the debris of Word and of WeChat articles) is dropped, its text kept.
"""

import re

import nh3
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_prose_editor.fields import ProseEditorFormField
from django_prose_editor.widgets import AdminProseEditorWidget
from js_asset import Media

BODY_CHARACTERS_MAX = 60_000

EDITOR_EXTENSIONS = {
    "Bold": True,
    "Italic": True,
    "BulletList": True,
    "OrderedList": True,
    "ListItem": True,
    "Blockquote": True,
    "Heading": {"levels": [2, 3]},
    "Link": {"enableTarget": False, "protocols": ["http", "https"]},
    "HardBreak": True,
    "History": True,
}

_cleaner = nh3.Cleaner(
    tags={"p", "br", "h2", "h3", "strong", "em", "ul", "ol", "li", "blockquote", "a"},
    attributes={"a": {"href"}, "ol": {"start"}},
    url_schemes={"http", "https"},
    clean_content_tags={"script", "style", "title", "iframe", "object", "svg", "math", "noscript", "template"},
    link_rel="noopener noreferrer",
)
# What other programs write for the same thing.
_SAME = {"b": "strong", "i": "em", "h1": "h2", "h4": "h3", "h5": "h3", "h6": "h3"}
_SAME |= dict.fromkeys(["div", "section", "article", "header", "footer", "center", "tr", "dt", "dd", "figcaption"], "p")
_same_pattern = re.compile(rf"<(/?)({'|'.join(_SAME)})(?=[\s>/])[^<>]*>", re.IGNORECASE)
_empty_pattern = re.compile(r"<(p|h2|h3|strong|em|li|ul|ol|blockquote)>(?:\s|&nbsp;|\u200b|<br>)*</\1>")


def richtext_clean(html: str) -> str:
    """The allowed part of `html`; cleaning it again changes nothing. Raises ValidationError when it is too long."""
    if len(html) > BODY_CHARACTERS_MAX * 4:  # pasted markup may be several times its text
        raise ValidationError(_("This text is too long. Divide it into several blocks or lessons."), code="too_long")
    html = _same_pattern.sub(lambda match: f"<{match[1]}{_SAME[match[2].lower()]}>", html)
    html = _cleaner.clean(html)
    for _pass in range(8):  # emptying an item may empty its list
        html, count = _empty_pattern.subn("", html)
        if not count:
            break
    html = html.strip()
    if len(html) > BODY_CHARACTERS_MAX:
        raise ValidationError(_("This text is too long. Divide it into several blocks or lessons."), code="too_long")
    return html


class RichTextWidget(AdminProseEditorWidget):
    """The editor, in the reader's language and in signs that every font has; wherever it stands."""

    @property
    def media(self):
        return super().media + Media(css={"all": ["lessons/editor.css"]}, js=["lessons/editor_words.js"])


class RichTextField(models.TextField):
    """Rich text that is cleaned whenever a row is saved, whoever saves it; in forms, the editor."""

    def pre_save(self, model_instance, add):
        html = richtext_clean(super().pre_save(model_instance, add) or "")
        setattr(model_instance, self.attname, html)
        return html

    def formfield(self, **kwargs):
        editor = {
            "form_class": ProseEditorFormField,
            "widget": RichTextWidget,
            "extensions": EDITOR_EXTENSIONS,
            "sanitize": richtext_clean,
        }
        return models.Field.formfield(self, **kwargs | editor)

    def deconstruct(self):
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs
