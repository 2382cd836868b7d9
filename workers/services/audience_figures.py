"""How many people a rule finds that asks for what few may know: about, and so that nobody can be worked out of it.

Whoever keeps the roster can take one person out and look again, copy a rule, spell it otherwise, or come back every day. So:
- The figure is the count and a lot (Laplace, SPREAD), rounded to ten. A lot has no edge: whatever the figure does when one
  person is taken out, it also does without them, only a little more or less often. Plain rounding has an edge, and a figure
  that jumps there is proof.
- A rule has ONE figure a day, that of the first look. What the roster does in between, a copy, a list, the parts of a rule
  in another order bring no other. The same people give the same lot however a rule finds them.
- On a later day the figure stays, too, unless the new draw is HELD_WITHIN away from it: one more or less each day does not
  draw sixty times, it shows sixty times the same.
- What is left is to try many rules that mean nearly the same. One person in or out moves the mean by one, a draw strays by
  about eight: that takes some 450 draws with all else standing still, and is a guess even then. A factory has MOST_ASKED
  new rules a week.
"""

import json
import math
from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

from django.core.cache import cache
from django.db import connection
from django.utils.crypto import salted_hmac

from tenants.privacy import ROUNDED_TO
from workers.services.audience_rules import Rule

SPREAD = 5
HELD_WITHIN = 15
MOST_ASKED = 60
REMEMBERED = timedelta(days=400)
DAY, WEEK = timedelta(days=2), timedelta(days=8)  # with some hours to spare


class Counted(NamedTuple):
    """mark: tells one set of people from another of the same number."""

    people: int
    mark: int


def rule_mark(rule: Rule) -> str:
    """The same for rules that say the same, in whatever order."""
    parts = {part: sorted(set(each)) if isinstance(each, list) else each for part, each in rule.document().items()}
    return salted_hmac("audience rule", json.dumps(parts, sort_keys=True), algorithm="sha256").hexdigest()[:32]


def figures_of(found: Mapping[str, tuple[Counted, Counted]], today: date) -> dict[str, int]:
    """By the mark of a rule: about how many. found: whom it finds, and among whom it looks."""
    of_today = {mark: f"audience_figure:{mark}:{today.isoformat()}" for mark in found}
    known = cache.get_many(of_today.values()) if found else {}
    return {
        mark: known[key] if key in known else _first_look(mark, key, *found[mark]) for mark, key in of_today.items()
    }


def _first_look(mark: str, key: str, found: Counted, around: Counted) -> int:
    drawn, kept = found.people + _lot(found, around), f"audience_figure:{mark}"
    shown = cache.get(kept)
    if shown is None or abs(drawn - shown) >= HELD_WITHIN:
        shown = max(0, round(drawn / ROUNDED_TO) * ROUNDED_TO)
    if not cache.add(key, shown, DAY.total_seconds()):
        return cache.get(key, shown)  # somebody looked in the same moment
    cache.set(kept, shown, REMEMBERED.total_seconds())
    return shown


def _lot(found: Counted, around: Counted) -> float:
    seed = salted_hmac("audience size", f"{connection.schema_name}:{found}:{around}", algorithm="sha256").digest()
    drawn = (int.from_bytes(seed[:4], "big") + 0.5) / 2**32 - 0.5
    return -SPREAD * math.copysign(math.log(1 - 2 * abs(drawn)), drawn)


def may_ask(rule: Rule, today: date) -> bool:
    """Count a rule that has not been asked before; False: enough of this week."""
    asked = f"audience_asked:{rule_mark(rule)}"
    if not cache.add(asked, True, REMEMBERED.total_seconds()):
        return True
    year, week, _day = today.isocalendar()
    count = f"audiences_asked:{year}-{week}"
    cache.add(count, 0, WEEK.total_seconds())
    if cache.incr(count) <= MOST_ASKED:
        return True
    cache.delete(asked)
    return False
