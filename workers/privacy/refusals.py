"""For which reasons HR may refuse what a worker asks of their data, in words for both. A reason once given keeps its words."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from workers.models import PrivacyRequest

COPY: Any = PrivacyRequest.Kind.EXPORT
ERASURE: Any = PrivacyRequest.Kind.ERASE
SHORTEST_WORDS = 8  # "不行" explains nothing
LATELY = timedelta(days=183)


def _was_answered(request: PrivacyRequest) -> bool:
    answered = [PrivacyRequest.State.DONE, PrivacyRequest.State.REFUSED]
    same = request.worker.privacy_requests.filter(kind=request.kind, state__in=answered).exclude(pk=request.pk)
    return same.filter(done_at__gt=request.created_at - LATELY).exists()


def _works_here(request: PrivacyRequest) -> bool:
    return request.worker.left_on is None and _is_of_a_factory(request)


def _is_of_a_factory(request: PrivacyRequest) -> bool:
    """Where anybody may join, a record is the phone's and nobody works."""
    return not connection.tenant.is_open


@dataclass(frozen=True)
class Refusal:
    """label: what HR chooses. text: what the worker reads. kinds: where it may be given. is_true: whether it can be, of this
    request. explains: needs no words of HR."""

    label: str | Promise
    text: str | Promise
    kinds: tuple[str, ...] = (ERASURE,)
    is_true: Callable[[PrivacyRequest], bool] = lambda request: True
    explains: bool = False


REFUSALS = {
    "identity": Refusal(
        _("We are not sure that the employee asked this themselves"),
        _(
            "We could not make sure that it was you who asked. Come to HR with your badge: they undo the binding of this WeChat"
            " and give you a new slip. Bind it again with the slip, then ask again."
        ),
        kinds=(COPY, ERASURE),
        is_true=_is_of_a_factory,
        explains=True,
    ),
    "answered": Refusal(
        _("They got the same answer lately, and nothing has changed"),
        _("You got the answer to the same question lately, and nothing has changed since."),
        kinds=(COPY, ERASURE),
        is_true=_was_answered,
        explains=True,
    ),
    "work_needs": Refusal(
        _("They work here, and the work needs all of it"),
        _("You work here, and the factory needs this for your work. After you have left, you can ask again."),
        is_true=_works_here,
        explains=True,
    ),
    "law_keeps": Refusal(
        _("A law asks us to keep it longer"),
        _("A law asks that this is kept longer. Until then it may only be stored safely, and used for nothing else."),
    ),
    "dispute": Refusal(
        _("A dispute is open, and the data is needed as proof"),
        _("A dispute is open in which this data is needed as proof. When it is over, you can ask again."),
    ),
    "other": Refusal(_("Another reason"), _("There is another reason. It is explained below."), kinds=(COPY, ERASURE)),
}


def reasons_for(request: PrivacyRequest) -> list[tuple[str, str | Promise]]:
    """(key, label), to choose from."""
    fitting = {key: refusal for key, refusal in REFUSALS.items() if request.kind in refusal.kinds}
    return [(key, refusal.label) for key, refusal in fitting.items() if refusal.is_true(request)]


def needs_words(*, kind: str, reason: str) -> bool:
    """A copy of one's own data is refused in own words only: the law (PIPL, art. 45) knows hardly a reason for it."""
    return kind == COPY or not REFUSALS[reason].explains


def refusal_told(request: PrivacyRequest) -> str | Promise:
    """What the worker reads of the reason; nothing where it was not refused."""
    refusal = REFUSALS.get(request.reason)
    return refusal.text if refusal else ""
