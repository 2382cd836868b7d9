"""WeChat's door: its server posts here, its browser is recognised here, its QR code is drawn here."""

from uuid import UUID

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from wechat.crypto import envelope
from wechat.links import request_base
from wechat.services.accounts import AccountKeys, account_keys
from wechat.services.inbox import MAX_BYTES, CallbackRefused, callback_open, callback_store, echo_check
from wechat.services.replies import reply_to
from wechat.tasks import callbacks_announce

STATUS_OF = {"malformed": 400, "too_large": 413}
NOTHING_TO_SAY = "success"


@csrf_exempt
@require_http_methods(["GET", "POST"])
def webhook(request: HttpRequest, account_uuid: UUID) -> HttpResponse:
    """WeChat's callbacks: verified, stored, queued, answered. The work is done by a task. A program reads the answers."""
    keys = account_keys(account_uuid)
    if keys is None:
        return _plain("unknown_account", status=404)
    try:
        answer = echo_check(keys=keys, query=request.GET) if request.method == "GET" else _take_in(request, keys)
    except CallbackRefused as refusal:
        return _plain(refusal.code, status=STATUS_OF.get(refusal.code, 403))
    if answer.startswith("<xml>"):
        return HttpResponse(answer, content_type="text/xml")
    return _plain(answer)


def _plain(text: str, *, status: int = 200) -> HttpResponse:
    """What was sent to us may be in it: no browser is to take it for a page."""
    headers = {"X-Content-Type-Options": "nosniff"}
    return HttpResponse(text, status=status, content_type="text/plain", headers=headers)


def _take_in(request: HttpRequest, keys: AccountKeys) -> str:
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BYTES:
        raise CallbackRefused("Too large.", code="too_large")
    body = request.read(MAX_BYTES + 1)
    if len(body) > MAX_BYTES:
        raise CallbackRefused("Too large.", code="too_large")
    inbound = callback_open(keys=keys, query=request.GET, body=body)
    if callback_store(keys=keys, inbound=inbound):
        callbacks_announce(schema_name=connection.schema_name)
    reply = reply_to(inbound=inbound, factory=request.factory, account=keys, base=request_base(request))
    if reply and inbound.cipher:
        return envelope(cipher=inbound.cipher, token=keys.token, xml=reply)
    return reply or NOTHING_TO_SAY
