"""Somebody's own account: password, second factor, and where they are signed in. Part of it also at the door."""

from django.contrib import messages
from django.contrib.auth import authenticate, update_session_auth_hash
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenants.audit.services import audit_record
from tenants.errors import DomainError
from tenants.roles import roles_told
from tenants.staff.forms import AppCodeForm, ConfirmForm, OwnPasswordForm
from tenants.staff.lockout import browser_remember
from tenants.staff.models import Scan, SignIn
from tenants.staff.phones import phone_linked, phones_here
from tenants.staff.services.factors import (
    app_address,
    app_begin,
    app_confirm,
    codes_left,
    codes_make,
    has_app,
    has_factor,
    is_guarded,
)
from tenants.staff.services.sign_ins import session_confirmed, sign_ins_end, sign_ins_of
from tenants.staff.views.base import DoorView, next_path_clean, session_begin
from tenants.staff.views.pictures import qr_svg
from tenants.staff.views.sign_in import scan_answered, scan_context


class InsideView(DoorView):
    """For those who are signed in."""

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not self.site.has_permission(request):
            return HttpResponseRedirect(f"{reverse('admin:login')}?next={request.path}")
        return super().dispatch(request, *args, **kwargs)

    def to_account(self) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:account"))


class AccountPage(InsideView):
    template_name = "tenants/staff/account.html"
    title = gettext_lazy("My account")

    def get(self, request: HttpRequest) -> HttpResponse:
        user, phones = request.user, phones_here()
        return self.page(
            roles=roles_told(user),
            is_guarded=is_guarded(user),
            has_app=has_app(user),
            with_phone=phones is not None and phones.is_offered(),
            phone_linked=phone_linked(user),
            codes_left=codes_left(user),
            sign_ins=sign_ins_of(user),
            here=request.session.row_key,
        )


class Confirm(InsideView):
    """The password once more, before something that a passer-by must not do."""

    template_name = "tenants/staff/confirm.html"
    title = gettext_lazy("Your password again")

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(form=ConfirmForm(), next=next_path_clean(request))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ConfirmForm(request.POST)
        if form.is_valid():
            name = request.user.get_username()
            if authenticate(request, username=name, password=form.cleaned_data["password"]) is not None:
                session_confirmed(request.session)
                return HttpResponseRedirect(next_path_clean(request))
            form.add_error("password", _("This is not your password. Try again."))
        return self.page(form=form, next=next_path_clean(request))


