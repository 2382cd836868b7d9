"""Access tokens as WeChat gives and refuses them, quotas, and errors on demand."""

from tests.simulator.conftest import APPID, SECRET, Program, http

CREDENTIAL = {"grant_type": "client_credential", "appid": APPID, "secret": SECRET}


def classic(program: Program) -> str:
    query = "&".join(f"{key}={value}" for key, value in CREDENTIAL.items())
    return program.get(f"/cgi-bin/token?{query}").json["access_token"]


def errcode(program: Program, token: str) -> int:
    return program.get(f"/cgi-bin/tags/get?access_token={token}").json.get("errcode", 0)


def test_each_classic_token_replaces_the_one_before_but_not_the_stable_one(account):
    stable, first, second = account.token(), classic(account), classic(account)
    assert [errcode(account, token) for token in (stable, first, second)] == [0, 40001, 0]


def test_the_stable_token_repeats_renews_early_and_expires(account):
    first = account.token()
    assert account.token() == first
    account.post("/clock", {"advance_seconds": 7200 - 200})
    second = account.token()
    assert second != first
    assert errcode(account, first) == errcode(account, second) == 0
    account.post("/clock", {"advance_seconds": 300})
    assert (errcode(account, first), errcode(account, second)) == (42001, 0)


def test_a_forced_refresh_replaces_at_once_and_not_twice_in_30_seconds(account):
    first = account.token()
    forced = account.post("/cgi-bin/stable_token", {**CREDENTIAL, "force_refresh": True}).json["access_token"]
    assert (errcode(account, first), errcode(account, forced)) == (40001, 0)
    assert account.token() == forced
    again = account.post("/cgi-bin/stable_token", {**CREDENTIAL, "force_refresh": True}).json
    assert again["errcode"] == 45011


def test_bad_credentials_and_bad_tokens(account):
    post = lambda **changes: account.post("/cgi-bin/stable_token", {**CREDENTIAL, **changes}).json["errcode"]  # noqa: E731
    assert (post(appid="wxnobody"), post(secret="wrong"), post(grant_type="x")) == (40013, 40125, 40002)
    assert errcode(account, "short") == 40014
    assert errcode(account, "x" * 40) == 40001
    assert account.get("/cgi-bin/tags/get").json["errcode"] == 41001


def test_tokens_can_be_made_to_expire(account):
    token = account.token()
    account.post(f"/accounts/{APPID}/tokens/expire")
    assert errcode(account, token) == 42001
    assert errcode(account, account.token()) == 0


def test_token_fetches_are_counted(account):
    account.token()
    classic(account)
    assert account.get(f"/accounts/{APPID}/state").json["token_fetches"] == 2


def test_a_daily_quota_ends_and_can_be_cleared(program, webhook):
    program.account_put(webhook.url, quotas={"cgi-bin/tags/get": 2})
    assert [program.api("cgi-bin/tags/get").get("errcode", 0) for _ in range(3)] == [0, 0, 45009]
    left = program.api("cgi-bin/openapi/quota/get", {"cgi_path": "/cgi-bin/tags/get"})["quota"]
    assert left == {"daily_limit": 2, "used": 2, "remain": 0}
    assert program.api("cgi-bin/clear_quota", {"appid": APPID})["errcode"] == 0
    assert "tags" in program.api("cgi-bin/tags/get")


def test_errors_on_demand_hit_the_asked_call_as_often_as_asked(account):
    account.post("/faults", {"appid": APPID, "path": "cgi-bin/tags/get", "errcode": -1, "times": 2})
    assert [account.api("cgi-bin/tags/get").get("errcode", 0) for _ in range(3)] == [-1, -1, 0]
    account.post("/faults", {"status": 502})
    assert account.get("/cgi-bin/tags/get?access_token=" + "x" * 20).status == 200  # no such token: no account to fail
    assert account.post("/cgi-bin/stable_token", CREDENTIAL).status == 502
    assert account.post("/cgi-bin/stable_token", CREDENTIAL).status == 200
    assert account.post("/faults", {"path": "*"}).status == 400


def test_an_account_survives_a_second_registration_and_bad_ones_are_refused(account, webhook):
    token = account.token()
    assert account.account_put(webhook.url, name="新名字").status == 200
    assert errcode(account, token) == 0
    assert account.account_put(webhook.url, encoding_aes_key="short").json["error"] == "bad_encoding_aes_key"
    assert account.account_put("ftp://x").json["error"] == "bad_webhook_url"
    assert http("PUT", f"{account.url}/accounts/wxother", b"[]").json["error"] == "bad_json"
    assert SECRET not in account.get("/accounts").body.decode()


def test_bad_json_and_huge_bodies_are_answered_not_crashed(account):
    url = f"{account.url}/cgi-bin/menu/create?access_token={account.token()}"
    assert http("POST", url, b"{").json["errcode"] == 47001
    assert http("POST", url, b"x" * (2 << 20)).status == 413
