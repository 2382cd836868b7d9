"""Keeping floods off without knowing who sends: counters per factory and hour, and work for the phone while one lasts.

Counters and spent challenges live in a cache that writes nothing to disk: on a disk, a counter's hour would tell when a case
came. They hold nothing of any case, and go by themselves.
"""

import hashlib
import secrets
import time

from django.core import signing
from django.core.cache import caches
from django.utils.translation import gettext as _

from grievances import protocol
from grievances.errors import TooMany, WorkNeeded
from grievances.models import Channel

CHALLENGE_SECONDS = 15 * 60
HOUR = 3600
MOST_LOOKUPS = 2000  # an hour; a receipt has 63 bits, so this is about load, not about guessing
MOST_UPLOADS = 5000  # an hour; what is kept of them is bounded by services.sealed
MOST_MESSAGES = 600  # an hour, on cases that exist
_SALT = "grievances.flood"
cache = caches["volatile"]


def count(what: str, *, most: int) -> int:
    """Count one more in this hour and return how many there were. Raises TooMany above `most`."""
    key = f"voice:{what}:{int(time.time()) // HOUR}"
    cache.add(key, 0, HOUR * 2)
    number = cache.incr(key)
    if number > most:
        raise TooMany(
            _("Very many are writing at this moment. Nothing is lost: leave this page open and try again in an hour.")
        )
    return number


def is_flood(channel: Channel) -> bool:
    """More cases came in this hour or the last one than are usual."""
    hour = int(time.time()) // HOUR
    counted = cache.get_many([f"voice:cases:{hour}", f"voice:cases:{hour - 1}"])
    return any(number >= channel.flood_from for number in counted.values())


def work_require(*, case_id: str, work: dict | None) -> None:
    """Pass who has done the work for this case. Raises WorkNeeded with a new challenge otherwise.

    work: {"challenge": as given, "numbers": decimal texts}. A challenge is good for one case, a quarter of an hour, once.
    """
    given = work or {}
    nonce = _nonce_of(str(given.get("challenge", "")), case_id)
    is_done = (
        nonce is not None
        and protocol.work_holds(given["challenge"], given.get("numbers"))
        and cache.add(f"voice:spent:{nonce}", 1, CHALLENGE_SECONDS)
    )
    if not is_done:
        raise WorkNeeded(
            _("Many are writing at this moment. Your phone has to do some work first."),
            challenge=challenge_make(case_id),
        )


def challenge_make(case_id: str) -> str:
    """Signed and bound to the case by a hash; the nonce, by which it is spent, says nothing of the case."""
    return signing.dumps({"nonce": secrets.token_hex(8), "case": _bound(case_id)}, salt=_SALT)


def _nonce_of(challenge: str, case_id: str) -> str | None:
    """The nonce of a challenge that we made for this case lately."""
    try:
        said = signing.loads(challenge, salt=_SALT, max_age=CHALLENGE_SECONDS)
    except signing.BadSignature:
        return None
    return said["nonce"] if said["case"] == _bound(case_id) else None


def _bound(case_id: str) -> str:
    return hashlib.blake2b(case_id.encode(), digest_size=16).hexdigest()
