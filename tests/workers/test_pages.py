"""The page of binding, and HR's pages of employees, departments and messages."""

import pytest
from django.urls import reverse
from django.utils import timezone
from django_tenants.utils import schema_context, tenant_context

from tenants.middleware import _domains
from tenants.models import Factory
from tests.workers.pages import admin_url
from tests.workers.phones import bind
from workers.models import Department, Worker, WorkerSession
from workers.services import contact_seen, department_ensure, message_queue
from workers.sessions import COOKIE_NAME


def test_a_stranger_is_sent_where_the_channel_recognises_them(sunrise, site_client):
    response = site_client(sunrise).get("/bind/?next=/me/")
    assert (response.status_code, response["Location"]) == (302, "/wechat/oauth/?next=/bind/%3Fnext%3D/me/")


def test_binding_leads_on_with_a_new_token(li_na, contact, phone, sunrise):
    old = phone.cookies[COOKIE_NAME].value
    assert phone.get("/bind/?next=/me/").status_code == 200
    response = phone.post("/bind/", {"employee_number": "a001", "name": "李 娜", "proof": "0001", "next": "/me/"})
    assert (response.status_code, response["Location"]) == (302, "/bind/?next=/me/")
    assert phone.cookies[COOKIE_NAME].value != old
    with tenant_context(sunrise):
        assert WorkerSession.objects.count() == 1
        assert li_na.contacts.get() == contact
    known = phone.get(response["Location"]).content.decode()
    assert "李娜" in known
    assert 'href="/me/"' in known


