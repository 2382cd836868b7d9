"""What this room keeps of people, for the register of personal data (workers.privacy.register)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from announcements.models import Receipt
from workers.models import Worker
from workers.privacy.register import (
    UNTIL_ASKED,
    Entry,
    Kept,
    Part,
    Reader,
    Room,
    Scope,
    after_leaving,
    hidden_note,
    room_register,
    to_the_day,
)

LOOKS_KEPT = timedelta(days=365)


def parts(worker: Worker, is_own: bool) -> Iterable[Part]:
    """The worker's own as on their phone: of private notices those since one phone alone is bound."""
    theirs = Receipt.objects.of(worker.pk) if is_own else Receipt.objects.filter(worker=worker)
    receipts = theirs.filter(announcement__sent_at__isnull=False).order_by("-announcement__sent_at")
    if not is_own:
        receipts = receipts.exclude(announcement__is_private=True)
    yield Part(
        _("Notices"),
        (_("sent at"), _("title"), _("first opened"), _("times opened"), _("confirmed at")),
        tuple(
            receipts.values_list(
                "announcement__sent_at", "announcement__title", "opened_at", "open_count", "confirmed_at"
            )
        ),
        hidden_note(worker)
        if is_own
        else _("Without notices to audiences that rest on what employees say of themselves."),
    )


def erase(worker: Worker, scope: Scope) -> dict[str, int]:
    """That a notice was confirmed stays, to the day and without a name; who merely looked goes."""
    if scope == Scope.UNNEEDED:
        return {}
    receipts = Receipt.objects.filter(worker=worker)
    proofs = receipts.filter(confirmed_at__isnull=False).exclude(announcement__is_private=True)
    counts = {"notices": receipts.exclude(pk__in=list(proofs.values_list("pk", flat=True))).delete()[0]}
    if worker.erased_on is None:
        day = to_the_day("confirmed_at")
        counts["confirmations_without_name"] = proofs.update(opened_at=day, open_count=1, confirmed_at=day)
    return counts


def looks_counted(now: datetime) -> int:
    """A year after a notice nobody needs to know how often somebody looked: once, or not."""
    old = Receipt.objects.filter(announcement__sent_at__lt=now - LOOKS_KEPT, open_count__gt=1)
    return old.update(open_count=1)


room_register(
    Room(
        name="announcements",
        entries=(
            Entry(
                "announcements.Receipt",
                "announcement worker confirmed_at opened_at open_count",
                gettext_lazy("Who got, opened and confirmed a notice"),
                gettext_lazy("to bring a notice to everybody it is for, and to see whom it has not reached"),
                Kept(
                    after_leaving(
                        gettext_lazy("how often 12 months; the rest {months} months after leaving, then without a name")
                    ),
                    "looks_counted",
                ),
                (Reader.SELF, Reader.NOTICES),
            ),
            Entry(
                "announcements.Announcement",
                "sent_by",
                gettext_lazy("Who planned or sent a notice"),
                gettext_lazy("to know who answers for it; who may no longer send has nothing sent in their name"),
                Kept(gettext_lazy("as long as the notice")),
                (Reader.NOTICES,),
            ),
        ),
        impersonal={
            "announcements.Announcement": "department picture broadcast uuid title body requires_confirmation state"
            " send_at unsent_because sent_at recipient_count audience aim_kind aimed_at is_personal is_private"
        },
        for_worker=(
            (
                gettext_lazy("Notices you got, and whether you opened and confirmed them"),
                gettext_lazy("so that important news reaches everybody. Whoever sends notices sees it."),
                after_leaving(gettext_lazy("until {months} months after you have left")),
            ),
        ),
        for_member=(
            (
                gettext_lazy("Notices you got, and whether you opened and confirmed them"),
                gettext_lazy(
                    "so that important news reaches everybody. CCR CSR sees it under the name you gave yourself."
                ),
                UNTIL_ASKED,
            ),
        ),
        parts=parts,
        erase=erase,
        sweeps={"looks_counted": looks_counted},
    )
)
