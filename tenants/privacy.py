"""The one rule on small groups: figures that rest on self-declared, demographic, survey or grievance facts, or on private
series, are not shown for fewer than ten people. Named progress on assigned lessons is no such figure.

Nought is hidden like any other small number: of a line of one person, "0" would say that she has not said it, and
"fewer than ten" that she has. Where a figure has filters, see docs/privacy.md on what two of them give away together.
"""

SMALL_GROUP = 10
ROUNDED_TO = 10


def is_small(count: int) -> bool:
    return count < SMALL_GROUP


def size_rounded(count: int) -> int | None:
    """The size of a group that nobody may be picked out of: down to a whole ten; None for a small one, an empty one too."""
    return None if is_small(count) else count // ROUNDED_TO * ROUNDED_TO
