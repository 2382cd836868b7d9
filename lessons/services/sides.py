"""Lessons are installed twice; these say on which side a service runs, and refuse the other (DESIGN section 2)."""

from collections.abc import Callable
from functools import wraps

from django.db import connection
from django_tenants.utils import get_public_schema_name

from tenants.errors import DomainError


class WrongSide(DomainError):
    """A service of the library was called in a factory, or the other way round. Nothing has been written."""

    code = "wrong_side"


def in_library() -> bool:
    return connection.schema_name == get_public_schema_name()


def library_only(service: Callable) -> Callable:
    @wraps(service)
    def guarded(*args, **kwargs):
        if not in_library():
            raise WrongSide(f"{service.__name__} runs in the shared library only, not in {connection.schema_name}.")
        return service(*args, **kwargs)

    return guarded


def factory_only(service: Callable) -> Callable:
    @wraps(service)
    def guarded(*args, **kwargs):
        if in_library():
            raise WrongSide(f"{service.__name__} runs in a factory only, not in the shared library.")
        return service(*args, **kwargs)

    return guarded
