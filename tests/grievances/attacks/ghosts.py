"""An officer whom nobody let in, put into the database."""

from nacl.public import PrivateKey

from grievances import protocol
from grievances.protocol.encoding import box_seal, from_base64, to_base64, wrap_seal
from grievances.protocol.messages import NOTE, content_sign
from tests.grievances.attacks.base import attack, row, sealed_by_server
from tests.grievances.story import PLACE, Person, Story, person


def ghost_in(story: Story, state: str = "left") -> Person:
    """Among the officers; as one who has left they stand on no poster and in no list of those who receive cases."""
    story.ghost = person("鬼")
    story.officers.append({**story.ghost.public, "state": state})
    return story.ghost


def other_keys(known: Person) -> list[Person]:
    """Confirmed under the same id, but with another key, or both."""
    other = person(known.record["name"])
    changes = [("sign_key",), ("box_key",), ("sign_key", "box_key")]
    return [
        Person(other.opened, {**known.record, **{name: other.record[name] for name in names}}, other.code)
        for names in changes
    ]


def key_by(story: Story, maker: Person, epoch: int, **header) -> None:
    """The next case key, well signed by its maker, with wraps for everybody and for the ghost."""
    private = PrivateKey.generate()
    body = {"epoch": epoch, "public_key": to_base64(bytes(private.public_key)), "reason": "left"}
    header = {"author": maker.record["id"], "kind": "rekey", "epoch": epoch - 1, **header}
    row(story, sealed_by_server(story, maker.opened.sign, body=body, **header), **header)
    readers = [each for each in (story.wang, story.chen, story.zhou, story.ghost) if each]
    wraps = [
        {"officer": each.record["id"], "sealed": wrap_seal(bytes(private), each.opened.box_key)} for each in readers
    ]
    worker_wrap = wrap_seal(bytes(private), story.worker.box_key)
    story.bundle["keys"].append(
        {"epoch": epoch, "public_key": body["public_key"], "worker_wrap": worker_wrap, "wraps": wraps}
    )


@attack("epoch_unconfirmed")
def ghost_officer_makes_the_next_key(story):
    key_by(story, ghost_in(story), 2)


@attack("epoch_unconfirmed")
def ghost_officer_makes_the_next_key_in_the_other_lane(story):
    previous = protocol.sealed_digest(from_base64(story.message("ombudsman", 1)["sealed"]))
    key_by(story, ghost_in(story, "active"), 2, lane="ombudsman", number=2, previous=previous, seen=5)


@attack("epoch_unconfirmed")
def key_of_a_ghost_officer_is_followed_by_an_honest_one(story):
    key_by(story, ghost_in(story), 2)
    key_by(story, story.chen, 3, number=6)


@attack(by_worker=True)
def ghost_officer_makes_the_next_key_for_the_worker(story):
    key_by(story, ghost_in(story), 2)


@attack()
def ghost_officer_writes(story):
    author = ghost_in(story).record["id"]
    row(story, sealed_by_server(story, story.ghost.opened.sign, author=author), author=author)


@attack("officer_keys_changed", "epoch_unconfirmed")
def ghost_officer_has_the_id_of_one_who_is_named(story):
    """Chen has written nothing but a note, which is taken away: other keys under Chen's id give themselves away all the same."""
    ghost = ghost_in(story)
    story.officers[1].update(sign_key=ghost.record["sign_key"], box_key=ghost.record["box_key"], state="left")
    story.officers.pop()
    ghost.record["id"] = story.chen.record["id"]
    story.bundle["notes"].pop()
    key_by(story, ghost, 2)


@attack()
def ghost_officer_writes_a_note(story):
    ghost, key = ghost_in(story), bytes(PrivateKey.generate())
    previous = protocol.sealed_digest(from_base64(story.bundle["notes"][-1]["sealed"]))
    header = {"v": 1, "place": PLACE, "case": story.bundle["id"], "lane": "notes", "number": 2, "epoch": 0, "seen": 0}
    header |= {"author": ghost.record["id"], "kind": "note", "previous": previous}
    sealed = box_seal(content_sign(NOTE, header, {"text": "别理他。"}, ghost.opened.sign), key)
    story.bundle["notes"].append(
        {
            "id": "00000000-0000-4000-8000-000000000001",
            "number": 2,
            "author": ghost.record["id"],
            "sealed": to_base64(sealed),
            "wraps": {story.wang.record["id"]: wrap_seal(key, story.wang.opened.box_key)},
            "written_on": "2026-11-09",
        }
    )
