"""Who is at the door: somebody whose password was right and whose second step is still to come, or somebody signed in."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.auth import login
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import View

from tenants.audit.models import AuditEntry
from tenants.audit.services import audit_record
from tenants.staff.lockout import browser_remember
from tenants.staff.models import Account
from tenants.staff.services.factors import is_guarded
from tenants.staff.services.sign_ins import is_confirmed
from tenants.words import moment_to_the_minute, sentences

PENDING = "pending_sign_in"
PENDING_SECONDS = 900
BACKEND = "django.contrib.auth.backends.ModelBackend"


def pending_begin(request: HttpRequest, user: User, next_path: str) -> None:
    """The password was right. Nobody is signed in: the second step comes first."""
    request.session.cycle_key()
    request.session[PENDING] = {
        "user": user.pk,
        "mark": user.get_session_auth_hash(),
        "at": timezone.now().timestamp(),
        "next": next_path,
    }


def pending_user(request: HttpRequest) -> User | None:
    """None when there is none, when it took too long, or when the password has been changed since."""
    pending = request.session.get(PENDING)
    if not pending or timezone.now().timestamp() > pending["at"] + PENDING_SECONDS:
        return None
    user = User.objects.filter(pk=pending["user"], is_active=True, is_staff=True).first()
    if user is None or not constant_time_compare(user.get_session_auth_hash(), pending["mark"]):
        return None
    return user


def session_begin(request: HttpRequest, user: User, *, factor: str) -> str:
    """Sign in, and where to go then. factor: what was proved besides the password ("none", "app", "recovery", "phone", "new")."""
    pending = request.session.pop(PENDING, None) or {}
    away_since = user.last_login or user.date_joined
    login(request, user, backend=BACKEND)
    audit_record(by=user, action="signed_in", about=user, factor=factor)
    _tell_of_reset(request, user)
    _tell_of_rescue(request, user, away_since)
    return pending.get("next") or reverse("admin:index")


def sign_in_complete(request: HttpRequest, user: User, *, factor: str, then: str = "") -> HttpResponse:
    next_path = session_begin(request, user, factor=factor)
    response = HttpResponseRedirect(then or next_path)
    browser_remember(request=request, response=response, username=user.get_username())
    return response


def _tell_of_reset(request: HttpRequest, user: User) -> None:
    account = Account.objects.filter(user=user, reset_at__isnull=False).first()
    if account is None:
        return
    text = _("%(name)s reset your second factor on %(day)s. If you did not ask for that, speak to them.")
    day = moment_to_the_minute(account.reset_at)
    messages.warning(request, text % {"name": account.reset_by, "day": day})
    Account.objects.filter(pk=account.pk).update(reset_at=None, reset_by="")


def _tell_of_rescue(request: HttpRequest, user: User, away_since: datetime) -> None:
    """CCR CSR has let a further owner in, from outside (tenants.services.rescue): nobody who could mind does not hear of it."""
    if not is_guarded(user):
        return
    for entry in AuditEntry.objects.filter(action="owner_rescued", at__gt=away_since).order_by("-at"):
        text = _(
            "On %(day)s CCR CSR (%(staff)s) made a link for a further owner of this factory, because: %(reason)s. If nobody"
            " here asked for that, speak to your management and to CCR CSR."
        )
        told = [text % {"day": moment_to_the_minute(entry.at), **entry.detail}]
        if "forced" in entry.detail:
            told.append(_("Owners had signed in lately; why they were not asked: %(forced)s.") % entry.detail)
        messages.warning(request, sentences(*told))


def next_path_clean(request: HttpRequest) -> str:
    """`next` as far as it leads to a page of this host, else the first page."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_own = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_own else reverse("admin:index")


@method_decorator([never_cache, sensitive_post_parameters()], name="dispatch")
class DoorView(View):
    """A page outside of the admin's frame. `actor` is the person at the door or inside; without one: to the first step."""

    site: AdminSite = None  # type: ignore[assignment]  # given by the URLconf
    template_name = ""
    title = ""
    needs_actor = True
    needs_confirmed = False  # the password, entered lately; somebody at the door has just done so
    actor: User
    is_inside = False

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if self.needs_actor:
            inside = self.site.has_permission(request)
            actor = request.user if inside else pending_user(request)
            if actor is None:
                return HttpResponseRedirect(reverse("admin:login"))
            self.actor, self.is_inside = actor, inside
            if inside and self.needs_confirmed and not is_confirmed(request.session):
                here = request.path if request.method == "GET" else reverse("admin:account")
                return HttpResponseRedirect(f"{reverse('admin:account_confirm')}?{urlencode({'next': here})}")
        return super().dispatch(request, *args, **kwargs)

    def page(self, status: int = 200, **context: Any) -> HttpResponse:
        shown = {**self.site.each_context(self.request), "title": self.title, **context}
        return TemplateResponse(self.request, self.template_name, shown, status=status)
