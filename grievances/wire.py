"""The JSON shapes of docs/vault-protocol.md: bytes as base64, what comes in made into the services' values."""

import base64
import binascii
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from grievances.models import Case, Category, Lane, Message, Note, Officer, State
from grievances.services.desk import NewKey, SealedNote
from grievances.services.intake import NewCase
from grievances.services.officers import NoteWrap, WrappedSeed
from grievances.services.sealed import MOST_ATTACHMENTS, MOST_MESSAGE_BYTES, SealedMessage, SealedWrap

MOST_ROWS = 1000  # of one list in one request; browsers send more in several


def encoded(data: bytes | memoryview) -> str:
    return base64.b64encode(data).decode()


class Base64Field(serializers.CharField):
    """Bytes in standard base64; `size` exactly, or at most `most`."""

    default_error_messages = {"damaged": _("This part was damaged on its way.")}

    def __init__(self, *, size: int | None = None, most: int = MOST_MESSAGE_BYTES, **kwargs):
        self.size = size
        super().__init__(max_length=(size or most) * 4 // 3 + 4, trim_whitespace=False, **kwargs)

    def to_internal_value(self, data: Any) -> bytes:  # type: ignore[override]
        text = super().to_internal_value(data)
        try:
            content = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            self.fail("damaged")
        if self.size is not None and len(content) != self.size:
            self.fail("damaged")
        return content


class Input(serializers.Serializer):
    """A serializer that ends in a value of the services."""

    makes: Any = None

    def to_internal_value(self, data: Any) -> Any:
        values = super().to_internal_value(data)
        return self.makes(**values) if self.makes else values


class SealedMessageInput(Input):
    makes = SealedMessage
    id = serializers.UUIDField()
    number = serializers.IntegerField(min_value=0)
    epoch = serializers.IntegerField(min_value=0)
    kind = serializers.ChoiceField(Message.Kind.choices, default=Message.Kind.MESSAGE)
    sealed = Base64Field()
    attachments = serializers.ListField(child=serializers.UUIDField(), max_length=MOST_ATTACHMENTS, default=list)


class SealedWrapInput(Input):
    """{"officer", "epoch", "sealed", "held"}"""

    makes = SealedWrap
    officer = serializers.UUIDField()
    epoch = serializers.IntegerField(min_value=0, default=0)
    sealed = Base64Field(size=80)
    held = serializers.BooleanField(source="is_held", default=False)


def wraps_field(**kwargs) -> serializers.ListSerializer:
    return SealedWrapInput(many=True, max_length=MOST_ROWS, **kwargs)


class NewCaseInput(Input):
    """work: the answer to a challenge, or null."""

    id = serializers.RegexField(r"^[0-9a-f]{32}\Z")
    public_key = Base64Field(size=32)
    worker_sign_key = Base64Field(size=32)
    worker_box_key = Base64Field(size=32)
    worker_wrap = Base64Field(size=80)
    lookup_digest = Base64Field(size=32)
    salt_version = serializers.IntegerField(min_value=1, max_value=32_767)
    category = serializers.ChoiceField(Category.choices)
    to = serializers.MultipleChoiceField(choices=Lane.choices, allow_empty=False)
    agreed_escalation = serializers.BooleanField(default=False)
    agreed_publication = serializers.BooleanField(default=False)
    wraps = wraps_field()
    message = SealedMessageInput()
    work = serializers.DictField(required=False, allow_null=True, default=None)

    def to_internal_value(self, data: Any) -> tuple[NewCase, dict | None]:
        values = super().to_internal_value(data)
        work = values.pop("work")
        return NewCase(**{**values, "to": frozenset(values["to"])}), work


class LookupInput(Input):
    lookup = Base64Field(size=32)


class WorkerMessageInput(LookupInput):
    """rating: 1 to 5 with a message of kind "rating", else null."""

    message = SealedMessageInput()
    rating = serializers.IntegerField(min_value=1, max_value=5, required=False, allow_null=True, default=None)


class WorkerAttachmentInput(LookupInput):
    id = serializers.UUIDField()


class HandInput(LookupInput):
    wraps = wraps_field()


class WrappedSeedInput(Input):
    makes = WrappedSeed
    passphrase_wrap = serializers.DictField()
    recovery_wrap = Base64Field(size=72)


class EnrolInput(Input):
    id = serializers.UUIDField()
    name = serializers.CharField(max_length=40)
    box_key = Base64Field(size=32)
    sign_key = Base64Field(size=32)
    seed = WrappedSeedInput()
    proof = Base64Field(size=64)


class LeaveInput(Input):
    """proof: null only where somebody who waits takes their own enrolment back."""

    proof = Base64Field(size=64, required=False, allow_null=True, default=None)


class RewrapInput(Input):
    seed = WrappedSeedInput()
    proof = Base64Field(size=64)


class CaseWrapInput(SealedWrapInput):
    """A wrap that names its case: {"case", "officer", "epoch", "sealed", "held"}."""

    case = serializers.CharField(max_length=32)

    def to_internal_value(self, data: Any) -> tuple[str, SealedWrap]:
        values = serializers.Serializer.to_internal_value(self, data)
        return values.pop("case"), SealedWrap(**values)


class NoteWrapInput(Input):
    makes = NoteWrap
    note = serializers.UUIDField()
    sealed = Base64Field(size=80)


class AdmitInput(Input):
    wraps = CaseWrapInput(many=True, max_length=MOST_ROWS * 4)
    note_wraps = NoteWrapInput(many=True, max_length=MOST_ROWS * 4)
    proof = Base64Field(size=64)


class OfficerMessageInput(Input):
    message = SealedMessageInput()
    is_answer = serializers.BooleanField(default=False)


class NoteInput(Input):
    makes = SealedNote
    id = serializers.UUIDField()
    number = serializers.IntegerField(min_value=0)
    sealed = Base64Field(most=64 * 1024)
    wraps = serializers.DictField(child=serializers.CharField(max_length=120))


class MoveInput(Input):
    to = serializers.ChoiceField(State.choices)
    revision = serializers.IntegerField(min_value=0)


class AssignInput(Input):
    officer = serializers.UUIDField(allow_null=True)
    revision = serializers.IntegerField(min_value=0)


class GrantInput(Input):
    wraps = wraps_field()
    proof = Base64Field(size=64)


class RekeyInput(Input):
    makes = NewKey
    epoch = serializers.IntegerField(min_value=1, max_value=1000)
    public_key = Base64Field(size=32)
    worker_wrap = Base64Field(size=80)
    wraps = wraps_field()
    message = SealedMessageInput()
    proof = Base64Field(size=64)


class MergeInput(Input):
    into = serializers.CharField(max_length=32)
    revision = serializers.IntegerField(min_value=0)


class CasesInput(Input):
    cases = serializers.ListField(child=serializers.CharField(max_length=32), max_length=MOST_ROWS)


# --- what goes out ---------------------------------------------------------------------------------------------------


def officer_out(officer: Officer) -> dict[str, Any]:
    return {
        "id": str(officer.pk),
        "name": officer.name,
        "place": officer.place,
        "state": officer.state,
        "box_key": encoded(officer.box_key),
        "sign_key": encoded(officer.sign_key),
        "enrolled_on": officer.enrolled_on.isoformat(),
        "left_on": officer.left_on.isoformat() if officer.left_on else None,
    }


FACTS = ["id", "place", "lead", "category", "state", "closing", "rating", "agreed_escalation", "agreed_publication"]
DAYS = [
    *["arrived_on", "acknowledge_by", "answer_by", "acknowledged_on", "answered_on", "closed_on"],
    *["appealed_on", "escalated_on"],
]


def case_out(case: Case, *, messages: Iterable[Message], reader: Officer | None = None) -> dict[str, Any]:
    """A case bundle. reader: the officer it is for, who gets their own wraps, notes and the desk's facts; None: the worker.

    Uses what is prefetched: keys, keys__wraps, notes, conflicted (cases_for_officer); messages with their attachments.
    """
    bundle: dict[str, Any] = {name: getattr(case, name) for name in FACTS}
    bundle |= {name: day.isoformat() if (day := getattr(case, name)) else None for name in DAYS}
    bundle |= {
        "worker_sign_key": encoded(case.worker_sign_key),
        "worker_box_key": encoded(case.worker_box_key),
        "keys": [_key_out(key, reader) for key in case.keys.all()],
        "messages": [message_out(message) for message in messages],
    }
    if reader:
        bundle |= {
            "notes": [_note_out(note, reader) for note in case.notes.all()],
            "revision": case.revision,
            "assigned_to": str(case.assigned_to_id) if case.assigned_to_id else None,
            "merged_into": case.merged_into_id,
            "is_quarantined": case.is_quarantined,
            "needs_rekey": case.needs_rekey,
            "holders": _holders_out(case),
            "conflicted": case.conflicted,
        }
    return bundle


def _key_out(key, reader: Officer | None) -> dict[str, Any]:
    wraps = [wrap for wrap in key.wraps.all() if reader and wrap.officer_id == reader.pk]
    return {
        "epoch": key.epoch,
        "public_key": encoded(key.public_key),
        "worker_wrap": encoded(key.worker_wrap) if reader is None else None,
        "wraps": [{"officer": str(wrap.officer_id), "sealed": encoded(wrap.sealed)} for wrap in wraps],
    }


def _holders_out(case: Case) -> list[dict[str, Any]]:
    """Who has a wrap of the newest key."""
    newest = max(case.keys.all(), key=lambda key: key.epoch, default=None)
    return [{"officer": str(wrap.officer_id), "held": wrap.is_held} for wrap in newest.wraps.all()] if newest else []


def message_out(message: Message) -> dict[str, Any]:
    return {
        "id": str(message.pk),
        "lane": message.lane,
        "number": message.number,
        "epoch": message.epoch,
        "kind": message.kind,
        "author": str(message.author_id) if message.author_id else "worker",
        "sealed": encoded(message.sealed),
        "arrived_on": message.arrived_on.isoformat(),
        "attachments": [{"id": str(each.pk), "size": each.size} for each in message.attachments.all()],
    }


def _note_out(note: Note, reader: Officer) -> dict[str, Any]:
    wrap = note.wraps.get(str(reader.pk))
    return {
        "id": str(note.pk),
        "number": note.number,
        "author": str(note.author_id),
        "sealed": encoded(note.sealed),
        "wraps": {str(reader.pk): wrap} if wrap else {},
        "written_on": note.written_on.isoformat(),
    }
