"""The worker's side of binding."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tenants.errors import DomainError
from tenants.models import Factory
from workers.forms import BindForm, JoinForm
from workers.models import Contact
from workers.services import enrol_open, worker_bind
from workers.sessions import redirect_with_next, session_open, visitor_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def bind(request: HttpRequest) -> HttpResponse:
    """Bind this contact to an employee, or join where anybody may; then go on to `next`, with a new session token."""
    visitor = visitor_of(request)
    if not visitor.is_known:
        return redirect_with_next(request, address=settings.SIGN_IN_URL)
    is_open = request.factory.enrolment == Factory.Enrolment.OPEN
    form = (JoinForm if is_open else BindForm)(request.POST if request.method == "POST" else None)
    if not visitor.is_bound and form.is_valid():
        contact = Contact.objects.get(pk=visitor.contact_id)
        try:
            (enrol_open if is_open else worker_bind)(contact=contact, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            here = f"{reverse('workers:bind')}?{urlencode({'next': _next(request)}, safe='/')}"
            response = HttpResponseRedirect(here)  # which says who they are known as now, and leads on
            session_open(contact=contact, response=response, request=request)
            return response
    context = {
        "form": form,
        "visitor": visitor,
        "is_open": is_open,
        "next": _next(request),
        "heading": _("Join in") if is_open else _("Bind your employee number"),
    }
    return render(request, "workers/bind.html", context)


def _next(request: HttpRequest) -> str:
    """Where the person was going: a path of this site, else home."""
    path = request.POST.get("next") or request.GET.get("next") or "/"
    return path if path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None) else "/"
