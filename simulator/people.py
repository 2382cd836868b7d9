"""People, and how each account knows them: contacts, each with an openid."""

import re
import sqlite3
from typing import Any

from flask import Blueprint, jsonify

from simulator.accounts import account_or_404, accounts_all
from simulator.context import sim
from simulator.errors import SimulatorError, json_body, text_of
from simulator.store import openid_of

pages = Blueprint("people", __name__)

SHOWN = 24


def contact_get(openid: str) -> sqlite3.Row | None:
    return sim().store.row(
        "SELECT contacts.*, people.name AS name FROM contacts JOIN people ON people.id = person_id WHERE openid = ?",
        openid,
    )


def contact_of(*, person_id: int, appid: str) -> sqlite3.Row:
    """This person in this account, made at the first question."""
    store = sim().store
    store.run(
        "INSERT INTO contacts (openid, appid, person_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        openid_of(person_id=person_id, appid=appid),
        appid,
        person_id,
    )
    row = store.row("SELECT openid FROM contacts WHERE appid = ? AND person_id = ?", appid, person_id)
    assert row is not None
    contact = contact_get(row["openid"])
    assert contact is not None
    return contact


def contact_find(openid: str, appid: str) -> sqlite3.Row | None:
    """A contact by openid, also one of a known person whom the account has not met yet."""
    if contact := contact_get(openid):
        return contact if contact["appid"] == appid else None
    for person in sim().store.rows("SELECT id FROM people"):
        if openid_of(person_id=person["id"], appid=appid) == openid:
            return contact_of(person_id=person["id"], appid=appid)
    return None


def contact_known(openid: str) -> sqlite3.Row | None:
    """The contact with this openid in any account, also of a known person whom that account has not met yet."""
    if contact := contact_get(openid):
        return contact
    return next((found for each in accounts_all() if (found := contact_find(openid, each["appid"]))), None)


def contact_or_404(openid: str) -> sqlite3.Row:
    if contact := contact_known(openid):
        return contact
    raise SimulatorError(404, "unknown_openid", f"Nobody has the openid {openid}; GET /people lists them.")


def contact_for_drive(openid: str, body: dict[str, Any]) -> sqlite3.Row:
    """The contact a script means. An openid nobody has makes a new person, if it is clear in which account."""
    accounts = accounts_all()
    wanted = text_of(body, "appid", limit=64, default="")
    if contact := contact_known(openid):
        if wanted and wanted != contact["appid"]:
            own = contact_of(person_id=contact["person_id"], appid=account_or_404(wanted)["appid"])
            raise SimulatorError(
                409,
                "openid_of_another_account",
                f"{openid} is {contact['name']} in {contact['appid']}; in {wanted} their openid is {own['openid']}.",
                openid=own["openid"],
            )
        return contact
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", openid):
        raise SimulatorError(400, "bad_openid", "An openid has 1 to 64 letters, digits, _ or -.")
    if not wanted and len(accounts) != 1:
        raise SimulatorError(
            404,
            "unknown_openid",
            f'Nobody has the openid {openid}. Send "appid" in the JSON body to make a new person in that account, '
            "or take an openid from GET /people.",
            accounts=accounts,
        )
    appid = account_or_404(wanted or accounts[0]["appid"])["appid"]
    store = sim().store
    with store.transaction():
        name = text_of(body, "name", limit=20, default="") or f"访客{openid[-4:]}"
        person_id = store.run("INSERT INTO people (name) VALUES (?)", name)
        store.run("INSERT INTO contacts (openid, appid, person_id) VALUES (?, ?, ?)", openid, appid, person_id)
    contact = contact_get(openid)
    assert contact is not None
    return contact


def person_json(person: sqlite3.Row) -> dict[str, Any]:
    contacts = [contact_of(person_id=person["id"], appid=account["appid"]) for account in accounts_all()]
    return {
        "id": person["id"],
        "name": person["name"],
        "openids": {contact["appid"]: contact["openid"] for contact in contacts},
        "follows": [contact["appid"] for contact in contacts if contact["subscribed"]],
    }


def person_or_404(person_id: int) -> sqlite3.Row:
    if person := sim().store.row("SELECT * FROM people WHERE id = ?", person_id):
        return person
    raise SimulatorError(404, "no_such_person", f"There is no person {person_id}; GET /people lists them.")


def people_shown(also: int = 0) -> list[sqlite3.Row]:
    """Whom the pages offer: the first ones, and the person `also`; scripts may have made thousands."""
    return sim().store.rows(
        "SELECT * FROM people WHERE id = ? OR id IN (SELECT id FROM people ORDER BY id LIMIT ?) ORDER BY id",
        also,
        SHOWN,
    )


@pages.get("/people")
def person_list():
    return jsonify([person_json(person) for person in sim().store.rows("SELECT * FROM people ORDER BY id")])


@pages.get("/people/<int:person_id>")
def person_show(person_id: int):
    return jsonify(person_json(person_or_404(person_id)))


@pages.post("/people")
def person_add():
    person_id = sim().store.run("INSERT INTO people (name) VALUES (?)", text_of(json_body(), "name", limit=20))
    return jsonify(person_json(person_or_404(person_id))), 201
