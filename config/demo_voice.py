"""The demo's channel: Sunrise's two officers and CCR CSR's two ombudsmen have enrolled already; Lakeside's set-up is left to try.

Their passphrases follow from DEMO_PASSWORD, so that `demo_info` can print them. Nothing like it exists outside of the demo:
there a passphrase is known to its officer alone.
"""

import hashlib
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection
from django_tenants.utils import get_public_schema_name, schema_context, tenant_context

from grievances.models import Channel
from grievances.protocol.words import numbers_of_digits, word_list
from grievances.sample import officer_sample
from grievances.services.carrier import carry
from grievances.services.officers import officer_of
from tenants.models import Factory


@dataclass(frozen=True)
class DemoOfficer:
    username: str
    name: str


OFFICERS = [DemoOfficer("hr", "陈主管"), DemoOfficer("hr2", "王芳")]
OMBUDSMEN = [DemoOfficer("ombudsman", "周老师"), DemoOfficer("ombudsman2", "吴老师")]


def passphrase_of(officer: DemoOfficer) -> str:
    """Six words, those of this installation's DEMO_PASSWORD and this person."""
    place = connection.schema_name
    digest = hashlib.sha256(f"{settings.DEMO_PASSWORD}/{place}/{officer.username}".encode()).digest()
    digits = f"{int.from_bytes(digest[:16], 'big') % 10**18:018}"
    return " ".join(word_list().written(numbers_of_digits(digits)))


def voice_load(factory: Factory, *, is_enrolled: bool) -> None:
    """Enrol the ombudsmen and, where wished, the factory's officers, unless somebody has. Again it changes nothing."""
    with schema_context(get_public_schema_name()):
        _enrol(OMBUDSMEN)
    with tenant_context(factory):
        if is_enrolled:
            _enrol(OFFICERS)
        carry()


def _enrol(people: list[DemoOfficer]) -> None:
    users = {user.username: user for user in User.objects.filter(username__in=[each.username for each in people])}
    if any(officer_of(user) for user in users.values()):
        return
    first = None
    for each in people:
        made = officer_sample(users[each.username], name=each.name, passphrase=passphrase_of(each), by=first)
        first = first or made
    Channel.objects.update(shows_next_day=False)  # whoever tries the demo wants to see the case they have just written
