"""What is printed for workers is in the factory's language, whatever the admin reads; the bar above it is the admin's."""

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission, User
from django.urls import reverse
from django_tenants.utils import schema_context, tenant_context

from grievances.models import Channel
from tenants.middleware import domains_forget
from tests.config.rows import row_make
from wechat.models import Account, Scene


@pytest.fixture
def hr(sunrise, admin_of, li_na):
    with tenant_context(sunrise):
        User.objects.get(username="hr").user_permissions.set(Permission.objects.all())
    return admin_of(sunrise)


@pytest.fixture(params=["zh-hans", "en"])
def language(request, sunrise):
    with schema_context("public"):
        type(sunrise).objects.filter(pk=sunrise.pk).update(language=request.param)
    domains_forget()
    yield request.param
    domains_forget()


def papers(hr):
    account = Account.objects.filter(pk=row_make(Account).pk)
    account.update(is_active=True)
    scene = row_make(Scene, account=account.get(), title="食堂", url="https://w.example/q/1", ticket="t")
    yield hr.post(reverse("admin:workers_slips_print", urlconf="config.urls_tenant"), {})
    yield hr.get(f"/admin/wechat/scene/{scene.pk}/poster/")
    yield hr.get("/admin/grievances/channel/poster/")


def test_paper_for_workers_is_in_the_factorys_language(hr, language):
    reader = "en" if language == "zh-hans" else "zh-hans"
    hr.cookies[settings.LANGUAGE_COOKIE_NAME] = reader
    scan = {"zh-hans": ("微信扫一扫", "扫码，写一写，发送"), "en": ("Scan with WeChat", "Scan, write, send")}
    for page in papers(hr):
        assert page.status_code == 200
        bar, sheet = page.content.decode().split("<main", 1)
        assert f'lang="{language}"' in sheet[:40]
        assert any(words in sheet for words in scan[language])
        assert not any(words in sheet for words in scan[reader])
        assert ("Print" if reader == "en" else "打印") in bar


@pytest.mark.parametrize("language", ["en"], indirect=True)
def test_the_working_days_stand_apart_in_english(hr, language):
    Channel.objects.update(counts_working_days=True)
    assert " <small>(working days)" in hr.get("/admin/grievances/channel/poster/").content.decode()
