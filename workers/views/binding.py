"""The worker's side of binding."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from tenants.errors import DomainError
from tenants.models import Factory
from workers.forms import BindForm, JoinForm
from workers.models import BindingPolicy, Contact
from workers.services import enrol_open, worker_bind
from workers.services.binding import binding_policy, newer_phones, phone_disown
from workers.services.slips import slip_worker
from workers.sessions import bound_required, redirect_with_next, session_open, visitor_of

Factor = BindingPolicy.SecondFactor


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def bind(request: HttpRequest) -> HttpResponse:
    """Bind this contact to an employee, or join where anybody may; then go on to `next`, with a new session token.

    `?slip=` comes from the QR code of a slip and `?with=code` from somebody who has one: the code is asked for then.
    """
    visitor = visitor_of(request)
    if not visitor.is_known:
        return redirect_with_next(request, address=settings.SIGN_IN_URL)
    contact = Contact.objects.select_related("worker").get(pk=visitor.contact_id)
    if visitor.is_bound:
        return render(request, "workers/bound.html", _bound_context(request, contact))
    is_open = request.factory.enrolment == Factory.Enrolment.OPEN
    form, context = (_join_form if is_open else _bind_form)(request)
    if form.is_valid():
        try:
            (enrol_open if is_open else worker_bind)(contact=contact, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            here = f"{reverse('workers:bind')}?{urlencode({'next': _next(request)}, safe='/')}"
            response = HttpResponseRedirect(here)  # which says who they are known as now, and leads on
            session_open(contact=contact, response=response, request=request)
            return response
    context |= {
        "form": form,
        "is_open": is_open,
        "former": contact.worker,  # who left: the phone is theirs no more
        "next": _next(request),
        "heading": _("Join in") if is_open else _("Bind your employee number"),
    }
    return render(request, "workers/bind.html", context)


@never_cache
@require_POST
@bound_required
def disown(request: HttpRequest) -> HttpResponse:
    """ "That phone is not mine": undone, if it was bound after the one this is pressed on."""
    own = Contact.objects.get(pk=visitor_of(request).contact_id)
    pk = request.POST.get("phone", "")
    other = Contact.objects.filter(pk=int(pk)).first() if pk.isascii() and pk.isdecimal() and len(pk) < 19 else None
    if other is not None and phone_disown(own=own, other=other):
        messages.success(request, _("Done. The other WeChat is no longer bound to you. Tell HR about it."))
    return HttpResponseRedirect(reverse("workers:bind"))


def _join_form(request: HttpRequest) -> tuple[JoinForm, dict]:
    return JoinForm(request.POST if request.method == "POST" else None), {}


def _bind_form(request: HttpRequest) -> tuple[BindForm, dict]:
    """The form for what the factory asks, or for a slip's code; the name stands in it when the slip is good."""
    policy = binding_policy()
    slip = (request.POST.get("slip") or request.GET.get("slip") or "")[:40]
    owner = slip_worker(slip) if slip else None
    by_code = bool(slip) or (request.POST.get("with") or request.GET.get("with")) == "code"
    factor = Factor.CODE if by_code else policy.second_factor
    data = request.POST if request.method == "POST" else None
    form = BindForm(data, factor=factor, initial={"name": owner.name if owner else ""})
    return form, {
        "slip": slip,
        "by_code": factor == Factor.CODE,
        "may_choose": policy.second_factor != Factor.CODE,
        "is_slip_over": bool(slip) and owner is None,
    }


def _bound_context(request: HttpRequest, contact: Contact) -> dict:
    newer = set(newer_phones(contact).values_list("pk", flat=True))
    phones = contact.worker.contacts.order_by("bound_at")
    return {
        "worker": contact.worker,
        "phones": [(phone, phone.pk == contact.pk, phone.pk in newer) for phone in phones],
        "is_reachable": contact.is_reachable,
        "next": _next(request),
    }


def _next(request: HttpRequest) -> str:
    """Where the person was going: a path of this site, else home."""
    path = request.POST.get("next") or request.GET.get("next") or "/"
    return path if path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None) else "/"
