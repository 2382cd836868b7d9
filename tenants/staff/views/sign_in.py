"""The way in: password, then the second step, or setting one up."""

from typing import Any

from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenants.audit.services import audit_record
from tenants.staff import lockout
from tenants.staff.forms import CodeForm
from tenants.staff.models import Scan
from tenants.staff.phones import phone_linked, phones_here
from tenants.staff.services.factors import NextStep, code_check, codes_left, grace_days, has_app, next_step
from tenants.staff.services.scans import scan_start, scan_state, scan_take
from tenants.staff.views.base import DoorView, next_path_clean, pending_begin, sign_in_complete
from tenants.staff.views.pictures import qr_svg

SCAN = "scan"  # in the session: the question this screen has asked


class PasswordStep(LoginView):
    """A right password signs in whoever needs no second step, and nobody else."""

    def form_valid(self, form) -> HttpResponse:
        return enter(self.request, form.get_user(), next_path_clean(self.request))


def enter(request: HttpRequest, user: User, next_path: str) -> HttpResponse:
    """The password is right: in, or on to the second step."""
    if next_step(user) == NextStep.NONE:
        return sign_in_complete(request, user, factor="none", then=next_path)
    pending_begin(request, user, next_path)
    return HttpResponseRedirect(reverse("admin:second_step"))


def scan_context(request: HttpRequest, user: User, purpose: Any) -> dict:
    """A fresh question for this screen, as a picture."""
    scan, secret = scan_start(user=user, purpose=purpose, request=request)
    request.session[SCAN] = scan.pk
    phones = phones_here()
    address = request.build_absolute_uri(phones.path(secret)) if phones else ""
    return {"scan": scan, "qr": qr_svg(address), "scan_address": address}


def scan_answered(request: HttpRequest, user: User, purpose: Any) -> bool:
    return scan_take(pk=request.session.pop(SCAN, 0), user=user, purpose=purpose)


class SecondStep(DoorView):
    """What the person has decides what is asked: a code, a scan, or to set one up."""

    template_name = "tenants/staff/second_step.html"
    title = gettext_lazy("Second step")

    def get(self, request: HttpRequest) -> HttpResponse:
        if self.is_inside:
            return HttpResponseRedirect(reverse("admin:index"))
        match next_step(self.actor):
            case NextStep.NONE:
                return sign_in_complete(request, self.actor, factor="none")
            case NextStep.VERIFY:
                return self.ask()
        return self.offer()

    def post(self, request: HttpRequest) -> HttpResponse:
        if self.is_inside:
            return HttpResponseRedirect(reverse("admin:index"))
        step = next_step(self.actor)
        if "later" in request.POST and step == NextStep.OFFER:
            return sign_in_complete(request, self.actor, factor="none")
        if step != NextStep.VERIFY:
            return HttpResponseRedirect(reverse("admin:second_step"))
        if "scanned" in request.POST:
            return self.scanned(request)
        return self.code_entered(request)

    def scanned(self, request: HttpRequest) -> HttpResponse:
        if scan_answered(request, self.actor, Scan.Purpose.SIGN_IN) and phone_linked(self.actor):
            return sign_in_complete(request, self.actor, factor="phone")
        return self.ask(scan_error=_("Your phone has not confirmed yet. Scan the new code and tap “It is me”."))

    def code_entered(self, request: HttpRequest) -> HttpResponse:
        name = self.actor.get_username()
        if lockout.waiting_until(request=request, username=name):
            return self.locked(request)
        form = CodeForm(request.POST)
        if not form.is_valid():
            return self.ask(form=form)
        if lockout.codes_are_used_up(request=request, username=name):
            text = _(
                "Too many wrong codes today. Scan with WeChat instead, or ask an owner to reset your second factor."
            )
            return self.ask(form=form, code_error=text)
        if kind := code_check(user=self.actor, code=form.cleaned_data["code"]):
            return sign_in_complete(request, self.actor, factor=kind)
        audit_record(by=self.actor, action="second_factor_failed", about=self.actor)
        lockout.code_failure_count(username=name)
        if lockout.failure_count(request=request, username=name):
            return self.locked(request)
        return self.ask(
            form=CodeForm(), code_error=_("This code is not right. Wait for the next one in the app and enter it.")
        )

    def locked(self, request: HttpRequest) -> HttpResponse:
        """django-axes' middleware puts its own page in place of this answer."""
        request.axes_locked_out = True
        request.axes_credentials = {"username": self.actor.get_username()}
        return HttpResponse(status=429)

    def ask(self, form: CodeForm | None = None, **context) -> HttpResponse:
        with_code = has_app(self.actor) or codes_left(self.actor) > 0
        if phone_linked(self.actor):
            context |= scan_context(self.request, self.actor, Scan.Purpose.SIGN_IN)
        return self.page(form=(form or CodeForm()) if with_code else None, has_app=has_app(self.actor), **context)

    def offer(self) -> HttpResponse:
        phones = phones_here()
        days = grace_days(self.actor)
        self.template_name, self.title = "tenants/staff/protect.html", _("Protect your account")
        return self.page(with_phone=phones is not None and phones.is_offered(), days=days)


class ScanState(DoorView):
    """The screen asks how its question stands; nothing is changed by asking."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return JsonResponse({"state": scan_state(pk=request.session.get(SCAN, 0), user=self.actor)})
