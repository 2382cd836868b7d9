"""HR's pages of the tree: read at a glance, moved and merged after a look at what it concerns."""

from datetime import date

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django_tenants.utils import tenant_context

from workers.models import Department, Worker
from workers.services import department_create, department_ensure
from workers.services.merging import department_merge


def url(name, *args) -> str:
    return reverse(f"admin:workers_department_{name}", args=args, urlconf="config.urls_tenant")


@pytest.fixture
def lines(in_sunrise):
    """(A线 of 一车间, with one employee and one who left; 二车间), both of 生产部."""
    line = department_ensure(department="生产部", workshop="一车间", line="A线")
    other = department_ensure(department="生产部", workshop="二车间")
    for number, left_on in [("1", None), ("2", date(2026, 1, 1))]:
        Worker.objects.create(
            employee_number=number, name="王强", name_pinyin="wang qiang", department=line, left_on=left_on
        )
    return line, other


def test_the_list_counts_who_is_there_and_below(sunrise, lines, admin_of):
    rows = {row.name: row for row in admin_of(sunrise).get(url("changelist")).context["cl"].result_list}
    assert (rows["生产部"].people_count, rows["生产部"].people_below_count) == (0, 1)
    assert (rows["A线"].people_count, rows["二车间"].people_below_count) == (1, 0)


def test_a_longer_list_takes_no_more_statements(sunrise, lines, admin_of, django_assert_max_num_queries):
    client = admin_of(sunrise)
    client.get(url("changelist"))
    for number in range(10):
        department_create(name=f"{number}线", kind="line", parent=lines[1], leader=Worker.objects.first())
    client.get(url("changelist"))  # whoever it names goes into the trail, once in ten minutes
    with django_assert_max_num_queries(14):
        client.get(url("changelist"))


@pytest.mark.parametrize("what", ["move", "merge"])
def test_what_it_concerns_is_said_before_it_is_done(sunrise, lines, admin_of, what):
    client, (line, other) = admin_of(sunrise), lines
    workshop = line.parent
    asked = client.get(url(what, workshop.pk))
    assert other in asked.context["form"].fields["to"].queryset
    assert line not in asked.context["form"].fields["to"].queryset
    shown = client.get(url(what, workshop.pk), {"to": other.pk})
    extent = shown.context["extent"]
    assert (extent.employed, extent.left, extent.below, shown.context["is_chosen"]) == (1, 1, 1, True)
    workshop.refresh_from_db()
    assert workshop.parent != other
    assert client.post(url(what, workshop.pk), {"to": other.pk}).status_code == 302
    workshop.refresh_from_db()
    assert (workshop.parent if what == "move" else workshop.merged_into) == other
    assert Worker.objects.in_department(other).count() == 2


def test_who_did_it_is_in_the_history(sunrise, lines, admin_of):
    line, other = lines
    admin_of(sunrise).post(url("merge", line.pk), {"to": other.pk})
    hr = User.objects.get(username="hr")
    assert line.history.first().history_user_id == hr.pk
    assert Worker.objects.get(employee_number="1").history.first().history_user_id == hr.pk


@pytest.mark.parametrize("target", ["itself", "below", "999999", "x", ""])
def test_a_place_that_cannot_be_is_refused_beside_the_field(sunrise, lines, admin_of, target):
    line, _other = lines
    to = {"itself": line.parent.pk, "below": line.pk}.get(target, target)
    response = admin_of(sunrise).post(url("merge", line.parent.pk), {"to": to})
    assert response.status_code == 200
    assert not response.context["is_chosen"]
    assert not Department.objects.exclude(merged_into=None).exists()


def test_a_namesake_at_the_new_place_is_told_in_a_sentence(sunrise, lines, admin_of):
    line, other = lines
    department_create(name="A线", kind="line", parent=other)
    page = admin_of(sunrise).post(url("move", line.pk), {"to": other.pk})
    assert page.context["refusal"]
    line.refresh_from_db()
    assert line.parent.name == "一车间"


