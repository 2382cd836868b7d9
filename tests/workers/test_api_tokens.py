"""HR's page of tokens: made once, shown once, revoked at any time."""

import pytest
from django.contrib.auth.models import Permission, User
from django.core.cache import cache
from django.urls import reverse

from tenants.audit.models import AuditEntry
from workers.admin.integrations import GUIDE, guide_html
from workers.api.serializers import BulkInput, BulkOutput, WorkerInput, WorkerQuery
from workers.models import ApiToken
from workers.services.integrations import token_create


def url(name, *args) -> str:
    return reverse(f"admin:workers_apitoken_{name}", args=args, urlconf="config.urls_tenant")


@pytest.fixture
def hr(in_sunrise, admin_of):
    return admin_of(in_sunrise)


def token(name="payroll") -> tuple[ApiToken, str]:
    return token_create(name=name, scopes=["workers:read"], days=365, by=User.objects.get(username="hr"))


def test_a_token_is_shown_once_and_opens_what_was_ticked(in_sunrise, hr, site_client):
    page = hr.post(url("add"), {"name": "工资系统", "scopes": ["workers:read"], "days": "365"})
    secret = page.context["secret"]
    assert secret in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    made = ApiToken.objects.get()
    assert (made.scopes, made.created_by, secret.startswith(made.prefix)) == (["workers:read"], made.created_by, True)
    for path in (url("changelist"), url("change", made.pk), url("history", made.pk)):
        assert secret not in hr.get(path).content.decode()
    headers = {"authorization": f"Bearer {secret}"}
    assert site_client(in_sunrise).get("/api/v1/workers/", headers=headers).status_code == 200
    assert site_client(in_sunrise).get("/api/v1/departments/", headers=headers).status_code == 403


def test_the_page_that_shows_a_token_makes_no_other_when_it_is_loaded_again(hr):
    cache.clear()
    sent = {"name": "工资系统", "scopes": ["workers:read"], "days": "365", "csrfmiddlewaretoken": "one"}
    assert hr.post(url("add"), sent).context["secret"]
    assert hr.post(url("add"), sent)["Location"] == url("changelist")
    assert ApiToken.objects.count() == 1


@pytest.mark.parametrize(
    "sent", [{"name": ""}, {"scopes": []}, {"scopes": ["everything"]}, {"days": "9999"}, {"name": "x" * 61}]
)
def test_a_token_that_cannot_be_is_refused(hr, sent):
    page = hr.post(url("add"), {"name": "工资系统", "scopes": ["workers:read"], "days": "365", **sent})
    assert page.context["adminform"].form.errors
    assert not ApiToken.objects.exists()


def test_a_token_is_revoked_and_never_changed_or_deleted(hr):
    made, _secret = token()
    hr.post(url("revoke", made.pk), {"_form_submitted": "True"})
    made.refresh_from_db()
    assert made.revoked_at is not None
    assert AuditEntry.objects.get(action="api_token_revoked").actor == "hr"
    assert hr.post(url("change", made.pk), {"name": "other"}).status_code == 403
    assert hr.post(url("delete", made.pk), {"post": "yes"}).status_code == 403
    assert hr.post(url("revoke", "x"), {"_form_submitted": "True"}).status_code == 200


def test_the_list_takes_no_more_statements_for_more_tokens(hr, django_assert_max_num_queries):
    for number in range(12):
        token(f"{number}")
    hr.get(url("changelist"))
    with django_assert_max_num_queries(12):
        hr.get(url("changelist"))


def test_the_outsider_and_who_may_only_look_revoke_nothing(in_sunrise, lakeside, admin_of):
    made, _secret = token()
    stranger = admin_of(lakeside)
    assert stranger.get(url("change", made.pk)).status_code in {302, 404}
    stranger.post(url("revoke", made.pk), {"_form_submitted": "True"})
    user = User.objects.create_user("viewer", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_apitoken"))
    viewer = admin_of(in_sunrise, "viewer")
    assert viewer.post(url("revoke", made.pk), {"_form_submitted": "True"}).status_code == 403
    assert viewer.get(url("add")).status_code == 403
    made.refresh_from_db()
    assert made.revoked_at is None


# --- what stands in the trail ------------------------------------------------------------------------------------------
def test_one_act_is_one_entry_that_says_what_it_was(in_sunrise, hr):
    before = AuditEntry.objects.count()
    hr.post(url("add"), {"name": "工资系统", "scopes": ["workers:read"], "days": "365"})
    assert [entry.action for entry in AuditEntry.objects.order_by("number")[before:]] == ["api_token_created"]
    hr.post(url("revoke", ApiToken.objects.get().pk), {"_form_submitted": "True"})
    actions = [entry.action for entry in AuditEntry.objects.order_by("number")[before:]]
    assert actions == ["api_token_created", "api_token_revoked"]


# --- the guide -------------------------------------------------------------------------------------------------------
def test_the_guide_stands_beside_the_tokens_with_this_factorys_address(in_sunrise, hr):
    assert url("guide") in hr.get(url("changelist")).content.decode()
    made = hr.post(url("add"), {"name": "工资系统", "scopes": ["workers:read"], "days": "365"})
    assert url("guide") in made.content.decode()
    page = hr.get(url("guide")).content.decode()
    assert f"https://{hr.host}/api/v1/workers/bulk/" in page
    assert "example.com" not in page
    assert "<table>" in page
    file = hr.get(url("guide"), {"file": "1"})
    assert file["Content-Type"] == "text/markdown; charset=utf-8"
    assert "attachment" in file["Content-Disposition"]
    assert f"https://{hr.host}/api/v1/workers/bulk/" in file.content.decode()


def test_the_guide_takes_no_html():
    assert "<script>" not in guide_html("<script>alert(1)</script>\n\n[x](javascript:alert(1))")
    assert "javascript:" not in guide_html("[x](javascript:alert(1))").replace("[x](javascript", "")


def test_the_guide_names_every_field_and_every_code_of_a_token():
    text = GUIDE.read_text(encoding="utf-8")
    codes = ["not_authenticated", "authorization_malformed", "authentication_failed", "token_expired", "token_revoked"]
    for word in (*WorkerInput().fields, *BulkInput().fields, *BulkOutput().fields, *ApiToken.Scope.values, *codes):
        assert f"`{word}`" in text or f'"{word}"' in text, word
    for word in WorkerQuery().fields:
        assert word in text


def test_who_may_not_see_tokens_sees_no_guide(in_sunrise, lakeside, admin_of, site_client):
    User.objects.create_user("nobody", is_staff=True)
    assert admin_of(in_sunrise, "nobody").get(url("guide")).status_code == 403
    assert site_client(in_sunrise).get(url("guide")).status_code == 302
    user = User.objects.create_user("viewer", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_apitoken"))
    assert admin_of(in_sunrise, "viewer").get(url("guide")).status_code == 200
