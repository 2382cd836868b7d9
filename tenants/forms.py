"""What every form of the two admins has: a word of help beside each field where a label alone may not do."""

from django.forms import BaseForm, Field
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from django_prose_editor.widgets import ProseEditorWidget
from unfold.settings import get_config

from tenants.deletions import DeletionMixin


class FormMixin(DeletionMixin):
    """Help that neither the model nor the form gives is taken from the site's table: "app.model" -> field -> words.

    The page learns whether one of its fields is an editor: those need scripts. A form for adding is headed so.
    """

    def render_change_form(self, request: HttpRequest, context: dict, add=False, *args, **kwargs) -> HttpResponse:
        words: dict[str, dict] = import_string(get_config(self.admin_site.settings_name)["FIELD_HELP"])
        fields: list[Field] = []
        if "adminform" in context:
            form = context["adminform"].form
            _help(form, words.get(self.opts.label_lower, {}))
            fields += form.fields.values()
        for inline in context.get("inline_admin_formsets", []):
            inline_words = words.get(inline.opts.model._meta.label_lower, {})
            _help_fields(inline.formset.form.base_fields, inline_words)  # of the empty form, made when it is shown
            fields += inline.formset.form.base_fields.values()
            for form in inline.formset.forms:
                _help(form, inline_words)
        request.adds = context["title"] if add else ""  # the header reads it: unfold gives it no more than the request
        context["needs_scripts"] = any(isinstance(field.widget, ProseEditorWidget) for field in fields)
        return super().render_change_form(request, context, add, *args, **kwargs)


def _help(form: BaseForm, words: dict) -> None:
    """A form that has been validated holds its bound fields already, each with the help of before."""
    _help_fields(form.fields, words)
    for name in words.keys() & form.fields.keys():
        form[name].help_text = form.fields[name].help_text or ""


def _help_fields(fields: dict, words: dict) -> None:
    for name, text in words.items():
        if name in fields and not fields[name].help_text:
            fields[name].help_text = text
