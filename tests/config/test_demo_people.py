"""What the demo adds to Sunrise's roster: shifts, leaders, logins of the smaller roles."""

from django.contrib.auth import get_user_model

from config.demo_people import leader_link, people_load
from config.local import table
from tenants.roles import LINE_LEADER, role_on
from workers.management.commands.roster_sample import roster_sample
from workers.models import Department, Shift, Worker
from workers.scope import visible_workers
from workers.services import roster_import


def test_a_demo_has_shifts_leaders_and_a_leader_who_sees_their_line_alone(in_sunrise):
    roster_import(content=roster_sample(rows=60, seed=1, named=[("李娜", "女"), ("王强", "男")]))
    user = get_user_model().objects.create_user("leader", is_staff=True)
    user.groups.add(role_on(LINE_LEADER))
    for _run in range(2):
        people_load(day_only={"李娜", "王强"})
        leader_link(user)
        before = list(Worker.objects.order_by("pk").values("shift", "position", "is_line_manager"))
    people_load(day_only=set())
    assert list(Worker.objects.order_by("pk").values("shift", "position", "is_line_manager")) == before
    assert set(Shift.objects.values_list("name", flat=True)) == {"白班", "夜班", "两班倒"}
    assert all(shift.workers.exists() for shift in Shift.objects.all())
    assert all(worker.shift.name == "白班" for worker in Worker.objects.filter(name__in=["李娜", "王强"]))
    assert not Worker.objects.filter(shift=None).exists()
    lines = Department.objects.filter(kind=Department.Kind.LINE)
    assert lines.exists()
    assert all(line.leader.is_line_manager for line in lines)
    assert not Worker.objects.filter(position="班组长", is_line_manager=False).exists()
    seen = set(visible_workers(user).values_list("department", flat=True))
    assert len(seen) == 1
    assert user.first_name in list(visible_workers(user).values_list("name", flat=True))


def test_a_demo_is_told_in_the_table_with_the_logins_of_the_smaller_roles():
    logins = [{"username": name, "password": "p", "role": name} for name in ("people", "viewer")]
    factory = {"slug": "sunrise", "url": "http://s/", "voice_url": "http://v", "logins": logins}
    factory["admin"] = {"username": "hr", "password": "p"}
    public = {"url": "http://p/", "staff": {"username": "ccrcsr", "password": "p"}}
    lines = table.rows({"public": public, "factories": [factory], "simulator": {"url": "http://x"}})
    assert ("Who sees less at sunrise", "http://s/admin/", "people, viewer", "p") in lines
    lines = table.rows({"public": public, "factories": [{**factory, "logins": []}], "simulator": {"url": "http://x"}})
    assert not [line for line in lines if line[0].startswith("Who")]


def test_whoever_is_in_no_shift_is_not_put_into_one_where_hr_has_made_shifts(in_sunrise, li_na):
    Shift.objects.create(name="早班", cycle=["day"])
    people_load(day_only=set())
    li_na.refresh_from_db()
    assert li_na.shift is None
