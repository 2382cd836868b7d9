"""How the tests sign in, step by step."""

import time
from base64 import b32decode

from django_otp.oath import TOTP

from tenants.staff.models import AppKey

PASSWORD = "correct-horse-battery"
LOGIN, STEP, ACCOUNT = "/admin/login/", "/admin/sign-in/", "/admin/account/"


def sign_in(client, username="hr", password=PASSWORD, **headers):
    return client.post(LOGIN, {"username": username, "password": password}, headers=headers)


def code_of(app: AppKey, steps: int = 0) -> str:
    totp = TOTP(b32decode(app.key), drift=app.drift)
    totp.time = time.time() + steps * 30
    return f"{totp.token():06d}"


def app_of(user) -> AppKey:
    return AppKey.objects.create(user=user, is_confirmed=True)


def is_in(client) -> bool:
    return client.get("/admin/").status_code == 200


def sign_in_and_open(browser) -> str:
    sign_in(browser)
    return browser.get(ACCOUNT).content.decode()
