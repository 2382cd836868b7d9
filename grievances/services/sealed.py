"""Ciphertext on its way in: what the services take, and the checks that need no key."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Max, Q, QuerySet, Sum
from django.utils.translation import gettext as _
from django_tenants.utils import get_public_schema_name

from grievances.errors import OutOfDate, VaultRefused
from grievances.models import Attachment, Case, CaseEvent, CaseWrap, Lane, Message, Officer
from grievances.services.calendar import today

SEAL_BYTES, BLOCK_BYTES = 48, 512  # crypto_box_seal's overhead; messages are padded to blocks
MOST_MESSAGE_BYTES = SEAL_BYTES + 64 * BLOCK_BYTES
STREAM_HEADER_BYTES, STREAM_CHUNK_BYTES = 24, 65_536 + 17
MOST_ATTACHMENT_CHUNKS = 24  # 1.5 MB
MOST_ATTACHMENTS = 4
MOST_STAGED_BYTES = 256 * 1024 * 1024  # uploads of a factory that no message has claimed yet
MOST_MESSAGES_OF_A_SIDE = 500


@dataclass(frozen=True, slots=True)
class SealedMessage:
    """A message as its author's browser sealed it. number, epoch: as signed inside; the server only agrees or refuses."""

    id: UUID
    number: int
    epoch: int
    sealed: bytes
    kind: Any = Message.Kind.MESSAGE
    attachments: list[UUID] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SealedWrap:
    """The private key of an epoch, sealed to an officer."""

    officer: UUID
    sealed: bytes
    epoch: int = 0
    is_held: bool = False


def own_lane() -> Any:
    """The lane that this schema numbers."""
    return Lane.OMBUDSMAN if connection.schema_name == get_public_schema_name() else Lane.FACTORY


def case_lock(case_id: str) -> Case:
    """The case, locked until the transaction ends. Raises OutOfDate where it is erased or gone."""
    case = Case.objects.select_for_update().filter(pk=case_id, erased_on=None).first()
    if case is None:
        raise OutOfDate(_("This case has been erased. Load the list again."))
    return case


def message_append(case: Case, message: SealedMessage, *, author: Officer | None) -> Message:
    """Add a message to this schema's lane of a locked case; posting the same one again returns the first.

    Raises OutOfDate when its number or key is no longer the next one, VaultRefused (bad_size, attachment_missing, full).
    """
    earlier = Message.objects.filter(pk=message.id, case=case).first()
    if earlier:
        return earlier
    _require_message_size(message.sealed)
    lane = own_lane()
    number = next_number(case.messages.filter(lane=lane))
    newest = case.keys.order_by("-epoch").values_list("epoch", flat=True)[0]
    if message.number != number or message.epoch != newest:
        raise OutOfDate(_("Something new was written in the meantime. Your text is still here: it is sent once more."))
    is_full = case.messages.filter(lane=lane, author__isnull=author is None).count() >= MOST_MESSAGES_OF_A_SIDE
    if is_full and message.kind != Message.Kind.REKEY:
        raise VaultRefused(_("This case has very many messages. Please begin a new one."), code="full")
    stored = Message.objects.create(
        id=message.id,
        case=case,
        author=author,
        lane=lane,
        number=message.number,
        epoch=message.epoch,
        kind=message.kind,
        sealed=message.sealed,
        arrived_on=today(),
    )
    _attachments_claim(stored, message.attachments)
    return stored


def next_number(numbered: QuerySet) -> int:
    """Behind the highest number: where one was taken out, readers see the gap, and writing goes on."""
    highest = numbered.aggregate(highest=Max("number"))["highest"]
    return 0 if highest is None else highest + 1


