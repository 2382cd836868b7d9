"""Whether somebody's own phone can let them in. The room that knows phones says so here; this one has not heard of it."""

from abc import ABC, abstractmethod

from django.contrib.auth.models import User
from django.db import connection
from django.db.models.expressions import Combinable
from django_tenants.utils import get_public_schema_name


class Phones(ABC):
    @abstractmethod
    def is_offered(self) -> bool:
        """People here have phones that this site recognises."""

    @abstractmethod
    def is_linked(self, user: User) -> bool: ...

    @abstractmethod
    def linked_expression(self) -> Combinable:
        """The same for each row of a list of users."""

    @abstractmethod
    def forget(self, user: User) -> None: ...

    @abstractmethod
    def path(self, secret: str) -> str:
        """Of the page that a phone opens when it has read the code."""


_known: list[Phones] = []


def phones_register(phones: Phones) -> None:
    _known[:] = [phones]


def phones_here() -> Phones | None:
    """None on the public site, where nobody comes by phone."""
    return _known[0] if _known and connection.schema_name != get_public_schema_name() else None


def phone_linked(user: User) -> bool:
    phones = phones_here()
    return phones is not None and phones.is_linked(user)
