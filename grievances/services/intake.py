"""A new case, as it comes from a worker's browser."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from grievances import protocol
from grievances.errors import OutOfDate, VaultRefused
from grievances.models import Case, CaseKey, Category, Lane, Message, Officer, ReceiptSalt
from grievances.services import flood
from grievances.services.calendar import due_on, today
from grievances.services.channel import channel_get, channel_is_open, ombudsman_is_open
from grievances.services.log import event_add
from grievances.services.sealed import SEAL_BYTES, SealedMessage, SealedWrap, message_append, wraps_add


@dataclass(frozen=True, slots=True)
class NewCase:
    """What the worker's browser sends. lookup_digest: SHA-256 of the lookup key; `to`: the lanes whose officers read it."""

    id: str
    public_key: bytes
    worker_sign_key: bytes
    worker_box_key: bytes
    worker_wrap: bytes
    lookup_digest: bytes
    salt_version: int
    category: str
    to: frozenset[str]
    wraps: list[SealedWrap]
    message: SealedMessage
    agreed_escalation: bool = False
    agreed_publication: bool = False


@transaction.atomic
def case_submit(*, new: NewCase, work: dict | None = None) -> Case:
    """Take a case in, once per id: the same one again returns what is there.

    Raises VaultRefused (channel_closed, bad_case, bad_size, attachment_missing), OutOfDate (officers_changed), TooMany,
    WorkNeeded; nothing has been written then.
    """
    if earlier := Case.objects.filter(pk=new.id, lookup_digest=new.lookup_digest).first():
        return earlier
    _require_sound(new)
    channel = channel_get()
    recipients = recipients_of(to=new.to, agreed_escalation=new.agreed_escalation)
    if {(wrap.officer, wrap.is_held) for wrap in new.wraps} != recipients or len(new.wraps) != len(recipients):
        raise OutOfDate(_("The people who receive cases have changed. Load the page again."), code="officers_changed")
    is_flood = flood.is_flood(channel)
    if is_flood:
        flood.work_require(case_id=new.id, work=work)
    arrived_on = today()
    case = Case.objects.create(
        id=new.id,
        place=connection.tenant.slug,
        lead=Lane.FACTORY if Lane.FACTORY in new.to else Lane.OMBUDSMAN,
        category=new.category,
        lookup_digest=new.lookup_digest,
        salt_version=new.salt_version,
        worker_sign_key=new.worker_sign_key,
        worker_box_key=new.worker_box_key,
        arrived_on=arrived_on,
        visible_on=arrived_on + timedelta(days=1) if channel.shows_next_day else None,
        acknowledge_by=due_on(arrived_on, days=channel.acknowledge_days, channel=channel),
        answer_by=due_on(arrived_on, days=channel.answer_days, channel=channel),
        agreed_escalation=new.agreed_escalation,
        agreed_publication=new.agreed_publication,
        is_quarantined=is_flood,
    )
    CaseKey.objects.create(case=case, epoch=0, public_key=new.public_key, worker_wrap=new.worker_wrap)
    wraps_add(case, new.wraps)
    message_append(case, new.message, author=None)
    event_add(case, "received", to=sorted(new.to), quarantined=is_flood)
    flood.count("cases", most=channel.most_per_hour)  # last: only what has come counts, so nobody probes by half a case
    return case


def recipients_of(*, to: frozenset[str], agreed_escalation: bool) -> set[tuple[UUID, bool]]:
    """(officer, held) for everybody a case to these lanes is sealed for. Raises VaultRefused where a lane is not open."""
    found: set[tuple[UUID, bool]] = set()
    officers = Officer.objects.active()
    if Lane.FACTORY in to:
        if not channel_is_open():
            raise VaultRefused(_("Nobody receives cases here at present."), code="channel_closed")
        found |= {(pk, False) for pk in officers.own().values_list("pk", flat=True)}
    is_to_ombudsman = Lane.OMBUDSMAN in to
    if is_to_ombudsman and not ombudsman_is_open():
        raise VaultRefused(_("The ombudsman receives no cases at present."), code="channel_closed")
    if is_to_ombudsman or (agreed_escalation and ombudsman_is_open()):
        found |= {(pk, not is_to_ombudsman) for pk in officers.ombudsmen().values_list("pk", flat=True)}
    return found


def _require_sound(new: NewCase) -> None:
    """What can be checked without a key: sizes, names, and that the id commits to the keys and to this factory."""
    committed = protocol.case_id(
        place=connection.tenant.slug,
        public_key=new.public_key,
        worker_sign_key=new.worker_sign_key,
        worker_box_key=new.worker_box_key,
    )
    is_sound = (
        committed == new.id
        and new.category in Category.values
        and new.to
        and new.to <= set(Lane.values)
        and len(new.worker_wrap) == SEAL_BYTES + 32
        and (new.message.kind, new.message.number, new.message.epoch) == (Message.Kind.MESSAGE, 0, 0)
        and ReceiptSalt.objects.filter(version=new.salt_version).exists()
        and not Case.objects.filter(lookup_digest=new.lookup_digest).exists()
        and not Case.objects.filter(pk=new.id).exists()
    )
    if not is_sound:
        raise VaultRefused(
            _("Something was damaged on its way. Load the page again and send it once more."), code="bad_case"
        )
