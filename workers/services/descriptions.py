"""What workers say of themselves: theirs to give, to change and to take back."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from tenants.errors import DomainError
from workers.models import Child, Contact, SelfDescription, Worker
from workers.privacy.texts import FAMILY_FACTS
from workers.services.consents import consent_give, consent_withdraw

# The pictured groups: years of age, both ends counted.
AGE_GROUPS = ((0, 2), (3, 5), (6, 11), (12, 15), (16, 17))
OLDEST = AGE_GROUPS[-1][1]


class DescriptionRefused(DomainError):
    """Two phones are bound: nothing said now would count, and what one alone has said is not to be lost."""

    code = "two_phones"


@dataclass(frozen=True)
class Description:
    """What a worker has said so far; None: nothing. ages: indexes of AGE_GROUPS that their children are in today.

    is_closed: nothing shows, and nothing can be said, while two phones are bound.
    """

    is_parent: bool | None = None
    is_young: bool | None = None
    is_line_manager: bool | None = None
    has_child_elsewhere: bool | None = None
    ages: frozenset[int] = frozenset()
    is_given: bool = False
    is_closed: bool = False


def description_of(*, worker_id: int | None, today: date) -> Description:
    row = SelfDescription.objects.in_force().prefetch_related("children").filter(worker=worker_id).first()
    if row is None:
        return Description(is_closed=_has_two_phones(worker_id))
    groups = {_group_of(child, today) for child in row.children.all()} - {None}
    return Description(
        is_parent=row.is_parent,
        is_young=row.is_young,
        is_line_manager=row.is_line_manager,
        has_child_elsewhere=row.has_child_elsewhere,
        ages=frozenset(group for group in groups if group is not None),
        is_given=True,
    )


@transaction.atomic
def description_say(*, worker: Worker, is_parent: bool, is_young: bool, is_line_manager: bool) -> SelfDescription:
    """The first tap, which is also the consent. Who has no children has none of any age.

    What was said on another phone is gone with this. Raises DescriptionRefused.
    """
    consent_give(worker=worker, purpose=FAMILY_FACTS)  # which also makes two posts at once wait for each other
    if _has_two_phones(worker.pk):
        raise DescriptionRefused(_("Two WeChats are bound to you. Keep one, then say it."))
    in_force = SelfDescription.objects.in_force().filter(worker=worker)
    SelfDescription.objects.filter(worker=worker).exclude(pk__in=in_force.values("pk")).delete()
    said = {"is_parent": is_parent, "is_young": is_young, "is_line_manager": is_line_manager}
    row, _is_new = SelfDescription.objects.update_or_create(worker=worker, defaults=said)
    if not is_parent:
        row.children.all().delete()
        SelfDescription.objects.filter(pk=row.pk).update(has_child_elsewhere=None)
    return row


@transaction.atomic
def description_children_say(*, worker: Worker, ages: Collection[int], today: date) -> bool:
    """The second tap: the groups of AGE_GROUPS that children are in, as a whole. False: the first one has not been made.

    Years of birth are kept, so that ages move on by themselves; of a group that was said before and still is, as they were.
    """
    row = _parent_locked(worker)
    if row is None:
        return False
    kept = set()
    for child in row.children.all():
        group = _group_of(child, today)
        if group in ages:
            kept.add(group)
        else:
            child.delete()
    new = (AGE_GROUPS[group] for group in sorted(set(ages) - kept))
    Child.objects.bulk_create(
        Child(description=row, born_from=today.year - oldest, born_to=today.year - youngest) for youngest, oldest in new
    )
    return True


@transaction.atomic
def description_home_say(*, worker: Worker, has_child_elsewhere: bool) -> bool:
    """The third tap. False: the first one has not been made."""
    row = _parent_locked(worker)
    if row is None:
        return False
    row.has_child_elsewhere = has_child_elsewhere
    row.save(update_fields=["has_child_elsewhere", "updated_at"])
    return True


def description_delete(*, worker: Worker) -> None:
    """All of it, at once, and the consent is taken back."""
    consent_withdraw(worker=worker, purpose=FAMILY_FACTS)


def _has_two_phones(worker_id: int | None) -> bool:
    return Contact.objects.filter(worker=worker_id).count() > 1


def _parent_locked(worker: Worker) -> SelfDescription | None:
    return SelfDescription.objects.in_force().select_for_update().filter(worker=worker, is_parent=True).first()


def _group_of(child: Child, today: date) -> int | None:
    """The group that the middle of its years is in now; None for one that has grown up."""
    age = max(0, today.year - (child.born_from + child.born_to + 1) // 2)
    return next((index for index, (_youngest, oldest) in enumerate(AGE_GROUPS) if age <= oldest), None)
