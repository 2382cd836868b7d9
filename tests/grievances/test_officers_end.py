"""The last way out, on the server: it ends enrolments and opens nothing."""

import pytest
from django.core.management import CommandError, call_command
from django_tenants.utils import schema_context

from grievances.models import CaseWrap, Officer
from tests.grievances.cast import holder_enrol, staff_make


def test_keys_that_are_lost_are_ended_and_somebody_begins_anew(officers, make_case, capsys):
    make_case()
    with schema_context("public"):
        call_command("officers_end", "sunrise", *(str(holder.row.pk)[:12] for holder in officers))
    assert not CaseWrap.objects.exists()
    assert set(Officer.objects.values_list("state", "passphrase_wrap")) == {("left", None)}
    assert holder_enrol(staff_make("new"), name="新人").row.state == "active"


def test_a_slip_changes_nothing(officers):
    for arguments in [("nowhere", "x"), ("sunrise", ""), ("sunrise", str(officers[0].row.pk), "zzz")]:
        with pytest.raises(CommandError), schema_context("public"):
            call_command("officers_end", *arguments)
    assert Officer.objects.active().count() == 2
