"""How the screens write what many pages write: several things in a row, and a colleague."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.utils.translation import gettext as _


def listed(things: Iterable[Any], *, most: int | None = None) -> str:
    """Written "甲、乙" in Chinese, "A, B" in English; a dash for nothing, "…" for what is beyond `most`."""
    told = list(map(str, things))
    return (_(", ").join(told[:most]) or "–") + ("…" if most and len(told) > most else "")


def colleague_name(user: AbstractUser) -> str:
    """As colleagues call them; whoever has no name yet goes by the sign-in name. This is what `str(user)` says here."""
    return user.first_name or user.get_username()
