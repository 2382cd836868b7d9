"""A worker's own data: what is kept, a copy of it, consents, what they ask of HR; and their record in another factory."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django_tenants.utils import schema_context

from tenants.audit.services import audit_record
from tenants.errors import DomainError
from tenants.models import Domain, Factory
from tenants.once import posted_before
from workers.models import Contact, PrivacyRequest, Worker
from workers.privacy.copies import copy_html, worker_copy
from workers.privacy.register import Room, hidden_note, rooms
from workers.privacy.requests import answers_told, request_open, request_withdraw
from workers.privacy.texts import CONSENT_TEXTS, TRANSFER, text_in_force, text_of
from workers.services.consents import consent_withdraw, consents_shown
from workers.services.transfers import (
    BY_WORKER,
    TransferRefused,
    destinations,
    luggage_offered,
    may_send,
    record_send,
    record_take,
    record_waiting,
    sent_records_recall,
)
from workers.sessions import redirect_with_next

MOST_KEYS = 500
WORK_LESSONS = "work"


def person_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give the view the employee whose phone this is, also one who has left: their data is still theirs. Others bind first."""

    @never_cache
    @wraps(view)
    def found(request: HttpRequest, **kwargs) -> HttpResponse:
        visitor = request.visitor
        if not visitor.is_known:
            return redirect_with_next(request, address=settings.SIGN_IN_URL)
        contact = Contact.objects.select_related("worker").filter(pk=visitor.contact_id).first()
        if contact is None or contact.worker is None:
            return redirect_with_next(request, address=reverse("workers:bind"))
        return view(request, contact.worker, **kwargs)

    return found


@require_http_methods(["GET", "HEAD", "POST"])
@person_required
def data(request: HttpRequest, worker: Worker) -> HttpResponse:
    """What we keep and why; what was agreed to; what HR was asked."""
    refusal = ""
    if request.method == "POST":
        try:
            _do(request, worker)
        except DomainError as problem:
            refusal = str(problem)
        else:
            return HttpResponseRedirect(f"{reverse('workers:data')}#asked")
    told, is_open = answers_told(worker), request.factory.is_open
    waiting = {asked.kind: asked for asked in worker.privacy_requests.filter(state=PrivacyRequest.State.OPEN)}
    context = {
        "tab": "me",
        "worker": worker,
        "refusal": refusal,
        "kept": [line for room in sorted(rooms(), key=_own_room_first) for line in room.told(is_open=is_open)],
        "kinds": [(kind, label, waiting.get(kind)) for kind, label in PrivacyRequest.Kind.choices],
        "answered": told,
        "is_refused": any(reason for _asked, reason in told),
        "consents": [
            (consent, text_of(consent.purpose, consent.text_version) or text_in_force(consent.purpose))
            for consent in consents_shown(worker).filter(withdrawn_at__isnull=True)
            if consent.purpose in CONSENT_TEXTS
        ],
        "hidden": hidden_note(worker),
        "may_take_along": bool(destinations(request.factory)),
        "days": settings.PRIVACY_ANSWER_DAYS,
    }
    return render(request, "workers/privacy_me.html", context)


def _own_room_first(room: Room) -> bool:
    """What everybody knows of first: name, number, phone."""
    return room.name != "workers"


def _do(request: HttpRequest, worker: Worker) -> None:
    """What one of the page's buttons asks for. A button of no meaning does nothing."""
    what, value = request.POST.get("do", ""), request.POST.get("what", "")
    match what:
        case "ask" if value in PrivacyRequest.Kind.values:
            request_open(worker=worker, kind=value)
        case "withdraw_request" if value in PrivacyRequest.Kind.values:
            for asked in worker.privacy_requests.filter(kind=value, state=PrivacyRequest.State.OPEN):
                request_withdraw(request=asked)
        case "withdraw_consent" if value in CONSENT_TEXTS:
            consent_withdraw(worker=worker, purpose=value)


@require_http_methods(["GET", "HEAD"])
@person_required
def copy(request: HttpRequest, worker: Worker) -> HttpResponse:
    """Everything that is kept of the worker, to be read here; `?file=1` as a file."""
    found = worker_copy(worker=worker, is_own=True)
    audit_record(by=BY_WORKER, action="own_copy_read", about=worker, subjects=[worker.pk])
    if request.GET.get("file") != "1":
        return render(request, "workers/privacy_own.html", {"tab": "me", **found})
    name = _("my-data-%(day)s.html") % {"day": timezone.localdate().isoformat()}
    headers = {"Content-Disposition": content_disposition_header(as_attachment=True, filename=name)}
    return HttpResponse(copy_html(found), headers=headers)


@require_http_methods(["GET", "HEAD"])
def erased(request: HttpRequest) -> HttpResponse:
    """That what was asked is done. It knows nobody: the phone it is told to is nobody's by then."""
    return render(request, "workers/privacy_erased.html", {"tab": "me"})


@require_http_methods(["GET", "HEAD", "POST"])
@person_required
def transfer(request: HttpRequest, worker: Worker) -> HttpResponse:
    """Take what was learned along to another factory of the group, and take in what was brought from one."""
    context: dict = {}
    if request.method == "POST":
        try:
            context = _transfer_do(request, worker)
        except DomainError as problem:
            context = {"refusal": str(problem)}
        if not context:
            return HttpResponseRedirect(f"{reverse('workers:transfer')}#waiting")
    items = luggage_offered(worker)
    context |= {
        "tab": "me",
        "worker": worker,
        "factories": destinations(request.factory),
        "work": [item for item in items if not item.is_private],
        "private": [item for item in items if item.is_private],
        "may_send": may_send(worker),
        "waiting": record_waiting(worker),
        "text": text_in_force(TRANSFER),
    }
    return render(request, "workers/transfer.html", context)


def _transfer_do(request: HttpRequest, worker: Worker) -> dict:
    """What the page then shows; empty: go back to it. The code is on this one page and nowhere else; loading it again makes no
    other one."""
    match request.POST.get("do"):
        case "recall":
            sent_records_recall(worker=worker)
        case "take" if worker.left_on is None:
            return {"unpacked": record_take(worker=worker, code=request.POST.get("code", "")[:40])}
        case "send" if not posted_before(request):
            sent = record_send(worker=worker, to=_chosen(request), keys=_keys(request, worker))
            return {
                "code": f"{sent.code[:4]} {sent.code[4:8]} {sent.code[8:]}",
                "address": _address(sent.to),
                "to": sent.to,
            }
    return {}


def _chosen(request: HttpRequest) -> Factory:
    slug = request.POST.get("to", "")
    found = next((factory for factory in destinations(request.factory) if factory.slug == slug), None)
    if found is None:
        raise TransferRefused(_("Choose the factory you are going to."), code="transfer_nowhere")
    return found


def _keys(request: HttpRequest, worker: Worker) -> set[str]:
    keys = set(request.POST.getlist("item")[:MOST_KEYS])
    if WORK_LESSONS in keys:
        keys |= {item.key for item in luggage_offered(worker) if not item.is_private}
    return keys


def _address(factory: Factory) -> str:
    """Of the page in the other factory where the code is typed. The code is no part of it: addresses are kept and passed on."""
    with schema_context("public"):
        host = Domain.objects.get(tenant=factory, is_primary=True).domain
    return f"{settings.SITE_SCHEME}://{host}{settings.SITE_PORT}{reverse('workers:transfer')}"
