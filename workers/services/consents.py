"""What workers agree to, and take back. Words and versions: `workers.privacy.texts`."""

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from workers.models import Consent, SelfDescription, Worker, one_phone_since
from workers.privacy.texts import FAMILY_FACTS, text_in_force
from workers.signals import consent_withdrawn


def consent_of(*, worker: Worker, purpose: str) -> Consent | None:
    """The consent in force to today's text; None: not given, taken back, or given to words that have changed since."""
    version = text_in_force(purpose).version
    return Consent.objects.filter(
        worker=worker, purpose=purpose, text_version=version, withdrawn_at__isnull=True
    ).first()


def consents_shown(worker: Worker) -> QuerySet[Consent]:
    """What the worker's phone may show: that somebody agreed to say something of the family only where it was said."""
    is_theirs = ~Q(purpose=FAMILY_FACTS) | Q(given_at__gte=one_phone_since("worker"))
    return Consent.objects.filter(is_theirs, worker=worker)


@transaction.atomic
def consent_give(*, worker: Worker, purpose: str) -> Consent:
    """The worker agrees to the text in force of `purpose`; agreed already, that record is returned unchanged.

    A consent to an earlier text ends here and stays as a record.
    """
    Worker.objects.select_for_update().get(pk=worker.pk)
    if standing := consent_of(worker=worker, purpose=purpose):
        return standing
    now = timezone.now()
    Consent.objects.filter(worker=worker, purpose=purpose, withdrawn_at__isnull=True).update(withdrawn_at=now)
    return Consent.objects.create(
        worker=worker, purpose=purpose, text_version=text_in_force(purpose).version, given_at=now
    )


@transaction.atomic
def consent_withdraw(*, worker: Worker, purpose: str) -> bool:
    """The worker takes it back, and what rested on it is deleted. False: there was none, and nothing is left of it either."""
    Worker.objects.select_for_update().get(pk=worker.pk)
    standing = Consent.objects.filter(worker=worker, purpose=purpose, withdrawn_at__isnull=True)
    was_given = bool(standing.update(withdrawn_at=timezone.now()))
    if purpose == FAMILY_FACTS:
        SelfDescription.objects.filter(worker=worker).delete()
    consent_withdrawn.send(sender=Consent, worker=worker, purpose=purpose)
    return was_given
