"""What may be done to a case behind its readers' backs: `ATTACKS`, for both readers to notice."""

from tests.grievances.attacks import ghosts, server  # noqa: F401  they fill it
from tests.grievances.attacks.base import ATTACKS as ATTACKS
