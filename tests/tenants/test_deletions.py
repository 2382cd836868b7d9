"""What other rows lead to is not deleted, and it is said how many they are and what to do."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission

from tests.config.rows import row_make
from workers.models import Department, Shift, Worker


@pytest.fixture
def hr(in_sunrise, site_client):
    return signed_in(site_client(in_sunrise), get_user_model().objects.get(username="hr"))


def signed_in(client, user):
    client.force_login(user)
    return client


def told(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


@pytest.mark.parametrize(("model", "key"), [(Department, "department"), (Shift, "shift")])
def test_how_many_hold_it_back_and_what_to_do(hr, model, key):
    row = row_make(model, name="A线")
    for _person in range(3):
        row_make(Worker, **{key: row})
    page = f"/admin/workers/{key}/{row.pk}/"
    answer = hr.get(f"{page}delete/", follow=True)
    assert answer.redirect_chain[-1][0] == f"{page}change/"
    (text,) = told(answer)
    assert "“A线”还不能删除" in text
    assert "员工 3" in text
    assert hr.post(f"{page}delete/", {"post": "yes"}).status_code == 302
    assert model.objects.filter(pk=row.pk).exists()


def test_of_many_at_once_the_page_says_it(hr):
    shift = row_make(Shift)
    row_make(Worker, shift=shift)
    chosen = {"action": "delete_selected", "_selected_action": [shift.pk]}
    page = hr.post("/admin/workers/shift/", chosen).content.decode()
    assert "员工 1" in page
    hr.post("/admin/workers/shift/", {**chosen, "post": "yes"})
    assert Shift.objects.filter(pk=shift.pk).exists()


def test_an_empty_one_is_deleted_as_before(hr):
    shift = row_make(Shift)
    assert hr.get(f"/admin/workers/shift/{shift.pk}/delete/").status_code == 200
    assert hr.post(f"/admin/workers/shift/{shift.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not Shift.objects.filter(pk=shift.pk).exists()


def test_who_may_not_see_employees_is_not_told_their_number(in_sunrise, site_client):
    user = get_user_model().objects.create_user("planner", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=["view_shift", "change_shift", "delete_shift"]))
    client = signed_in(site_client(in_sunrise), user)
    shift = row_make(Shift)
    row_make(Worker, shift=shift)
    page = client.get(f"/admin/workers/shift/{shift.pk}/delete/", follow=True).content.decode()
    assert "员工 1" not in page
    client.post(f"/admin/workers/shift/{shift.pk}/delete/", {"post": "yes"})
    assert Shift.objects.filter(pk=shift.pk).exists()
