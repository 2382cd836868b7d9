"""People leave and come back: from the list and from their own page, with what they had."""

from datetime import date

from django.contrib.auth.models import Permission, User
from django.urls import reverse
from django.utils import timezone
from django_tenants.utils import tenant_context

from tenants.audit.models import AuditEntry
from workers.models import Worker
from workers.services import message_queue, worker_leave
from workers.services.people import worker_return


def page(name, *args) -> str:
    return reverse(f"admin:workers_worker_{name}", args=args, urlconf="config.urls_tenant")


def said_to_have_left(*workers, on=None, **changes) -> dict:
    """What the page that asks posts."""
    ids = [worker.pk for worker in workers]
    day = (on or timezone.localdate()).isoformat()
    return {"action": "leave", "_selected_action": ids, "counted": str(len(ids)), "on": day, **changes}


def test_somebody_who_returns_is_who_they_were(li_na):
    assert not worker_return(worker=li_na)
    worker_leave(worker=li_na, on=date(2026, 1, 5))
    assert worker_return(worker=li_na)
    assert [version.left_on for version in li_na.history.all()][:2] == [None, date(2026, 1, 5)]


def test_the_list_lets_people_leave_and_come_back(sunrise, li_na, hr_client):
    with tenant_context(sunrise):
        message_queue(worker=li_na, kind="x", values={"title": "t", "path": "/"}, dedupe_key="1")
    hr_client.post(page("changelist"), said_to_have_left(li_na))
    with tenant_context(sunrise):
        li_na.refresh_from_db()
        assert li_na.left_on == timezone.localdate()
        assert li_na.messages.get().refusal_code == "left"
        assert li_na.history.first().left_on == timezone.localdate()
        entry = AuditEntry.objects.get()
        assert (entry.action, entry.subject_ids) == ("workers_left", [li_na.pk])
    assert "李娜" not in hr_client.get(page("changelist")).content.decode()
    gone = f"{page('changelist')}?employment=left"
    hr_client.post(gone, {"action": "come_back", "_selected_action": [li_na.pk]})
    with tenant_context(sunrise):
        assert Worker.objects.get(pk=li_na.pk).left_on is None
        assert AuditEntry.objects.get(action="workers_returned").subject_ids == [li_na.pk]
    hr_client.post(gone, {"action": "come_back", "_selected_action": [li_na.pk]})
    with tenant_context(sunrise):
        assert AuditEntry.objects.filter(action="workers_returned").count() == 1


def test_the_page_of_somebody_offers_what_fits(sunrise, li_na, hr_client):
    shown = hr_client.get(page("change", li_na.pk)).content.decode()
    assert "/leave" in shown
    assert "/come-back" not in shown
    leave = reverse("admin:workers_worker_leave_one", args=[li_na.pk], urlconf="config.urls_tenant")
    assert hr_client.get(leave).status_code == 200
    for day, stays in [("2999-01-01", None), ("2026-01-05", date(2026, 1, 5))]:
        hr_client.post(leave, {"_form_submitted": "on", "on": day})
        with tenant_context(sunrise):
            assert Worker.objects.get(pk=li_na.pk).left_on == stays
    shown = hr_client.get(page("change", li_na.pk)).content.decode()
    assert "/come-back" in shown
    hr_client.post(
        reverse("admin:workers_worker_come_back_one", args=[li_na.pk], urlconf="config.urls_tenant"),
        {"_form_submitted": "on"},
    )
    with tenant_context(sunrise):
        assert Worker.objects.get(pk=li_na.pk).left_on is None


def test_the_form_refuses_what_a_file_would_be_refused_for(sunrise, li_na, hr_client):
    values = {
        "employee_number": "A001",
        "name": "李娜",
        "birth_date": "2020-01-01",
        "phone": "1380013800",
        "id_last_four": "12",
    }
    form = hr_client.post(page("change", li_na.pk), values).context["adminform"].form
    assert {"birth_date", "phone", "id_last_four"} <= set(form.errors)
    values |= {"birth_date": "1995-01-01", "phone": "138 0013 8000", "id_last_four": "123x"}
    assert hr_client.post(page("change", li_na.pk), values).status_code == 302
    with tenant_context(sunrise):
        li_na.refresh_from_db()
        assert (li_na.phone, li_na.id_last_four) == ("13800138000", "123X")


