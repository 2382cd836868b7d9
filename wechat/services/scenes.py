"""QR codes that say where somebody came from."""

import io

import segno
from django.core.cache import cache
from django.utils.translation import gettext as _

from wechat.client import client_of
from wechat.errors import WeChatRefused, WeChatUnavailable
from wechat.models import Account, Scene
from wechat.services.accounts import account_active, refusals_noted

PAGE_SCENE = "page"  # people who follow by a code shown on our own pages
RETRY_SECONDS = 60


def scene_create(*, account: Account, code: str, title: str, department: str = "") -> Scene:
    """The account's scene with this code, with its QR code from WeChat; asked again, the same one.

    Permanent codes: WeChat allows 100,000. A scene is seen by whoever scans, so it proves nothing about them.
    Raises ValidationError, WeChatRefused, WeChatUnavailable; the row is kept then, and asking again completes it.
    """
    scene = Scene.objects.filter(account=account, code=code).first()
    if scene is None:
        scene = Scene(account=account, code=code, title=title, department=department)
        scene.full_clean()
        scene.save()
    return scene_complete(scene=scene)


def scene_complete(*, scene: Scene) -> Scene:
    """Fetch the QR code of a scene that has none yet. Raises WeChatRefused, WeChatUnavailable."""
    if scene.url:
        return scene
    client = client_of(scene.account)
    request = {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": scene.code}}}
    with refusals_noted(account_id=scene.account_id):
        answer = client.call(lambda: client.qrcode.create(request))
    scene.ticket, scene.url = answer["ticket"], answer["url"]
    scene.save(update_fields=["ticket", "url", "updated_at"])
    return scene


def follow_address(*, code: str) -> str:
    """What a QR code on our pages says: the scene with this code, else the one for pages; "" when there is none.

    The one for pages is made when it is first needed; a failure is not repeated for a minute.
    """
    scenes = Scene.objects.exclude(url="").filter(account__is_active=True, code__in=[code, PAGE_SCENE])
    found = {scene.code: scene.url for scene in scenes}
    if address := found.get(code) or found.get(PAGE_SCENE):
        return address
    account = account_active()
    if account is None or not cache.add("wechat:page_scene", 1, RETRY_SECONDS):
        return ""
    try:
        return scene_create(account=account, code=PAGE_SCENE, title=_("On our pages")).url
    except (WeChatRefused, WeChatUnavailable):
        return ""


def qr_png(address: str) -> bytes:
    """A picture of about 600 pixels with a white border, as a phone's camera wants it."""
    picture = io.BytesIO()
    segno.make(address, error="m", micro=False).save(picture, kind="png", scale=14, border=3)
    return picture.getvalue()


def qr_svg(address: str) -> str:
    """The same for paper: sharp at any size, dark on white, to be put inline."""
    return segno.make(address, error="q", micro=False).svg_inline(scale=1, border=2, omitsize=True, dark="#111")
