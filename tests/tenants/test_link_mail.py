"""The mail that carries a link, sent through Django's SMTP backend to a real server on this machine."""

import asyncio
import email.policy
import socket
import time
from email import message_from_bytes
from urllib.parse import urlsplit

import pytest
from aiosmtpd.controller import Controller
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection

from tenants.audit.models import AuditEntry
from tenants.roles import role_on
from tenants.staff.models import Invitation
from tenants.staff.services import mail
from tenants.staff.services.invitations import colleague_invite
from tenants.staff.services.mail import Mailed, link_mail

ADD = "/admin/staff/invitation/add/"
PASSWORD = "green-river-seven"
USERS = get_user_model().objects


class Postbox:
    """What a mail server does with what it is given. refuse: its answer to a recipient, or "" to take them; hold: seconds
    before that answer."""

    def __init__(self):
        self.letters, self.raw, self.recipients = [], [], []
        self.refuse, self.hold = "", 0.0

    async def handle_RCPT(self, server, session, envelope, address, options):
        await asyncio.sleep(self.hold)
        if self.refuse:
            return self.refuse
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.raw.append(envelope.original_content)
        self.recipients.append(envelope.rcpt_tos)
        self.letters.append(message_from_bytes(envelope.original_content, policy=email.policy.default))
        return "250 OK"