@pytest.mark.parametrize("there", ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:x", ""])
def test_binding_never_leads_to_another_site(li_na, phone, there):
    response = phone.post("/bind/", {"employee_number": "A001", "name": "李娜", "proof": "0001", "next": there})
    assert response["Location"] == "/bind/?next=/"


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(li_na, phone):
    response = phone.post("/bind/", {"employee_number": "A001", "name": "", "next": "/me/"})
    page = response.content.decode()
    assert response.status_code == 200
    assert 'id="id_name_error"' in page
    assert 'value="A001"' in page
    assert 'value="/me/"' in page
    refused = phone.post("/bind/", {"employee_number": "A001", "name": "李四", "proof": "0001"})
    assert refused.context["form"].non_field_errors()


def test_where_anybody_may_join_a_name_is_all_that_is_asked(sunrise, contact, phone):
    with schema_context("public"):
        Factory.objects.filter(pk=sunrise.pk).update(enrolment=Factory.Enrolment.OPEN)
    _domains.clear()
    assert "employee_number" not in phone.get("/bind/").content.decode()
    assert phone.post("/bind/", {"name": "小李", "next": "/"}).status_code == 302
    _domains.clear()
    with tenant_context(sunrise):
        assert Worker.objects.get(contacts=contact).name == "小李"


def test_hr_finds_people_by_sound_and_by_place(sunrise, li_na, hr_client):
    with tenant_context(sunrise):
        other = Worker.objects.create(employee_number="B1", name="王强", name_pinyin="wang qiang")
    listed = admin_url("worker_changelist")
    for query in ("q=lina", "q=li na", "q=李娜", "q=A001", f"place={li_na.department_id}"):
        page = hr_client.get(f"{listed}?{query}").content.decode()
        assert admin_url("worker_change", li_na.pk) in page
        assert admin_url("worker_change", other.pk) not in page
    assert hr_client.get(f"{listed}?place=999").status_code == 200
    assert hr_client.get(f"{listed}?bound=yes").status_code == 200


def test_hr_marks_who_has_left_and_deletes_nobody(sunrise, li_na, bound_contact, hr_client):
    change = admin_url("worker_change", li_na.pk)
    assert hr_client.post(admin_url("worker_delete", li_na.pk), {"post": "yes"}).status_code == 403
    page = hr_client.get(change).content.decode()
    assert "openid" not in page
    listed = admin_url("worker_changelist")
    day = timezone.localdate().isoformat()
    hr_client.post(listed, {"action": "leave", "_selected_action": [li_na.pk], "counted": "1", "on": day})
    with tenant_context(sunrise):
        assert Worker.objects.get().left_on == timezone.localdate()
    assert change not in hr_client.get(listed).content.decode()
    assert change in hr_client.get(f"{listed}?employment=left").content.decode()


def test_hr_undoes_the_binding_of_one_phone_after_being_asked(sunrise, li_na, bound_contact, contact, hr_client):
    bind(contact, "A001")
    undo = admin_url("phone_undo", li_na.pk, bound_contact.pk)
    page = hr_client.get(admin_url("worker_change", li_na.pk)).content.decode()
    assert undo in page
    assert hr_client.get(undo).status_code == 200
    assert li_na.contacts.count() == 2
    assert hr_client.post(undo).status_code == 302
    assert li_na.contacts.get() == contact
    assert hr_client.get(admin_url("phone_undo", li_na.pk + 1, contact.pk)).status_code == 404


def test_an_edited_employee_is_written_one_way(sunrise, li_na, hr_client):
    values = {"employee_number": " ａ００９ ", "name": "单　芳", "department": "", "position": "", "phone": ""}
    values |= {"contacts-TOTAL_FORMS": 0, "contacts-INITIAL_FORMS": 0, "left_on": "", "hired_on": "", "birth_date": ""}
    response = hr_client.post(admin_url("worker_change", li_na.pk), values)
    assert response.status_code == 302
    with tenant_context(sunrise):
        worker = Worker.objects.get()
        assert (worker.employee_number, worker.name, worker.name_pinyin) == ("A009", "单芳", "shan fang")
    late = {**values, "left_on": "2999-01-01"}
    assert "left_on" in hr_client.post(admin_url("worker_change", li_na.pk), late).context["adminform"].form.errors


def test_the_tree_is_edited_through_the_service(sunrise, hr_client):
    with tenant_context(sunrise):
        line = department_ensure(department="生产部", workshop="一车间", line="A线")
        workshop = line.parent
    change = admin_url("department_change", workshop.pk)
    hr_client.post(change, {"parent": "", "kind": "workshop", "name": "一车间"})
    with tenant_context(sunrise):
        line.refresh_from_db()
        assert line.path == f"{workshop.pk:06d}/{line.pk:06d}/"
    refused = hr_client.post(change, {"parent": line.pk, "kind": "workshop", "name": "一车间"})
    assert "parent" in refused.context["adminform"].form.errors
    hr_client.post(admin_url("department_add"), {"parent": workshop.pk, "kind": "line", "name": "B线"})
    with tenant_context(sunrise):
        assert Department.objects.get(name="B线").path.startswith(f"{workshop.pk:06d}/")


def test_messages_are_read_only_and_say_why_not(sunrise, li_na, hr_client):
    with tenant_context(sunrise):
        message = message_queue(worker=li_na, kind="x", values={"title": "停电通知", "path": "/"}, dedupe_key="1")
        message.state, message.refusal_code = "refused", "left"
        message.save()
    page = hr_client.get(admin_url("workermessage_changelist")).content.decode()
    assert "停电通知" in page
    assert hr_client.get(admin_url("workermessage_add")).status_code == 403
    assert hr_client.get(admin_url("workermessage_change", message.pk)).status_code == 200


def test_lists_cost_the_same_however_many_rows(sunrise, li_na, hr_client, django_assert_max_num_queries):
    with tenant_context(sunrise):
        for n in range(30):
            place = department_ensure(department="生产部", workshop=f"{n}车间", line="A线")
            worker = Worker.objects.create(employee_number=f"B{n}", name="王强", name_pinyin="x", department=place)
            message_queue(worker=worker, kind="x", values={"title": "t", "path": "/"}, dedupe_key=f"{n}")
            contact_seen(channel="wechat", address=f"{n}")
    for name in ("worker", "department", "workermessage"):
        hr_client.get(admin_url(f"{name}_changelist"))
        with django_assert_max_num_queries(14):
            assert hr_client.get(admin_url(f"{name}_changelist")).status_code == 200


def test_the_page_of_binding_costs_few_statements(li_na, phone, django_assert_max_num_queries):
    phone.get("/bind/")
    with django_assert_max_num_queries(3):
        phone.get("/bind/")


def test_another_factorys_contact_cannot_bind_here(lakeside, li_na, contact, phone, site_client):
    other = site_client(lakeside)
    other.cookies[COOKIE_NAME] = phone.cookies[COOKIE_NAME].value
    response = other.post("/bind/", {"employee_number": "A001", "name": "李娜", "proof": "0001"})
    assert response["Location"].startswith("/wechat/oauth/")
    contact.refresh_from_db()
    assert contact.worker is None


def test_a_whole_employee_number_finds_one_person_and_no_phone(sunrise, li_na, hr_client):
    with tenant_context(sunrise):
        Worker.objects.create(employee_number="00006", name="王强", name_pinyin="wang qiang")
        Worker.objects.create(employee_number="00007", name="张敏", name_pinyin="zhang min", phone="18600006123")
    url = reverse("admin:workers_worker_changelist", urlconf="config.urls_tenant")
    for query, names in [("00006", ["王强"]), (" 00006 ", ["王强"]), ("00007x", []), ("6123", ["张敏"])]:
        assert [worker.name for worker in hr_client.get(url, {"q": query}).context["cl"].result_list] == names


def test_days_stand_in_forms_as_the_help_says(sunrise, li_na, hr_client):
    with tenant_context(sunrise):
        Worker.objects.filter(pk=li_na.pk).update(hired_on="2021-06-15")
    page = hr_client.get(reverse("admin:workers_worker_change", args=[li_na.pk], urlconf="config.urls_tenant"))
    assert 'value="2021-06-15"' in page.content.decode()
