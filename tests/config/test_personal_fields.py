"""Every field that points at a person, or hangs on a row that does, has a purpose, a time and readers in the register."""

from collections import Counter

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db.models import CASCADE, Model
from django.utils.translation import override
from simple_history.models import HistoricalChanges

from workers.models import Contact, Worker
from workers.privacy.register import TECHNICAL, entries, rooms

PEOPLE = {Worker, Contact, User}


def _keys(model: type[Model]):
    return [field for field in model._meta.concrete_fields if field.is_relation]


def _models_of_people() -> list[type[Model]]:
    """Those with a key to a person, and those whose rows go with such a row. Earlier versions are asked for by their model."""
    models = [model for model in apps.get_models() if not issubclass(model, HistoricalChanges)]
    found = PEOPLE | {model for model in models if any(key.related_model in PEOPLE for key in _keys(model))}
    while more := {
        model
        for model in models
        if model not in found
        and any(key.related_model in found and key.remote_field.on_delete is CASCADE for key in _keys(model))
    }:
        found |= more
    return sorted(found, key=lambda model: model._meta.label)


def _impersonal() -> dict[str, frozenset[str]]:
    return {label: frozenset(names.split()) for room in rooms() for label, names in room.impersonal.items()}


def _fields(model: type[Model]) -> set[str]:
    return {field.name for field in [*model._meta.concrete_fields, *model._meta.many_to_many]} - TECHNICAL


@pytest.mark.parametrize("model", _models_of_people(), ids=lambda model: model._meta.label)
def test_every_field_of_a_person_is_in_the_register_once(model):
    label = model._meta.label
    named = Counter(name for entry in entries() if entry.model == label for name in entry.names)
    not_personal = _impersonal().get(label, frozenset())
    assert _fields(model) - named.keys() - not_personal == set(), "say what these are kept for"
    assert not [name for name, count in named.items() if count > 1 or name in not_personal]


def test_the_register_names_nothing_that_is_not_there():
    for entry in entries():
        assert entry.names <= _fields(apps.get_model(entry.model)), entry.model


def test_what_has_a_time_has_a_sweep_that_carries_it_out():
    sweeps = {name for room in rooms() for name in room.sweeps}
    promised = {entry.kept.sweep for entry in entries()} - {""}
    assert promised <= sweeps
    assert {entry.model for entry in entries() if not entry.kept.sweep} <= {
        "admin.LogEntry", "announcements.Announcement", "audit.AuditEntry", "auth.User", "grievances.Officer",
        "otp_static.StaticDevice", "otp_static.StaticToken", "otp_totp.TOTPDevice", "sessions.Session", "staff.Account",
        "staff.AppKey", "staff.Invitation", "staff.SavedFilter", "staff.Scan", "staff.SignIn", "workers.ApiToken",
        "workers.Colleague", "workers.Department",
    }  # fmt: skip


def test_what_workers_say_of_themselves_is_read_by_nobody_in_hr():
    from workers.privacy.register import Reader

    said = [entry for entry in entries() if entry.model in ("workers.SelfDescription", "workers.Child")]
    assert said
    assert all(set(entry.seen_by) == {Reader.SELF, Reader.COUNTS} for entry in said)


def test_every_word_of_the_register_is_there_in_chinese():
    with override("zh-hans"):
        for entry in entries():
            assert not str(entry.purpose).isascii(), entry.purpose
            assert not str(entry.kept.text).isascii(), entry.kept.text
        for room in rooms():
            assert not [words for line in room.for_worker for words in line if str(words).isascii()]


def test_earlier_versions_of_employees_go_with_the_employee(li_na):
    from workers.privacy.erasure import worker_erase
    from workers.services import worker_leave

    assert li_na.history.exists()
    worker_leave(worker=li_na, on=li_na.created_at.date())
    worker_erase(worker=li_na, by="system")
    assert not li_na.history.exists()
