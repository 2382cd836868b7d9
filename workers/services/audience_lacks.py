"""Why a rule may find nobody: the roster says of nobody yet what it asks."""

from collections.abc import Iterator

from django.db.models import Count, Exists, OuterRef, Q

from workers.models import Department, Worker
from workers.services.audience_rules import Group, Rule
from workers.services.audiences import AudienceSize

LEADERS, BIRTH_DATES, HIRE_DATES = "leaders", "birth_dates", "hire_dates"
_KNOWN = {
    LEADERS: Q(is_line_manager=True) | Q(Exists(Department.objects.filter(leader=OuterRef("pk"), closed_on=None))),
    BIRTH_DATES: Q(birth_date__isnull=False),
    HIRE_DATES: Q(hired_on__isnull=False),
}


def roster_lack(rule: Rule | None, size: AudienceSize) -> str:
    """The first of these that the rule asks and no employee has. Empty where that is not why, where the size is blurred, and
    for everybody's rule. At most one statement, and none where somebody is found."""
    asked = list(_asked(rule)) if rule and size.count == 0 else []
    if not asked:
        return ""
    counts = {name: Count("pk", filter=_KNOWN[name]) for name in asked}
    known = Worker.objects.employed().aggregate(people=Count("pk"), **counts)
    return next((name for name in asked if known["people"] and not known[name]), "")


def _asked(rule: Rule) -> Iterator[str]:
    if rule.groups == (Group.LINE_MANAGER,):
        yield LEADERS
    if rule.groups == (Group.YOUNG,) or rule.minors:
        yield BIRTH_DATES
    if rule.hired_within_days:
        yield HIRE_DATES
