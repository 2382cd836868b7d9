"""How to follow the factory's account: a page, and the QR code that other pages show."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from wechat.services.accounts import account_active
from wechat.services.scenes import PAGE_SCENE, follow_address, qr_png

CODE_MOST = 64


@require_safe
def follow(request: HttpRequest) -> HttpResponse:
    """`?s=` where somebody came from."""
    context = {"account": account_active(), "source": request.GET.get("s", PAGE_SCENE)[:CODE_MOST]}
    return render(request, "wechat/follow.html", context)


@require_safe
@cache_control(public=True, max_age=3600)
def follow_qr(request: HttpRequest) -> HttpResponse:
    """`?s=` the code of a poster; any other code gets the QR code of our own pages."""
    address = follow_address(code=request.GET.get("s", "")[:CODE_MOST])
    if not address:
        raise Http404
    return HttpResponse(qr_png(address), content_type="image/png")
