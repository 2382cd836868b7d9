"""Where anybody may join, the admin has learners and no roster, and leads to nothing that is of use for employees only."""

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone
from django_tenants.utils import tenant_context

from tenants.middleware import domains_forget
from tests.config.rows import row_make
from workers.models import BindingPolicy, Contact, Worker
from workers.services import enrol_open

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
    assert "/admin/workers/worker/add/" not in shown
    assert "全厂员工" not in shown
    assert "花名册" not in shown
    assert "showActions" not in shown, "a menu of nothing, on a phone"
    assert client.get("/admin/workers/worker/export/").status_code == 403
    assert client.get("/admin/workers/worker/sheet/").status_code == 200
    assert "/admin/wechat/scene/" in shown
    assert client.get("/admin/workers/worker/import/").status_code == 403
    assert client.get("/admin/workers/rosterimport/add/").status_code in (302, 403)


def test_a_learner_has_a_name_and_nothing_of_a_roster(wesupport, site_client):
    contact = Contact.objects.create(channel="wechat", address="wxopen:oMember", is_reachable=True)
    learner, gone = enrol_open(contact=contact, name="小梅"), row_make(Worker, left_on=timezone.localdate())
    client = client_of(wesupport, site_client)
    changes = client.get("/admin/workers/worker/").context["cl"]
    assert [worker.name for worker in changes.result_list] == ["小梅"]
    assert [name for name in changes.list_display if name != "action_checkbox"] == ["written_name", "joined"]
    assert not changes.has_filters
    address = f"/admin/workers/worker/{learner.pk}/change/"
    page = client.get(address)
    assert list(page.context["adminform"].form.fields) == ["name"]
    for words in ("离职", "纸条", "花名册", "身份证"):
        assert words not in page.content.decode()
    client.post(address, {"name": "小梅花", "contacts-TOTAL_FORMS": 0, "contacts-INITIAL_FORMS": 0})
    learner.refresh_from_db()
    assert (learner.name, learner.name_pinyin) == ("小梅花", "xiao mei hua")
    assert client.get("/admin/workers/worker/?q=xiaomei").context["cl"].result_count == 1
    assert client.get(f"/admin/workers/worker/{learner.pk}/leave/").status_code in (302, 403)
    assert (
        client.post("/admin/workers/worker/", {"action": "leave", "_selected_action": [learner.pk]}).status_code != 500
    )
    assert client.get(f"/admin/workers/worker/{gone.pk}/change/").status_code in (302, 404)
    learner.refresh_from_db()
    assert learner.left_on is None


@pytest.mark.parametrize(
    "path", ["worker/add", "department", "department/add", "shift", "shift/add", "bindingpolicy/1/change"]
)
def test_what_is_of_a_roster_is_refused_at_its_address_too(wesupport, site_client, path):
    row_make(BindingPolicy, pk=1)
    assert client_of(wesupport, site_client).get(f"/admin/workers/{path}/").status_code == 403


def test_the_first_page_counts_learners_and_nobody_employed(wesupport, site_client):
    row_make(Contact, worker=row_make(Worker))
    figures = client_of(wesupport, site_client).get("/admin/").context["figures"]
    (learners,) = (figure for figure in figures if str(figure.label) == "学员")
    assert (learners.value, str(learners.note), str(learners.href)) == (1, "", "/admin/workers/worker/")
    assert not [figure for figure in figures if "员工" in str(figure.label) or "在职" in str(figure.note)]


def test_an_empty_list_of_requests_speaks_of_learners(wesupport, site_client):
    page = client_of(wesupport, site_client).get("/admin/workers/privacyrequest/")
    assert str(page.context["cl"].hint["text"]).startswith("学员可以")


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
    assert "showActions" in page.content.decode()
    assert "打印海报或绑定纸条" in client.get("/admin/").content.decode()