def test_a_closed_one_is_offered_nowhere_and_its_page_only_tells(sunrise, lines, admin_of):
    client, (line, other) = admin_of(sunrise), lines
    department_merge(department=line, into=other, by="system")
    listed = client.get(url("changelist")).context["cl"].result_list
    assert line not in listed
    assert list(client.get(url("changelist"), {"standing": "closed"}).context["cl"].result_list) == [line]
    add = client.get(reverse("admin:workers_worker_add", urlconf="config.urls_tenant"))
    assert line not in add.context["adminform"].form.fields["department"].queryset
    assert "merged_into" in str(client.get(url("change", line.pk)).context["adminform"].fieldsets)
    assert client.post(url("change", line.pk), {"name": "新", "kind": "line"}).status_code == 403
    assert client.get(url("move", line.pk)).status_code == 403
    assert client.get(url("delete", line.pk)).status_code == 403


def test_deleting_what_has_people_is_refused_with_a_way_out(sunrise, lines, admin_of):
    client, (line, _other) = admin_of(sunrise), lines
    assert client.post(url("delete", line.pk), {"post": "yes"})["Location"].endswith(f"/{line.pk}/change/")
    empty = department_create(name="打错了", kind="line")
    client.post(url("delete", empty.pk), {"post": "yes"})
    assert not Department.objects.filter(pk=empty.pk).exists()
    assert Department.objects.filter(pk=line.pk).exists()


def test_a_leader_who_has_left_is_shown_and_not_chosen_anew(sunrise, lines, admin_of):
    client, (line, other) = admin_of(sunrise), lines
    left = Worker.objects.get(employee_number="2")
    Department.objects.filter(pk=line.pk).update(leader=left)
    values = {"parent": line.parent_id, "kind": "line", "name": "A线", "leader": left.pk}
    assert client.post(url("change", line.pk), values).status_code == 302
    refused = client.post(url("change", other.pk), {**values, "name": "二车间", "parent": other.parent_id})
    assert "leader" in refused.context["adminform"].form.errors
    assert "（已离职）" in client.get(url("changelist")).content.decode()


def test_the_outsider_finds_nothing_of_it(sunrise, lakeside, lines, admin_of):
    stranger, (line, other) = admin_of(lakeside), lines
    for what in ("change", "move", "merge", "delete", "history"):
        assert stranger.get(url(what, line.pk)).status_code in {302, 404}
        assert stranger.post(url(what, line.pk), {"to": other.pk, "post": "yes"}).status_code in {302, 404}
    assert stranger.get(url("move", "x")).status_code == 404
    assert "一车间" not in stranger.get(url("changelist")).content.decode()
    with tenant_context(sunrise):
        assert not Department.objects.exclude(merged_into=None).exists()


def test_who_may_only_look_neither_moves_nor_merges(sunrise, lines, site_client):
    from django.contrib.auth.models import Permission

    user = User.objects.create_user("viewer", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_department"))
    client = site_client(sunrise)
    client.force_login(user)
    line, other = lines
    assert client.get(url("changelist")).status_code == 200
    for what in ("move", "merge"):
        assert client.post(url(what, line.pk), {"to": other.pk}).status_code == 403


def test_a_leader_who_works_elsewhere_is_saved_and_spoken_of(sunrise, lines, admin_of):
    client, (line, other) = admin_of(sunrise), lines
    leader = Worker.objects.employed().get()
    for department, is_told in [(line, False), (line.parent, False), (other, True), (other, False)]:
        values = {"name": department.name, "kind": department.kind, "parent": department.parent_id, "leader": leader.pk}
        answer = client.post(url("change", department.pk), values, follow=True)
        told = [message.level_tag for message in answer.context["messages"]]
        assert ("warning" in told) is is_told, department
        department.refresh_from_db()
        assert department.leader == leader


def test_who_works_above_leads_below_without_a_word(sunrise, lines, admin_of):
    line, _other = lines
    chief = Worker.objects.create(
        employee_number="9", name="周婷", name_pinyin="zhou ting", department=line.parent.parent
    )
    values = {"name": line.name, "kind": line.kind, "parent": line.parent_id, "leader": chief.pk}
    answer = admin_of(sunrise).post(url("change", line.pk), values, follow=True)
    assert "warning" not in [message.level_tag for message in answer.context["messages"]]
