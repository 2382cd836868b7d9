"""The pages: choosing a person and an account, the phone itself, and what a QR code leads to.

The phone of an account whose site is sunrise.localhost is served as phone.sunrise.localhost: only then is the frame
inside it "same-site", and the site's session cookie (SameSite=Lax) works there as it does in WeChat's own browser.
"""

import json
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, abort, jsonify, make_response, redirect, render_template, request

from simulator import actions, chat, people
from simulator.accounts import account_get, account_or_404, accounts_all
from simulator.context import sim
from simulator.oauth import person_remember, person_remembered

pages = Blueprint("phone", __name__)

DELIVERIES_SHOWN = 12


def phone_address(contact, **query: str) -> str:
    """Where this person's phone with this account is to be opened."""
    host = urlsplit(account_or_404(contact["appid"])["webhook_url"]).hostname or ""
    host = f"phone.{host}" if host.endswith(".localhost") else "localhost"
    return f"http://{host}:{sim().port}/phone/{contact['openid']}/{'?' + urlencode(query) if query else ''}"


@pages.get("/")
def start():
    chosen = person_remembered() or 1
    return render_template("start.html", persons=people.people_shown(chosen), accounts=accounts_all(), chosen=chosen)


@pages.get("/enter")
def enter():
    """Take up the phone of a person: ?person=<id or "new">&appid=. Remembered by cookie for pages outside the phone."""
    if request.args.get("person") == "new":
        return render_template("new_person.html", appid=request.args.get("appid", ""))
    person = people.person_or_404(request.args.get("person", 0, int))
    account = account_or_404(request.args.get("appid", ""))
    contact = people.contact_of(person_id=person["id"], appid=account["appid"])
    response = make_response(redirect(phone_address(contact)))
    person_remember(response, person["id"])
    return response


@pages.post("/enter")
def enter_new():
    name = request.form.get("name", "").strip()[:20]
    if not name:
        return redirect("/")
    person_id = sim().store.run("INSERT INTO people (name) VALUES (?)", name)
    return redirect(f"/enter?{urlencode({'person': person_id, 'appid': request.form.get('appid', '')})}")


@pages.get("/phone/<openid>/")
def show(openid: str):
    contact = people.contact_or_404(openid)
    if urlsplit(phone_address(contact)).netloc != request.host:
        return redirect(phone_address(contact, **request.args.to_dict()))
    shown = people.people_shown(contact["person_id"])
    persons = [people.contact_of(person_id=row["id"], appid=contact["appid"]) for row in shown]
    accounts = [
        {**account, "contact": people.contact_of(person_id=contact["person_id"], appid=account["appid"])}
        for account in accounts_all()
    ]
    return render_template(
        "phone.html",
        contact=contact,
        account=account_or_404(contact["appid"]),
        card=sim().store.row("SELECT text FROM cards WHERE appid = ? AND name = ?", contact["appid"], contact["name"]),
        persons=[
            {"name": each["name"], "tint": each["person_id"], "url": phone_address(each), "openid": each["openid"]}
            for each in persons
        ],
        accounts=[{**each, "url": phone_address(each["contact"]), "last": _last(each["contact"])} for each in accounts],
        simulator_url=sim().url,
    )


def _last(contact) -> str:
    """A line of the newest message, for the list of chats."""
    row = sim().store.row(
        "SELECT content, articles FROM messages WHERE openid = ? ORDER BY id DESC LIMIT 1", contact["openid"]
    )
    if row is None:
        return ""
    articles = json.loads(row["articles"])
    return articles[0]["title"] if articles else row["content"].split("\n")[0]


@pages.get("/phone/<openid>/live")
def live(openid: str):
    """What the page asks every second: messages newer than ?after=, the menu, and the latest callbacks."""
    contact = people.contact_or_404(openid)
    deliveries = sim().store.rows(
        "SELECT * FROM deliveries WHERE openid = ? ORDER BY id DESC LIMIT ?", contact["openid"], DELIVERIES_SHOWN
    )
    return jsonify(
        {
            "subscribed": bool(contact["subscribed"]),
            "blocked": bool(contact["blocked"]),
            "snapshot": bool(contact["snapshot"]),
            "menu": account_or_404(contact["appid"])["menu"] if contact["subscribed"] else [],
            "messages": chat.messages_of(contact["openid"], after=request.args.get("after", 0, int)),
            "deliveries": [{**dict(row), "attempts": json.loads(row["attempts"])} for row in deliveries],
        }
    )


@pages.get("/phone/<openid>/codes")
def codes(openid: str):
    """The QR codes within reach of "scan": the newest of every account, this one's first; or one, by ?address=."""
    contact = people.contact_or_404(openid)
    if address := request.args.get("address"):
        rows = [actions.code_find(contact["appid"], address=address)]
    else:
        rows = sim().store.rows(
            "SELECT * FROM qrcodes WHERE expires_at IS NULL OR expires_at > ? ORDER BY appid != ?, at DESC LIMIT 60",
            sim().now(),
            contact["appid"],
        )
    return jsonify([_code_json(row, contact["person_id"]) for row in rows])


def _code_json(row, person_id: int) -> dict[str, str]:
    account = account_or_404(row["appid"])
    own = people.contact_of(person_id=person_id, appid=row["appid"])
    return {
        "ticket": row["ticket"],
        "scene": row["scene"],
        "account": account["name"],
        "image": f"/cgi-bin/showqrcode?ticket={row['ticket']}",
        "phone": phone_address(own, scan=row["ticket"]),
    }


@pages.get("/q/<ticket>")
def scanned(ticket: str):
    """The address inside a QR code. It only asks who scans; the scan itself is done by the phone."""
    code = sim().store.row("SELECT * FROM qrcodes WHERE ticket = ?", ticket)
    if code is None or (code["expires_at"] is not None and code["expires_at"] <= sim().now()):
        return render_template("problem.html", problem="二维码不存在或已过期"), 404
    account = account_get(code["appid"])
    if account is None:
        abort(404)
    remembered = person_remembered() or 0
    shown = sorted(people.people_shown(remembered), key=lambda person: person["id"] != remembered)
    contacts = [people.contact_of(person_id=person["id"], appid=code["appid"]) for person in shown]
    choices = [
        {"name": each["name"], "tint": each["person_id"], "url": phone_address(each, scan=ticket)} for each in contacts
    ]
    return render_template("scan_who.html", account=account, choices=choices)