class OwnPassword(InsideView):
    template_name = "tenants/staff/password.html"
    title = gettext_lazy("Change password")

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(form=OwnPasswordForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = OwnPasswordForm(request.POST)
        if form.is_valid() and self.is_right(form):
            self.change(form.cleaned_data["password"])
            messages.success(request, _("Your password is changed. Your other browsers are signed out."))
            return self.to_account()
        return self.page(form=form)

    def is_right(self, form: OwnPasswordForm) -> bool:
        user, values = self.request.user, form.cleaned_data
        if authenticate(self.request, username=user.get_username(), password=values["old"]) is None:
            form.add_error("old", _("This is not your password. Try again."))
            return False
        try:
            validate_password(values["password"], user)
        except ValidationError as error:
            form.add_error("password", error)
            return False
        return True

    @transaction.atomic
    def change(self, password: str) -> None:
        user, old_key = self.request.user, self.request.session.row_key
        user.set_password(password)
        user.save(update_fields=["password"])
        update_session_auth_hash(self.request, user)  # this browser goes on, in a session with a new key
        SignIn.objects.filter(session_key=old_key).update(session_key=self.request.session.row_key)
        sign_ins_end(user=user, but=self.request.session.row_key)
        audit_record(by=user, action="password_changed", about=user)


class SetUpView(DoorView):
    """Setting a second factor up: in one's account, or on the way in by somebody who has none yet."""

    needs_confirmed = True

    def refused(self) -> HttpResponse | None:
        """A password alone adds nothing to an account that has a second factor."""
        if not self.is_inside and has_factor(self.actor):
            return HttpResponseRedirect(reverse("admin:second_step"))
        return None

    def done(self, *, with_codes: bool) -> HttpResponse:
        """The recovery codes, shown once. Whoever was at the door is in."""
        user, was_inside = self.actor, self.is_inside
        codes = codes_make(user) if with_codes else []
        then = reverse("admin:account") if was_inside else session_begin(self.request, user, factor="new")
        if not codes:
            return HttpResponseRedirect(then)
        response = codes_page(self, codes, then)
        if not was_inside:
            browser_remember(request=self.request, response=response, username=user.get_username())
        return response


def codes_page(view: DoorView, codes: list[str], then: str) -> HttpResponse:
    view.template_name, view.title = "tenants/staff/codes.html", _("Your recovery codes")
    return view.page(codes=codes, then=then)


class AppSetUp(SetUpView):
    template_name = "tenants/staff/app.html"
    title = gettext_lazy("Set up an authenticator app")

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.refused() or self.show(AppCodeForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        if refused := self.refused():
            return refused
        form = AppCodeForm(request.POST)
        if form.is_valid():
            try:
                app_confirm(user=self.actor, code=form.cleaned_data["code"])
            except DomainError as refusal:
                form.add_error("code", str(refusal))
            else:
                messages.success(request, _("The app is set up."))
                return self.done(with_codes=True)
        return self.show(form)

    def show(self, form: AppCodeForm) -> HttpResponse:
        app = app_begin(self.actor)
        groups = " ".join(app.key[start : start + 4] for start in range(0, len(app.key), 4))
        return self.page(form=form, qr=qr_svg(app_address(app)), key=groups)


class PhoneSetUp(SetUpView):
    template_name = "tenants/staff/phone.html"
    title = gettext_lazy("Link your WeChat")

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.refused() or self.unoffered() or self.show()

    def post(self, request: HttpRequest) -> HttpResponse:
        """The phone has linked itself by confirming; the screen goes on."""
        if unoffered := self.unoffered():
            return unoffered
        if not scan_answered(request, self.actor, Scan.Purpose.LINK):
            return self.refused() or self.show(
                scan_error=_("Your phone has not confirmed yet. Scan the new code and tap “It is me”.")
            )
        messages.success(request, _("Your WeChat is linked."))
        return self.done(with_codes=not codes_left(self.actor))

    def unoffered(self) -> HttpResponse | None:
        phones = phones_here()
        if phones is not None and phones.is_offered():
            return None
        return HttpResponseRedirect(reverse("admin:account" if self.is_inside else "admin:second_step"))

    def show(self, **context) -> HttpResponse:
        return self.page(**scan_context(self.request, self.actor, Scan.Purpose.LINK), **context)


class PhoneForget(InsideView):
    needs_confirmed = True

    def post(self, request: HttpRequest) -> HttpResponse:
        if phones := phones_here():
            phones.forget(request.user)
            audit_record(by=request.user, action="phone_forgotten", about=request.user)
            messages.success(request, _("Your WeChat is no longer linked."))
        return self.to_account()


class Codes(InsideView):
    needs_confirmed = True

    def post(self, request: HttpRequest) -> HttpResponse:
        return codes_page(self, codes_make(request.user), reverse("admin:account"))


class SignInsEnd(InsideView):
    """One of one's own sessions, or all but this one."""

    def post(self, request: HttpRequest) -> HttpResponse:
        wanted = request.POST.get("sign_in", "")
        only = int(wanted) if wanted.isdecimal() and len(wanted) < 19 else None
        if only is None and wanted != "others":
            return self.to_account()
        count = sign_ins_end(user=request.user, by=request.user, but=request.session.row_key, only=only)
        if count:
            messages.success(request, _("Signed out there."))
        return self.to_account()


class Alive(InsideView):
    """Somebody is still at work on a long page; the middleware has noted it."""

    def post(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse(status=204)
