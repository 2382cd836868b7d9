"""The page a one-time link opens: an account of one's own, or a new password."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from tenants.roles import role_description, role_title
from tenants.staff.forms import JoinForm, NewPasswordForm
from tenants.staff.models import Invitation
from tenants.staff.services.invitations import InvitationOver, invitation_accept, invitation_of
from tenants.staff.views.base import DoorView
from tenants.staff.views.sign_in import enter


class Join(DoorView):
    template_name = "tenants/staff/join.html"
    needs_actor = False

    def get(self, request: HttpRequest, secret: str) -> HttpResponse:
        try:
            invitation = invitation_of(secret)
        except InvitationOver as refusal:
            return self.over(refusal)
        return self.show(invitation, self.form_of(invitation)())

    def post(self, request: HttpRequest, secret: str) -> HttpResponse:
        try:
            invitation = invitation_of(secret)
            form = self.form_of(invitation)(request.POST)
            if form.is_valid():
                user = invitation_accept(
                    secret=secret,
                    username=form.cleaned_data.get("username", ""),
                    password=form.cleaned_data["password"],
                )
                messages.success(request, _("Done. This is your account now."))
                return enter(request, user, reverse("admin:index"))
        except InvitationOver as refusal:
            return self.over(refusal)
        except ValidationError as error:
            form.add_error(None, error)
        return self.show(invitation, form)

    @staticmethod
    def form_of(invitation: Invitation) -> type[NewPasswordForm]:
        return NewPasswordForm if invitation.user else JoinForm

    def show(self, invitation: Invitation, form: NewPasswordForm) -> HttpResponse:
        self.title = _("Set a new password") if invitation.user else _("Welcome")
        roles = [(role_title(role.name), role_description(role.name)) for role in invitation.roles.all()]
        return self.page(invitation=invitation, form=form, roles=roles)

    def over(self, refusal: InvitationOver) -> HttpResponse:
        self.template_name, self.title = "tenants/staff/over.html", _("This link is no longer good")
        return self.page(status=410, reason=str(refusal))
