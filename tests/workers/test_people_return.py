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


def test_somebody_who_returns_is_who_they_were(li_na):
    assert not worker_return(worker=li_na)
    worker_leave(worker=li_na, on=date(2026, 1, 5))
    assert worker_return(worker=li_na)
    assert [version.left_on for version in li_na.history.all()][:2] == [None, date(2026, 1, 5)]


def test_the_list_lets_people_leave_and_come_back(sunrise, li_na, hr_client):
    with tenant_context(sunrise):
        message_queue(worker=li_na, kind="x", values={"title": "t", "path": "/"}, dedupe_key="1")
    hr_client.post(page("changelist"), {"action": "leave", "_selected_action": [li_na.pk]})
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


def test_a_viewer_sends_nobody_away(sunrise, li_na, site_client):
    client = site_client(sunrise)
    with tenant_context(sunrise):
        viewer = User.objects.create_user("viewer", password="x", is_staff=True)
        viewer.user_permissions.set(Permission.objects.filter(codename__in=["view_worker", "see_all_departments"]))
        client.force_login(viewer)
    client.post(page("changelist"), {"action": "leave", "_selected_action": [li_na.pk]})
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
