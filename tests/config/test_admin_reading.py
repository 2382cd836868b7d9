"""Who may look at a row and change nothing reads it in Chinese, too: labels and values that a form would have worded."""

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.urls import reverse
from django_tenants.utils import tenant_context

from tenants.models import Factory
from tenants.sites import factory_site, library_site
from tests.config.rows import row_make
from tests.config.test_admin_language import english_of, read
from tests.config.test_lists import NO_LISTS

SITES = {"factory": factory_site, "library": library_site}
EVERY_PAGE = [
    pytest.param(name, model._meta.label, id=f"{name}:{model._meta.label_lower}")
    for name, site in SITES.items()
    for model in site._registry
    if model._meta.label_lower not in NO_LISTS
]


@pytest.mark.parametrize(("site", "label"), EVERY_PAGE)
def test_who_only_looks_reads_no_english(sunrise, site_client, site, label):
    client = site_client(sunrise if site == "factory" else None)
    model = apps.get_model(label)

    def look():
        reader = get_user_model().objects.create_user("staff", is_staff=True)
        reader.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
        client.force_login(reader)
        row = sunrise if model is Factory else row_make(model)  # a row of one that is there
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"
        urls = "config.urls_tenant" if site == "factory" else "config.urls_public"
        return client.get(reverse(name, args=[row.pk], urlconf=urls))

    if site == "factory":
        with tenant_context(sunrise):
            answer = look()
    else:
        answer = look()
    if answer.status_code == 200:
        assert not english_of(read(answer))
