"""A case comes in: once, whole, bound to its keys and its factory."""

from dataclasses import replace

import pytest

from grievances import protocol
from grievances.errors import OutOfDate, VaultRefused
from grievances.models import Case, CaseEvent, CaseWrap, Message
from grievances.sample import new_case
from grievances.services.intake import case_submit
from tests.grievances.cast import holder_leave, read_by, read_by_worker


def test_both_officers_and_the_worker_read_what_was_written(officers, make_case):
    written = make_case("饭堂的菜不新鲜。", name="李娜")
    for holder in officers:
        opened = read_by(holder, written.row.pk)
        assert [message.body["text"] for message in opened.messages] == ["饭堂的菜不新鲜。"]
        assert opened.messages[0].body["name"] == "李娜"
        assert not opened.problems
    assert read_by_worker(written).messages[0].body["text"] == "饭堂的菜不新鲜。"


def test_sending_the_same_case_twice_counts_once(officers):
    new, _written = new_case()
    assert case_submit(new=new) == case_submit(new=new)
    assert (Case.objects.count(), Message.objects.count(), CaseEvent.objects.count()) == (1, 1, 1)


def test_a_case_with_a_swapped_key_is_refused_whole(officers):
    new, _written = new_case()
    for swapped in ("public_key", "worker_sign_key", "worker_box_key"):
        with pytest.raises(VaultRefused) as refusal:
            case_submit(new=replace(new, **{swapped: b"x" * 32}))
        assert refusal.value.code == "bad_case"
    assert not Case.objects.exists()


def test_a_case_made_for_another_factory_is_refused(officers):
    new, written = new_case()
    moved = protocol.case_id("lakeside", new.public_key, new.worker_sign_key, new.worker_box_key)
    with pytest.raises(VaultRefused):
        case_submit(new=replace(new, id=moved))


def test_nobody_takes_over_a_case_by_sending_its_id_again(officers, make_case):
    written = make_case()
    other, _written = new_case()
    with pytest.raises(VaultRefused) as refusal:
        case_submit(new=replace(other, id=written.row.pk))
    assert refusal.value.code == "bad_case"


def test_a_page_that_is_older_than_the_officers_is_told_so(officers):
    new, _written = new_case()
    with pytest.raises(OutOfDate) as refusal:
        case_submit(new=replace(new, wraps=new.wraps[:1]))
    assert refusal.value.code == "officers_changed"
    assert not CaseWrap.objects.exists()


def test_with_one_officer_alone_the_channel_is_closed(officers):
    new, _written = new_case()
    holder_leave(officers[1], by=officers[0])
    with pytest.raises(VaultRefused) as refusal:
        case_submit(new=new)
    assert refusal.value.code == "channel_closed"


def test_a_file_that_did_not_arrive_leaves_nothing_half_saved(officers):
    from grievances.models import Attachment

    new, _written = new_case(files=(b"\xff\xd8picture",))
    Attachment.objects.all().delete()
    with pytest.raises(VaultRefused) as refusal:
        case_submit(new=new)
    assert refusal.value.code == "attachment_missing"
    assert not Case.objects.exists()


def test_every_row_knows_a_day_and_no_time(officers):
    """No column of the vault is finer than a day, none is given out in an order."""
    from django.apps import apps
    from django.db import models

    from grievances.services.blur import vault_tables

    for model in apps.get_app_config("grievances").get_models():
        assert not [field for field in model._meta.fields if isinstance(field, models.DateTimeField | models.TimeField)]
    for model in vault_tables():
        assert not isinstance(model._meta.pk, models.AutoField)
