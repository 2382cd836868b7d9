"""The page on a colleague's own phone: is it you who signs in over there?"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tenants.errors import DomainError
from tenants.staff.models import Scan
from tenants.staff.services.scans import scan_of
from workers.services.colleagues import phone_answer, phone_may_answer
from workers.sessions import visitor_of


@never_cache
@require_http_methods(["GET", "POST"])
def sign_in_scan(request: HttpRequest, secret: str) -> HttpResponse:
    if request.factory is None:
        raise Http404
    visitor = visitor_of(request)
    if visitor.contact_id is None:
        return _said(
            request,
            _("WeChat does not know you here yet"),
            _(
                "Scan the code with WeChat itself, not with the camera. If you did, follow the factory's official account first."
            ),
            403,
        )
    scan = scan_of(secret)
    if scan is None:
        advice = _("It was for one use and five minutes. Load the page on the computer again and scan the new code.")
        return _said(request, _("This code has expired"), advice, 410)
    if not phone_may_answer(scan=scan, contact_id=visitor.contact_id):
        return _said(request, *_not_yours(scan), 403)
    if request.method == "GET":
        context = {"scan": scan, "is_link": scan.purpose == Scan.Purpose.LINK}
        return render(request, "workers/sign_in_scan.html", context)
    is_me = request.POST.get("answer") == "me"
    try:
        answered = phone_answer(scan=scan, contact_id=visitor.contact_id, is_me=is_me)
    except DomainError as refusal:
        return _said(request, _("This is not your account's WeChat"), str(refusal), 403)
    if not answered:
        return _said(request, _("This code has expired"), _("It has been answered already."), 410)
    if is_me:
        return _said(request, _("Confirmed"), _("Look at the computer: it goes on there."))
    return _said(
        request, _("Refused"), _("Nobody gets in. If it was not you, change your password: somebody may know it.")
    )


def _not_yours(scan: Scan) -> tuple[str, str]:
    if scan.purpose == Scan.Purpose.LINK:
        return _("This WeChat is taken"), _("It is linked with another colleague's account. Each needs their own.")
    return _("This is not your account's WeChat"), _("Scan with the WeChat that you linked with your account.")


def _said(request: HttpRequest, heading: str, advice: str, status: int = 200) -> HttpResponse:
    return render(request, "workers/sign_in_said.html", {"heading": heading, "advice": advice}, status=status)
