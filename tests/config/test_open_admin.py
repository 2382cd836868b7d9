"""Where anybody may join, the admin has learners and no roster, and leads to nothing that is of use for employees only."""

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from django_tenants.utils import tenant_context

from tenants.middleware import domains_forget

ROSTER = ("rosterimport", "department", "shift", "bindingpolicy")


@pytest.fixture
def wesupport(sunrise):
    sunrise.enrolment = sunrise.Enrolment.OPEN
    sunrise.save()
    domains_forget()
    with tenant_context(sunrise):
        yield sunrise
    domains_forget()


def client_of(factory, site_client):
    client = site_client(factory)
    client.force_login(get_user_model().objects.get(username="hr"))
    return client


def bar(page) -> tuple[list[str], list[str]]:
    """Titles of sections and entries, and the addresses they lead to."""
    groups = page.context["sidebar_navigation"]
    items = [item for group in groups for item in group["items"]]
    titles = [str(group.get("title", "")) for group in groups] + [str(item["title"]) for item in items]
    return titles, [item["link"] for item in items]


def test_the_side_bar_has_learners_and_nothing_of_a_roster(wesupport, site_client):
    titles, links = bar(client_of(wesupport, site_client).get("/admin/"))
    assert titles.count("学员") == 2
    assert not [title for title in titles if "员工" in title]
    assert not [link for link in links if link.strip("/").endswith(ROSTER)]
    assert reverse("admin:workers_slips", urlconf="config.urls_tenant") not in links


def test_the_list_is_theirs_and_asks_for_no_roster(wesupport, site_client):
    client = client_of(wesupport, site_client)
    page = client.get("/admin/workers/worker/")
    shown = page.content.decode()
    assert page.context["cl"].title == "学员"
    assert "添加学员" in shown
    assert "全厂员工" not in shown
    assert "导入员工花名册" not in shown
    assert "/admin/wechat/scene/" in shown
    assert client.get("/admin/workers/worker/import/").status_code == 403
    assert client.get("/admin/workers/rosterimport/add/").status_code in (302, 403)


def test_the_steps_to_begin_with_are_for_learners(wesupport, site_client):
    steps = client_of(wesupport, site_client).get("/admin/").context["checklist"].steps
    words = " ".join(f"{step.title} {step.why}" for step in steps)
    assert "做一张海报" in words
    assert "员工" not in words
    assert "纸条" not in words


def test_a_factory_keeps_its_words(in_sunrise, site_client):
    client = client_of(in_sunrise, site_client)
    page = client.get("/admin/workers/worker/")
    titles, links = bar(page)
    assert page.context["cl"].title == "员工"
    assert titles.count("员工") == 2
    assert [link for link in links if link.strip("/").endswith(ROSTER)]
    assert "花名册" in page.content.decode()
    assert "打印海报或绑定纸条" in client.get("/admin/").content.decode()