def test_nobody_leaves_before_hr_has_seen_who_it_is(sunrise, li_na, hr_client):
    with tenant_context(sunrise):
        message_queue(worker=li_na, kind="x", values={"title": "t", "path": "/"}, dedupe_key="1")
        others = [
            Worker.objects.create(employee_number=f"B{n}", name="王强", name_pinyin="wang qiang") for n in range(12)
        ]
    ticked = {"action": "leave", "_selected_action": [worker.pk for worker in (li_na, *others)]}
    asked = hr_client.post(page("changelist"), {**ticked, "index": "0", "select_across": "0"})
    told = asked.content.decode()
    assert (len(asked.context["people"]), asked.context["more"]) == (10, 3)
    assert "李娜" in told
    assert told.count('name="_selected_action"') == 13
    assert f'value="{timezone.localdate().isoformat()}"' in told
    with tenant_context(sunrise):
        assert not Worker.objects.filter(left_on__isnull=False).exists()
        assert li_na.messages.get().state == "queued"
        assert not AuditEntry.objects.filter(action="workers_left").exists()


def test_those_who_left_leave_on_the_day_that_was_said(sunrise, li_na, hr_client):
    with tenant_context(sunrise):
        Worker.objects.update(hired_on=date(2026, 2, 1))
    for refused in ({"on": "2999-01-01"}, {"on": "2026-01-05"}, {"on": "soon"}, {"counted": "2"}, {"counted": "²"}):
        answer = hr_client.post(page("changelist"), {**said_to_have_left(li_na), **refused})
        assert answer.context["form"].errors, refused
        with tenant_context(sunrise):
            assert Worker.objects.get().left_on is None
    assert hr_client.post(page("changelist"), said_to_have_left(li_na, on=date(2026, 3, 1))).status_code == 302
    with tenant_context(sunrise):
        assert Worker.objects.get().left_on == date(2026, 3, 1)


def test_who_came_into_the_list_meanwhile_does_not_leave_unseen(sunrise, li_na, hr_client):
    """All of the list is ticked, and it has grown since the page asked."""
    asked = hr_client.post(
        page("changelist"), {"action": "leave", "_selected_action": [li_na.pk], "select_across": "1"}
    )
    assert asked.context["across"] == "1"
    with tenant_context(sunrise):
        Worker.objects.create(employee_number="B1", name="王强", name_pinyin="wang qiang")
    assert hr_client.post(page("changelist"), said_to_have_left(li_na, select_across="1")).status_code == 200
    with tenant_context(sunrise):
        assert not Worker.objects.filter(left_on__isnull=False).exists()


def test_who_has_left_already_is_not_asked_about(sunrise, li_na, hr_client):
    with tenant_context(sunrise):
        worker_leave(worker=li_na, on=date(2026, 1, 5))
    gone = f"{page('changelist')}?employment=left"
    assert hr_client.post(gone, {"action": "leave", "_selected_action": [li_na.pk]}).status_code == 302
    with tenant_context(sunrise):
        assert Worker.objects.get().left_on == date(2026, 1, 5)
        assert not AuditEntry.objects.filter(action="workers_left").exists()


def test_a_viewer_sends_nobody_away(sunrise, li_na, site_client):
    client = site_client(sunrise)
    with tenant_context(sunrise):
        viewer = User.objects.create_user("viewer", password="x", is_staff=True)
        viewer.user_permissions.set(Permission.objects.filter(codename__in=["view_worker", "see_all_departments"]))
        client.force_login(viewer)
    client.post(page("changelist"), said_to_have_left(li_na))
    address = reverse("admin:workers_worker_leave_one", args=[li_na.pk], urlconf="config.urls_tenant")
    assert client.post(address, {"_form_submitted": "on", "on": "2026-01-05"}).status_code == 403
    with tenant_context(sunrise):
        assert Worker.objects.get(pk=li_na.pk).left_on is None


def test_another_factory_cannot_send_anybody_away(lakeside, li_na, admin_of):
    client = admin_of(lakeside)
    address = reverse("admin:workers_worker_leave_one", args=[li_na.pk], urlconf="config.urls_tenant")
    assert client.post(address, {"_form_submitted": "on", "on": "2026-01-05"}).status_code in (403, 404)
    li_na.refresh_from_db()
    assert li_na.left_on is None
