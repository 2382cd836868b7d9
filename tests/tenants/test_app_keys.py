"""A stolen database, backup or dump does not compute the codes of anybody's authenticator app."""

import importlib
import re
from base64 import b32decode, b64encode
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.fernet import Fernet
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core import serializers
from django.db import connection
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_tenants.utils import tenant_context

from tenants.fields import SecretUnreadable
from tenants.staff.models import AppKey
from tenants.staff.services.factors import app_address, app_begin, app_confirm, code_check, codes_make
from tests.tenants.signing_in import code_of

sealing = importlib.import_module("tenants.staff.migrations.0004_app_keys_encrypted")


def dump() -> str:
    """Every row of the present schema as text, as pg_dump would write it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [connection.schema_name])
        rows = []
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT row_to_json(t)::text FROM "{table}" t')
            rows += [row for (row,) in cursor.fetchall()]
    return "\n".join(rows)


def writings(key: bytes) -> list[str]:
    return [key.hex(), b64encode(key).decode(), key.decode("latin-1")]


@pytest.fixture
def app(hr) -> AppKey:
    app_confirm(user=hr, code=code_of(app_begin(hr)))
    return AppKey.objects.get(user=hr)


def test_a_database_dump_is_not_enough_to_compute_a_code(app):
    dumped, key = dump(), b32decode(app.key)
    assert app.key not in dumped
    assert not [written for written in writings(key) if written.lower() in dumped.lower()]
    for text in set(re.findall(r"[A-Za-z2-7]{32}", dumped)):  # nothing that reads as a key computes today's code
        assert TOTP(b32decode(text.upper())).token() != TOTP(key).token()
    assert app.key not in serializers.serialize("json", AppKey.objects.all())


def test_nor_are_the_recovery_codes_in_it(hr):
    codes = codes_make(hr)
    dumped = dump()
    assert not [code for code in codes if code in dumped or code.replace("-", "") in dumped]
    assert code_check(user=hr, code=codes[0]) == "recovery"
    assert code_check(user=hr, code=codes[0]) is None


def test_with_another_servers_key_the_column_cannot_be_read_and_recovery_codes_still_let_in(hr, app, settings):
    codes = codes_make(hr)
    settings.FIELD_KEY = Fernet.generate_key().decode()
    with pytest.raises(SecretUnreadable):
        AppKey.objects.get(user=hr)
    assert code_check(user=hr, code=codes[0]) == "recovery"


def test_a_changed_key_of_the_server_reads_what_the_old_one_wrote(hr, app, settings):
    settings.FIELD_KEY = f"{Fernet.generate_key().decode()},{settings.FIELD_KEY}"
    assert code_check(user=hr, code=code_of(app, 1)) == "app"


def test_a_code_works_once_and_one_from_long_ago_or_of_odd_digits_never(hr, app):
    code = code_of(app, 1)
    assert code_check(user=hr, code=code_of(app, -3)) is None
    assert code_check(user=hr, code="１２３４５６") is None
    assert code_check(user=hr, code="") is None
    assert code_check(user=hr, code=code) == "app"
    assert code_check(user=hr, code=code) is None


def test_the_qr_code_says_what_authenticators_read(hr):
    app = app_begin(hr)
    address = urlsplit(app_address(app))
    assert (address.scheme, address.netloc, address.path) == ("otpauth", "totp", "/WeSupport%3Ahr")
    assert parse_qs(address.query) == {"secret": [app.key], "issuer": ["WeSupport"]}
    assert app_begin(hr) == app  # until its first code


def test_keys_of_the_release_before_go_on_counting_and_are_no_longer_plain(in_sunrise, lakeside):
    for factory in (in_sunrise, lakeside):
        with tenant_context(factory):
            hr = get_user_model().objects.get(username="hr")
            old = TOTPDevice.objects.create(user=hr, name="app", confirmed=True, last_t=5, drift=1)
            TOTPDevice.objects.create(user=get_user_model().objects.create_user("wang"), name="app", confirmed=False)
            with connection.schema_editor() as editor:
                sealing.keys_seal(apps, editor)
            app = AppKey.objects.get()
            assert (app.user, app.is_confirmed, app.last_step, app.drift) == (hr, True, 5, 1)
            assert b32decode(app.key) == old.bin_key
            assert old.key not in dump()
            assert TOTPDevice.objects.filter(
                user=hr, confirmed=True
            ).exists()  # the release before still asks for a code
            assert code_check(user=hr, code=code_of(app)) == "app"


def test_each_factory_has_its_own(app, lakeside):
    with tenant_context(lakeside):
        assert not AppKey.objects.exists()
