"""Talking to WeChat's API: every call has a timeout, the access token one owner, every error one of two meanings."""

import logging
import secrets
import time
from collections.abc import Callable
from typing import Any

import requests
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from requests.adapters import HTTPAdapter
from urllib3.exceptions import NewConnectionError
from wechatpy import WeChatClient
from wechatpy.exceptions import WeChatClientException, WeChatOAuthException
from wechatpy.oauth import WeChatOAuth
from wechatpy.session import SessionStorage

from wechat.errors import BUSY, QUOTA_OF_THE_DAY, TOKEN_REFUSED, WeChatRefused, WeChatUnavailable
from wechat.models import Account

log = logging.getLogger(__name__)

API_BASE = "https://api.weixin.qq.com"
TIMEOUT_SECONDS = (3.05, 8)  # to connect, to read
LOCK_SECONDS = 20  # longer than one fetch can take
RENEW_BEFORE_SECONDS = 300  # a stable token is renewed, and both work, in its last five minutes


class ApiAdapter(HTTPAdapter):
    """Gives every request a timeout, and leads those to WeChat's API to WECHAT_API_BASE where that is another host."""

    def send(self, request, stream=False, timeout=None, verify=True, cert=None, proxies=None):
        if request.url.startswith(API_BASE) and settings.WECHAT_API_BASE != API_BASE:
            request.url = settings.WECHAT_API_BASE + request.url.removeprefix(API_BASE)
            proxies = None
        return super().send(request, stream, timeout or TIMEOUT_SECONDS, verify, cert, proxies)


class CacheStorage(SessionStorage):
    """Where wechatpy keeps access tokens: the shared cache, whose keys carry the factory's schema."""

    def get(self, key, default=None):
        return cache.get(f"wechat:{key}", default)

    def set(self, key, value, ttl=None):
        cache.set(f"wechat:{key}", value, ttl)

    def delete(self, key):
        cache.delete(f"wechat:{key}")


class AccountClient(WeChatClient):
    """One account's client. The access token lies in the cache; whoever finds none, or a refused one, fetches it alone.

    Tokens come from `stable_token`: asking again gives the same one, and another system of the factory that does the same
    does not break ours. Forcing a new one is the last resort: 20 times a day, 30 seconds apart.
    """

    def __init__(self, *, appid: str, secret: str):
        super().__init__(appid, secret, session=CacheStorage(), timeout=TIMEOUT_SECONDS, auto_retry=False)
        self._http.mount("https://", ApiAdapter())

    @property
    def access_token(self) -> str:
        return self.session.get(self.access_token_key) or self.token_renew()

    def token_renew(self, *, refused: str = "") -> str:
        """A working access token; `refused` is the one WeChat no longer takes. Only one process asks, the others wait.

        Raises WeChatRefused (wrong secret, address not whitelisted), WeChatUnavailable.
        """
        lock_key, ticket = f"wechat:{self.appid}_lock", secrets.token_hex(8)
        give_up_at = time.monotonic() + LOCK_SECONDS
        while not cache.add(lock_key, ticket, LOCK_SECONDS):
            time.sleep(0.05)
            if time.monotonic() > give_up_at:
                raise WeChatUnavailable("access token")
            token = self.session.get(self.access_token_key)
            if token and token != refused:
                return token
        try:
            token = self.session.get(self.access_token_key)
            return token if token and token != refused else self.token_fetch(refused=refused)
        finally:
            if cache.get(lock_key) == ticket:
                cache.delete(lock_key)

    def token_fetch(self, *, refused: str = "") -> str:
        """Ask WeChat, whatever lies in the cache: the same token again, or a new one in place of the refused."""
        answer = self._stable_token(force=False)
        if answer["access_token"] == refused:
            answer = self._stable_token(force=True)
        token = answer["access_token"]
        self.session.set(self.access_token_key, token, max(answer["expires_in"] - RENEW_BEFORE_SECONDS, 30))
        return token

    def _stable_token(self, *, force: bool) -> dict[str, Any]:
        body = {"grant_type": "client_credential", "appid": self.appid, "secret": self.secret, "force_refresh": force}
        try:
            return answered(lambda: self.post("stable_token", data=body, params={"access_token": None}))
        except WeChatUnavailable as error:
            error.maybe_done = False  # whatever the token is wanted for has not begun
            raise

    def fetch_access_token(self):
        """wechatpy's name for it."""
        return self.token_renew()

    def call(self, request: Callable[[], Any]) -> Any:
        """Do a request of this client, once more with a new token if WeChat refuses the present one, then no more.

        Raises WeChatRefused, WeChatUnavailable.
        """
        token = self.access_token
        try:
            return answered(request)
        except WeChatRefused as refusal:
            if refusal.errcode not in TOKEN_REFUSED:
                raise
        self.token_renew(refused=token)
        return answered(request)


def client_of(account: Account) -> AccountClient:
    return AccountClient(appid=account.appid, secret=account.app_secret)


def oauth_of(account: Account, *, redirect_uri: str, state: str = "") -> WeChatOAuth:
    oauth = WeChatOAuth(account.appid, account.app_secret, redirect_uri, scope="snsapi_base", state=state)
    oauth.OAUTH_BASE_URL = f"{settings.WECHAT_OAUTH_BASE}/connect/"
    oauth._http.mount("https://", ApiAdapter())
    return oauth


def answered(request: Callable[[], Any]) -> Any:
    """The decoded answer of one request, or WeChatRefused or WeChatUnavailable.

    The library's exceptions are left behind on purpose: they hold the request, with token or secret in its address.
    """
    try:
        answer = request()
    except (WeChatClientException, WeChatOAuthException) as error:
        errcode, errmsg, status = error.errcode, error.errmsg, getattr(error.response, "status_code", 0)
    except (requests.RequestException, ValueError, KeyError) as error:
        errcode, errmsg, status = None, type(error).__name__, 0 if _never_left(error) else 500
    else:
        if isinstance(answer, dict):
            return answer
        errcode, errmsg, status = None, "no JSON in the answer", 500
    raise _meaning(errcode, str(errmsg or f"HTTP {status}"), maybe_done=status >= 500 or status == 200)


def _never_left(error: Exception) -> bool:
    """No connection was made, so WeChat has not seen the request."""
    cause = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(error, requests.ConnectTimeout) or isinstance(cause, NewConnectionError)


def _meaning(errcode: int | None, errmsg: str, *, maybe_done: bool) -> WeChatRefused | WeChatUnavailable:
    log.warning("WeChat: %s %s", errcode, errmsg)
    if errcode is None:
        return WeChatUnavailable(errmsg, maybe_done=maybe_done)
    if errcode in BUSY:
        return WeChatUnavailable(str(errcode), retry_after_seconds=BUSY[errcode], errcode=errcode)
    if errcode in QUOTA_OF_THE_DAY:
        return WeChatUnavailable(str(errcode), retry_after_seconds=_seconds_to_midnight(), errcode=errcode)
    return WeChatRefused(errcode, errmsg)


def _seconds_to_midnight() -> int:
    """Quotas start anew at midnight in China, which is this service's time zone."""
    now = timezone.localtime()
    return 86400 - (now.hour * 3600 + now.minute * 60 + now.second) + 60
