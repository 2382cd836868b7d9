"""Who was a child on the day they were hired: HR is told, and what the law asks of the factory."""

from datetime import date

import pytest

from workers.models import Worker
from workers.services.people import hired_too_young


@pytest.mark.parametrize(
    ("born", "hired", "is_young"),
    [
        (date(2008, 3, 1), date(2024, 2, 29), True),
        (date(2008, 3, 1), date(2024, 3, 1), False),
        (date(2008, 3, 1), date(2007, 3, 1), True),
        (None, date(2024, 2, 29), False),
        (date(2008, 3, 1), None, False),
    ],
)
def test_nobody_is_hired_before_they_are_16(born, hired, is_young):
    assert hired_too_young(Worker(birth_date=born, hired_on=hired)) is is_young
