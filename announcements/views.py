"""The worker's notices: only those sent to them."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from announcements.models import Receipt
from announcements.services import announcement_confirm, announcement_open
from lessons.assets import asset_url
from workers.sessions import bound_required, visitor_of

PAGE_SIZE = 20
PICTURE_WIDTH = 720


@require_safe
@never_cache
@bound_required
def announcement_list(request: HttpRequest) -> HttpResponse:
    page = _page_number(request)
    receipts = Receipt.objects.of(visitor_of(request).worker_id).select_related("announcement")
    receipts = receipts.defer("announcement__body").order_by("-announcement__sent_at", "-announcement__pk")
    shown = list(receipts[(page - 1) * PAGE_SIZE : page * PAGE_SIZE + 1])
    context = {
        "receipts": shown[:PAGE_SIZE],
        "newer": page - 1,
        "older": page + 1 if len(shown) > PAGE_SIZE else 0,
        "tab": "announcements",
    }
    return render(request, "announcements/list.html", context)


@require_safe
@never_cache
@bound_required
def announcement_detail(request: HttpRequest, uuid: UUID) -> HttpResponse:
    receipt = _receipt(request, uuid)
    if request.method == "GET":
        announcement_open(uuid=uuid, worker_id=receipt.worker_id)
    picture = receipt.announcement.picture
    width = PICTURE_WIDTH if picture and PICTURE_WIDTH in picture.widths else None
    context = {
        "receipt": receipt,
        "announcement": receipt.announcement,
        "picture": picture,
        "picture_url": asset_url(picture, width) if picture else "",
        "tab": "announcements",
    }
    return render(request, "announcements/detail.html", context)


@require_POST
@bound_required
def announcement_confirmed(request: HttpRequest, uuid: UUID) -> HttpResponse:
    if not announcement_confirm(uuid=uuid, worker_id=visitor_of(request).worker_id):
        raise Http404
    return HttpResponseRedirect(reverse("announcements:detail", args=[uuid]))


def _receipt(request: HttpRequest, uuid: UUID) -> Receipt:
    """The one place that decides who may read an announcement: whom it was sent to. Anybody else: 404."""
    receipts = Receipt.objects.of(visitor_of(request).worker_id).select_related("announcement__picture")
    receipt = receipts.filter(announcement__uuid=uuid).first()
    if receipt is None:
        raise Http404
    return receipt


def _page_number(request: HttpRequest) -> int:
    number = request.GET.get("page", "1")
    return max(1, int(number)) if number.isdecimal() and len(number) < 6 else 1
