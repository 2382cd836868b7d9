"""The table of roles."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from tenants.roles import FACTORY_ROLES, LIBRARY_ROLES, OWNER, ROLES, role_on, roles_ensure


def held(group: Group) -> set[tuple[str, str]]:
    return set(group.permissions.values_list("content_type__app_label", "codename"))


@pytest.mark.parametrize("role", FACTORY_ROLES, ids=lambda role: role.key)
def test_every_line_of_a_factorys_role_names_permissions_that_exist(in_sunrise, role):
    assert held(role_on(role.key)) == role.permissions


@pytest.mark.parametrize("role", LIBRARY_ROLES, ids=lambda role: role.key)
def test_every_line_of_a_library_role_names_permissions_that_exist(db, role):
    roles_ensure()
    assert held(Group.objects.get(name=role.key)) == role.permissions


def test_the_owner_may_hand_on_every_role_of_a_factory():
    assert all(role.permissions <= ROLES[OWNER].permissions for role in FACTORY_ROLES)


def test_a_new_factory_has_two_roles_and_completing_them_adds_none(in_sunrise):
    roles_ensure()
    assert set(Group.objects.values_list("name", flat=True)) == {"owner", "people"}


def test_a_role_that_is_on_gets_the_permissions_it_lacks_and_loses_what_is_not_in_the_table(in_sunrise):
    group = role_on("viewer")
    group.permissions.set(Permission.objects.filter(codename="add_user"))
    roles_ensure()
    assert held(group) == ROLES["viewer"].permissions


def test_a_role_of_the_other_site_cannot_be_switched_on(in_sunrise):
    with pytest.raises(KeyError):
        role_on("operator")


def _rename():
    loader = MigrationLoader(connection)
    module = loader.get_migration("staff", "0002_roles_by_task")
    with connection.schema_editor() as editor:
        module.operations[0].code(loader.project_state(("staff", "0001_saved_filters")).apps, editor)


def test_who_administered_a_factory_owns_it_after_the_update(in_sunrise):
    Group.objects.all().delete()
    wang = get_user_model().objects.create_user("wang", is_staff=True)
    wang.groups.add(Group.objects.create(name="hr_admin"))
    _rename()
    roles_ensure()
    assert [group.name for group in wang.groups.all()] == ["owner"]


def test_who_administered_the_library_keeps_all_of_it(db):
    Group.objects.all().delete()
    users = get_user_model().objects
    boss, editor = users.create_user("boss", is_staff=True), users.create_user("editor", is_staff=True)
    boss.groups.add(Group.objects.create(name="library_admin"))
    editor.groups.add(Group.objects.create(name="content_editor"))
    _rename()
    roles_ensure()
    assert {group.name for group in boss.groups.all()} == {"operator", "librarian", "factory_manager", "ombudsman"}
    assert [group.name for group in editor.groups.all()] == ["librarian"]
    apps = {permission.split(".")[0] for permission in users.get(username="boss").get_all_permissions()}
    assert {"auth", "lessons", "tenants", "grievances"} <= apps


def test_the_page_of_roles_names_who_can_sign_in_and_words_its_button_as_an_action(in_sunrise, site_client):
    people = role_on("people")
    users = get_user_model().objects
    users.create_user("here", first_name="张在").groups.add(people)
    users.create_user("gone", first_name="王走", is_active=False).groups.add(people)
    role_on("viewer")
    client = site_client(in_sunrise)
    client.force_login(users.get(username="hr"))
    page = client.get("/admin/auth/group/").content.decode()
    members = client.get(f"/admin/auth/group/{people.pk}/change/").content.decode()
    for shown in (page, members):
        assert ("here" in shown, "gone" in shown, "王走" in shown) == (True, False, False)
    assert "停用此角色" in page
