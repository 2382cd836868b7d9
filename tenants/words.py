"""How the screens write what many pages write: several things in a row, a moment, a clock, and a colleague."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

TIME_ZONES = {
    "Asia/Shanghai": gettext_lazy("Beijing"),
    "Asia/Hong_Kong": gettext_lazy("Hong Kong"),
    "Asia/Ho_Chi_Minh": gettext_lazy("Ho Chi Minh City"),
    "Asia/Bangkok": gettext_lazy("Bangkok"),
    "Asia/Jakarta": gettext_lazy("Jakarta"),
}

_GAP = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=“)|(?<=”)\s+(?=[\u4e00-\u9fff])|([。！？][”）]?(?:</\w+>)*)\s+")


def listed(things: Iterable[Any], *, most: int | None = None) -> str:
    """Written "甲、乙" in Chinese, "A, B" in English; a dash for nothing, "…" for what is beyond `most`."""
    told = list(map(str, things))
    return (_(", ").join(told[:most]) or "–") + ("…" if most and len(told) > most else "")


def sentences(*said: Any) -> str:
    """Whole sentences one after the other: "甲。乙。" in Chinese, "A. B." in English. What is empty is left out."""
    return without_gaps(" ".join(filter(None, map(str, said))))


def without_gaps(text: str) -> str:
    """No space after "。", which is as wide as one, nor between “” and Chinese. Also where sentences of a page's HTML meet."""
    return _GAP.sub(r"\1", text)


def time_zone_words(name: str) -> str:
    return str(TIME_ZONES.get(name, name))


def moment_to_the_minute(at: datetime) -> str:
    """ "2026-11-27 08:30", by the clock of whoever reads it; the same in every language."""
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")


def colleague_name(user: AbstractUser) -> str:
    """As colleagues call them; whoever has no name yet goes by the sign-in name. This is what `str(user)` says here."""
    return user.first_name or user.get_username()