@pytest.fixture
def smtp(settings):
    """Settings of a production site, with a port on which nobody listens yet."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 1
    settings.DEFAULT_FROM_EMAIL = "WeSupport <no-reply@wesupport.test>"
    cache.clear()  # the mails of another test do not count
    return settings


@pytest.fixture
def postbox(smtp):
    box = Postbox()
    server = Controller(box, hostname="127.0.0.1", port=smtp.EMAIL_PORT)
    server.start()
    yield box
    server.stop()


@pytest.fixture
def client(in_sunrise, site_client):
    client = site_client(in_sunrise)
    USERS.filter(username="hr").update(email="hr@sunrise.example", first_name="陈主管")
    client.force_login(USERS.get(username="hr"), backend="django.contrib.auth.backends.ModelBackend")
    return client


def invite(client, **changes):
    values = {"name": "王芳", "email": "wang@factory.example", "roles": [role_on("people").pk], **changes}
    return client.post(ADD, values)


def test_the_letter_arrives_in_chinese_and_its_link_opens_an_account(in_sunrise, client, postbox, site_client):
    answer = invite(client)
    assert answer.context["mailed"] == Mailed.SENT
    [letter] = postbox.letters
    assert postbox.recipients == [["wang@factory.example"]]
    assert letter["Subject"] == "WeSupport: 晨光电子厂 的账号"
    text = letter.get_content()
    assert "王芳" in text
    assert "晨光电子厂" in text
    [address] = [line for line in text.splitlines() if line.startswith("https://")]  # in a line of its own
    assert address == answer.context["address"]
    joined = site_client(in_sunrise).post(
        urlsplit(address).path, {"username": "wang", "password": PASSWORD, "again": PASSWORD}
    )
    assert joined["Location"] == "/admin/"
    assert USERS.get(username="wang").groups.get().name == "people"


def test_its_headers_are_those_of_a_machine_that_speaks_for_a_colleague(client, postbox):
    invite(client)
    [letter], [raw] = postbox.letters, postbox.raw
    assert letter["From"] == "WeSupport <no-reply@wesupport.test>"
    assert letter["Reply-To"] == "hr@sunrise.example"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Message-ID"]
    assert letter["Date"]
    assert (letter.get_content_type(), letter.get_content_charset()) == ("text/plain", "utf-8")
    assert all(len(line) <= 998 for line in raw.splitlines())  # RFC 5322, 2.1.1
    assert raw.split(b"\r\n\r\n")[0].isascii()


def test_in_english_it_is_english(client, postbox):
    client.cookies["django_language"] = "en"
    invite(client, name="Wang Fang")
    assert postbox.letters[0]["Subject"] == "WeSupport: Your account at 晨光电子厂"
    assert "It works once" in postbox.letters[0].get_content()


def test_a_new_password_is_set_by_mail(in_sunrise, client, postbox, site_client):
    wang = USERS.create_user("wang", password="old-horse-battery", email="wang@factory.example", is_staff=True)
    answer = client.post(f"/admin/auth/user/{wang.pk}/password/")
    assert answer.context["mailed"] == Mailed.SENT
    [letter] = postbox.letters
    assert letter["Subject"] == "WeSupport: 晨光电子厂 的新密码"
    [address] = [line for line in letter.get_content().splitlines() if line.startswith("https://")]
    site_client(in_sunrise).post(urlsplit(address).path, {"password": PASSWORD, "again": PASSWORD})
    wang.refresh_from_db()
    assert wang.check_password(PASSWORD)


def test_without_an_address_there_is_no_letter(client, postbox):
    assert invite(client, email="").context["mailed"] == Mailed.NOT_ASKED
    assert postbox.letters == []


def still_good(answer, site_client, factory) -> bool:
    """The screen shows the link, and it works."""
    assert answer.status_code == 200
    assert answer.context["address"] in answer.content.decode()
    return site_client(factory).get(urlsplit(answer.context["address"]).path).status_code == 200


def test_a_server_that_is_down_leaves_the_invitation_and_says_to_use_wechat(in_sunrise, client, smtp, site_client):
    answer = invite(client)
    assert answer.context["mailed"] == Mailed.FAILED
    assert "微信" in answer.context["mailed_said"]
    assert still_good(answer, site_client, in_sunrise)
    assert Invitation.objects.count() == 1
    assert AuditEntry.objects.filter(action="colleague_invited").count() == 1


@pytest.mark.parametrize(
    ("refuse", "expected"),
    [
        ("550 5.1.1 No such user", Mailed.REFUSED),
        ("450 4.2.0 Greylisted, come again", Mailed.FAILED),  # the address may be right
    ],
)
def test_a_refused_recipient_is_told_apart_from_a_server_in_trouble(
    in_sunrise, client, postbox, site_client, refuse, expected
):
    postbox.refuse = refuse
    answer = invite(client)
    assert answer.context["mailed"] == expected
    assert ("wang@factory.example" in answer.context["mailed_said"]) == (expected == Mailed.REFUSED)
    assert still_good(answer, site_client, in_sunrise)
    assert Invitation.objects.count() == 1


def test_a_server_that_hangs_is_not_waited_for_long(in_sunrise, client, postbox, site_client):
    postbox.hold = 5
    started = time.monotonic()
    answer = invite(client)
    assert time.monotonic() - started < 4
    assert answer.context["mailed"] == Mailed.FAILED
    assert still_good(answer, site_client, in_sunrise)


def test_a_server_that_accepts_and_says_nothing_is_not_waited_for_long(client, smtp):
    with socket.create_server(("127.0.0.1", smtp.EMAIL_PORT)):
        started = time.monotonic()
        assert invite(client).context["mailed"] == Mailed.FAILED
        assert time.monotonic() - started < 4


class Watching(EmailBackend):
    """Looks, when a letter comes, how many transactions its sender is in."""

    depths: list[int] = []

    def send_messages(self, messages):
        self.depths.append(len(connection.savepoint_ids))
        return super().send_messages(messages)


def test_the_mail_goes_out_after_the_transaction_which_holds_the_factorys_trail(client, settings):
    settings.EMAIL_BACKEND = f"{__name__}.Watching"
    outside = len(connection.savepoint_ids)
    assert invite(client).context["mailed"] == Mailed.SENT
    assert Watching.depths == [outside]


@pytest.mark.parametrize(
    "written", ["a@b.example\nBcc: c@d.example", "a@b.example\r\n\r\nhello", "a@b", "not an address"]
)
def test_an_address_with_a_line_break_is_refused_beside_its_field(client, postbox, written):
    answer = invite(client, email=written)
    assert "email" in answer.context["adminform"].errors
    assert postbox.letters == []
    assert not Invitation.objects.exists()


def test_what_is_typed_as_a_name_makes_no_header(in_sunrise, client, postbox):
    in_sunrise.name = "晨光\nBcc: thief@example.com"
    connection.tenant.name = in_sunrise.name
    invite(client, name="王芳\r\nBcc: thief@example.com")
    assert postbox.letters[0]["Bcc"] is None
    assert postbox.recipients == [["wang@factory.example"]]


def test_an_address_that_no_form_has_checked_is_refused_and_not_sent(in_sunrise, postbox):
    invitation, _secret = colleague_invite(by=USERS.get(username="hr"), name="王芳", roles=[role_on("people")])
    invitation.email = "a@b.example\nBcc: c@d.example"
    assert link_mail(invitation=invitation, address="https://x/", place="晨光") == Mailed.REFUSED
    assert postbox.letters == []


def test_a_hundred_invitations_in_a_row_are_made_and_no_more_mails_than_an_hour_allows(in_sunrise, client, postbox):
    outcomes = [
        invite(client, name=f"同事{number}", email=f"c{number}@factory.example").context["mailed"]
        for number in range(100)
    ]
    assert Invitation.objects.count() == 100
    assert outcomes.count(Mailed.SENT) == len(postbox.letters) == mail.MOST_AN_HOUR
    assert set(outcomes[mail.MOST_AN_HOUR :]) == {Mailed.TOO_MANY}


def test_a_site_without_a_mail_server_says_so_before_and_after(client, settings):
    settings.EMAIL_BACKEND = mail.NO_MAIL
    assert "还没有设置发信" in client.get(ADD).content.decode()
    assert invite(client).context["mailed"] == Mailed.NO_SERVER
