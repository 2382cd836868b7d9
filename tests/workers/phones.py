"""Phones that bind, and what they bind with."""

import pytest

from workers.models import BindingPolicy, Contact
from workers.services import contact_seen, worker_bind
from workers.services.binding import BindRefused
from workers.services.slips import slip_workers, slips_make

Factor = BindingPolicy.SecondFactor


def bind(contact, number="A001", name="李娜", proof="0001"):
    return worker_bind(contact=contact, employee_number=number, name=name, proof=proof)


def refused(contact, number="A001", name="李娜", proof="0001"):
    with pytest.raises(BindRefused) as refusal:
        bind(contact, number, name, proof)
    return refusal.value


def phone_of(name: str) -> Contact:
    return contact_seen(channel="wechat", address=name)


def code_of(worker, hr) -> str:
    return slips_make(workers=slip_workers(worker=worker), by=hr)[0].code


def reference_of(worker, hr) -> str:
    return slips_make(workers=slip_workers(worker=worker), by=hr)[0].reference
