"""How an attack is written down: a function that forges a story, and all that its readers must then notice."""

from collections.abc import Callable
from dataclasses import dataclass

from grievances import protocol
from grievances.protocol.encoding import from_base64, wrap_seal
from grievances.protocol.messages import MESSAGE, content_sign
from tests.grievances.story import PLACE, Story, text_body


def sealed_by_server(
    story: Story, sign, *, padded: Callable[[bytes], bytes] = bytes, domain: bytes = MESSAGE, **header
) -> str:
    """A message sealed to the case's public key, as anybody can, with a signature by whoever's key is at hand."""
    last = story.bundle["messages"][-1]
    full = {"v": 1, "place": PLACE, "case": story.bundle["id"], "lane": "factory", "number": 5, "epoch": 1}
    full |= {"author": "worker", "kind": "message", "previous": protocol.sealed_digest(from_base64(last["sealed"]))}
    full |= {"seen": 2, **header}
    body = full.pop("body", text_body("冒名"))
    public_key = from_base64(story.bundle["keys"][full["epoch"]]["public_key"])
    return wrap_seal(padded(content_sign(domain, full, body, sign)), public_key)


def row(story: Story, sealed: str, **columns) -> None:
    """Store it behind the last message of the factory's lane."""
    columns = {"lane": "factory", "number": 5, "epoch": 1, "kind": "message", "author": "worker", **columns}
    story.bundle["messages"].append(
        {"id": "00000000-0000-4000-8000-000000000000", "sealed": sealed, "arrived_on": "2026-11-09", **columns}
    )


@dataclass
class Attack:
    """Makes a story into a forged one. problems: all that Wang, or the worker, must then be told; messages: (lane, number) ->
    problem of those that have one."""

    forge: Callable[[Story], None]
    problems: set[str]
    messages: dict[tuple[str, int], str]
    by_worker: bool = False


ATTACKS: dict[str, Attack] = {}


def attack(*problems: str, by_worker: bool = False, **messages: str):
    """messages: `factory_0="moved"`."""

    def register(forge):
        places = {(lane, int(number)): code for key, code in messages.items() for lane, number in [key.split("_")]}
        ATTACKS[forge.__name__] = Attack(forge, set(problems), places, by_worker)
        return forge

    return register
