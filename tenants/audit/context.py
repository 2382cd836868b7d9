"""What the present request is done under. Set by a middleware for admin requests only; elsewhere empty."""

from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field

# uuid of the SupportGrant that lets CCR CSR's support in; every entry made meanwhile carries it.
support_uuid: ContextVar[str] = ContextVar("support_uuid", default="")


@dataclass
class Looked:
    """What a request of support has shown. is_told: an entry of its own says so already. subjects: of whom it says nothing."""

    is_told: bool = False
    subjects: set[int] = field(default_factory=set)


looked: ContextVar[Looked | None] = ContextVar("looked", default=None)


def names_shown(worker_ids: Iterable[int]) -> None:
    """The page names these employees and leaves no entry that does: support then leaves one, the factory's own people none."""
    if now := looked.get():
        now.subjects.update(worker_ids)
