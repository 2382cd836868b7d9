"""The one rule on small groups: figures that rest on self-declared, demographic, survey or grievance facts, or on private
series, are not shown for fewer than ten people. Named progress on assigned lessons is no such figure."""

SMALL_GROUP = 10
ROUNDED_TO = 10


def is_small(count: int) -> bool:
    """Zero is shown: it tells of nobody that they are among them."""
    return 0 < count < SMALL_GROUP


def size_rounded(count: int) -> int | None:
    """The size of a group that nobody may be picked out of: down to a whole ten; None for a small one."""
    return None if is_small(count) else count // ROUNDED_TO * ROUNDED_TO
