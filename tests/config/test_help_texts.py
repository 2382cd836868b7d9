"""Beside every field of every form stands a word of help, unless its label says all."""

import pytest
from django.contrib.auth import get_user_model
from django.forms import HiddenInput
from django_tenants.utils import tenant_context

from config.help_texts import HELP
from tenants.models import Factory
from tenants.sites import factory_site, library_site
from tests.config.rows import row_make

# What a label alone says: the choice is named in full beside it, or the page around the form explains it.
SELF_EVIDENT = {
    ("lessons.choice", "text"),
    ("tenants.domain", "domain"),
}
SITES = {"factory": factory_site, "library": library_site}
EVERY_FORM = [
    pytest.param(name, model, id=f"{name}:{model._meta.label_lower}")
    for name, site in SITES.items()
    for model in site._registry
]


def fields_on(response):
    """("app.model", field's name, the field) of the form and its inlines."""
    context = response.context
    label = context["opts"].label_lower
    for name, field in context["adminform"].form.fields.items():
        yield label, name, field
    for inline in context.get("inline_admin_formsets", []):
        for name, field in inline.formset.form.base_fields.items():
            yield inline.opts.model._meta.label_lower, name, field


def without_help_as_shown(response):
    """As the template finds it, once the form has been validated."""
    label, form = response.context["opts"].label_lower, response.context["adminform"].form
    for bound in form.visible_fields():
        if not bound.help_text and not bound.field.disabled:
            yield label, bound.name


@pytest.mark.parametrize(("site", "model"), EVERY_FORM)
def test_every_field_has_a_word_of_help(site, model, sunrise, db, site_client):
    factory = sunrise if site == "factory" else None
    client = site_client(factory)

    def sign_in_and_make():
        user = get_user_model().objects.create_superuser("root", password="correct-horse-battery")
        client.force_login(user)
        return sunrise if model is Factory else row_make(model)  # its page looks into its schema

    if factory:
        with tenant_context(factory):
            row = sign_in_and_make()
    else:
        row = sign_in_and_make()
    start = f"/admin/{model._meta.label_lower.replace('.', '/')}/"
    lacking = set()
    for path in [f"{start}add/", f"{start}{row.pk}/change/"]:
        response = client.get(path)
        if response.status_code == 200 and response.context and "adminform" in response.context:
            lacking |= {
                (label, name)
                for label, name, field in fields_on(response)
                if not field.help_text and not field.disabled and not isinstance(field.widget, HiddenInput)
            }
            refused = client.post(path, {})
            if refused.status_code == 200 and refused.context and "adminform" in refused.context:
                assert refused.context["adminform"].form.is_bound
                lacking |= set(without_help_as_shown(refused))
    assert lacking - SELF_EVIDENT == set()


def test_the_table_names_no_model_that_has_no_form():
    registered = {model._meta.label_lower for site in SITES.values() for model in site._registry}
    inlines = {"lessons.block", "lessons.question"}
    assert HELP.keys() - registered - inlines == set()