def attachment_store(*, attachment_id: UUID, sealed: bytes) -> None:
    """Keep a sealed upload until the message that names it comes. Sending the same one again changes nothing.

    Raises VaultRefused (bad_size, taken: another content under this id).
    """
    body = len(sealed) - STREAM_HEADER_BYTES
    if body <= 0 or body % STREAM_CHUNK_BYTES or body // STREAM_CHUNK_BYTES > MOST_ATTACHMENT_CHUNKS:
        raise VaultRefused(_("This file is too large or was cut off. Take a smaller one."), code="bad_size")
    _staging_clear(room_for=len(sealed))
    stored, is_new = Attachment.objects.get_or_create(
        pk=attachment_id, defaults={"sealed": sealed, "size": len(sealed), "arrived_on": today()}
    )
    if not is_new and bytes(stored.sealed) != sealed:
        raise VaultRefused(_("This upload was mixed up with another one. Choose the file again."), code="taken")


def wraps_add(case: Case, wraps: Iterable[SealedWrap], *, replaces: bool = False) -> None:
    """Hand the case to officers: one wrap for each epoch. A held wrap may become live.

    replaces: the wraps come from the worker, whose word goes before what officers have put there; else what is there stays.
    """
    keys = {key.epoch: key for key in case.keys.all()}
    by_officer: dict[UUID, list[SealedWrap]] = {}
    for wrap in wraps:
        by_officer.setdefault(wrap.officer, []).append(wrap)
    present = set(Officer.objects.active().filter(pk__in=by_officer).values_list("pk", flat=True))
    for officer_id, theirs in by_officer.items():
        if officer_id not in present or {wrap.epoch for wrap in theirs} != keys.keys():
            raise OutOfDate(
                _("The people who receive cases have changed. Load the page again."), code="officers_changed"
            )
        for wrap in theirs:
            if len(wrap.sealed) != SEAL_BYTES + 32:
                raise VaultRefused(_("A key was damaged on its way. Try again."), code="bad_size")
            stored, is_new = CaseWrap.objects.get_or_create(
                key=keys[wrap.epoch],
                officer_id=officer_id,
                defaults={"sealed": wrap.sealed, "is_held": wrap.is_held},
            )
            if not is_new and replaces:
                stored.sealed, stored.is_held, stored.is_carried = wrap.sealed, wrap.is_held, False
                stored.save(update_fields=["sealed", "is_held", "is_carried"])
            elif not is_new and stored.is_held and not wrap.is_held:
                stored.is_held = False
                stored.save(update_fields=["is_held"])


def _staging_clear(*, room_for: int) -> None:
    """Where uploads that nobody claims pile up, drop half of them by lot: a real one is claimed within seconds, and its browser
    sends it again where the lot fell on it. So nobody fills the room for all the others."""
    staged = Attachment.objects.filter(message=None)
    if (staged.aggregate(size=Sum("size"))["size"] or 0) + room_for > MOST_STAGED_BYTES:
        half = staged.order_by("?").values_list("pk", flat=True)[: max(1, staged.count() // 2)]
        Attachment.objects.filter(pk__in=list(half)).delete()


def stood_aside(case: Case) -> set[UUID]:
    """The enrolments, later ones too, of people who have said that this case is about them."""
    said = CaseEvent.objects.filter(case=case, kind="conflict")
    people = said.exclude(officer__user=None).values("officer__user")
    return set(
        Officer.objects.filter(Q(pk__in=said.values("officer")) | Q(user__in=people)).values_list("pk", flat=True)
    )


def _require_message_size(sealed: bytes) -> None:
    body = len(sealed) - SEAL_BYTES
    if body <= 0 or body % BLOCK_BYTES or len(sealed) > MOST_MESSAGE_BYTES:
        raise VaultRefused(_("This text is too long. Send it in two parts."), code="bad_size")


def _attachments_claim(message: Message, ids: list[UUID]) -> None:
    if len(ids) > MOST_ATTACHMENTS:
        raise VaultRefused(_("Too many files at once. Send some of them with the next message."), code="bad_size")
    claimed = Attachment.objects.filter(pk__in=ids, message=None).update(message=message)
    if claimed != len(set(ids)):
        raise VaultRefused(_("A file did not arrive whole. It is sent once more."), code="attachment_missing")
