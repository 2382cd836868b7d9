"""Who of the colleagues is which employee: a line leader sees the people of the departments that this employee leads."""

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from unfold.admin import StackedInline
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from tenants.middleware import domains_forget
from tenants.sites import factory_site
from tenants.staff.admin import ColleagueAdmin
from tenants.staff.admin.colleagues import ColleagueForm
from tenants.staff.services.reach import users_who_may
from tenants.support.services import support_withdraw
from workers.models import ApiToken, Colleague
from workers.services.integrations import MAY_MAKE, token_revoke, tokens_living


class EmployeeFormSet(forms.BaseInlineFormSet):
    @classmethod
    def get_default_prefix(cls) -> str:
        """Django would name it after the way back from a user, which the key has not."""
        return "employee"


class EmployeeInline(StackedInline):
    model = Colleague
    formset = EmployeeFormSet
    fields = ["worker"]
    autocomplete_fields = ["worker"]
    verbose_name = _("as an employee")
    verbose_name_plural = _("as an employee")
    hide_title = True
    extra = 1
    max_num = 1
    can_delete = False

    def formfield_for_foreignkey(self, db_field, request: HttpRequest, **kwargs):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None and db_field.name == "worker":
            field.required = False
            field.help_text = _("Needed for a line leader: they see the people of the lines that this employee leads.")
        return field


class TokensField(forms.ModelMultipleChoiceField):
    widget = UnfoldAdminCheckboxSelectMultipleWidget

    def label_from_instance(self, token: ApiToken) -> str:
        used = date_format(localtime(token.last_used_at), "Y-m-d") if token.last_used_at else "–"
        return _("%(name)s · last used: %(day)s") % {"name": token.name, "day": used}


class FactoryColleagueForm(ColleagueForm):
    tokens = TokensField(
        ApiToken.objects.none(),
        label=_("API tokens to revoke with it"),
        required=False,
        help_text=_(
            "Somebody who can no longer sign in could still use them. Once this person may not sign in or make tokens, the"
            " ticked ones stop at once. Clear the tick of what a program needs: the first page asks until a colleague"
            " takes it over."
        ),
    )


factory_site.unregister(User)


@admin.register(User, site=factory_site)
class FactoryColleagueAdmin(ColleagueAdmin):
    inlines = [EmployeeInline]
    form = FactoryColleagueForm

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None):
        """Beside the tick that lets somebody sign in: the tokens that would outlive it."""
        who, (heading, options), *rest = super().get_fieldsets(request, obj)
        more = ["tokens"] if self.tokens_of(request, obj) else []
        return [who, (heading, {**options, "fields": [*options["fields"], *more]}), *rest]

    def get_form(
        self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs
    ) -> type[forms.ModelForm]:
        form = super().get_form(request, obj, change=change, **kwargs)
        if obj is not None and (tokens := self.tokens_of(request, obj)):
            field = form.base_fields["tokens"]
            field.queryset, field.initial = tokens, [token.pk for token in tokens if obj.is_active]
        else:
            del form.base_fields["tokens"]
        return form

    def tokens_of(self, request: HttpRequest, user: User | None) -> QuerySet[ApiToken]:
        """Those that `user` answers for, if whoever looks may revoke them."""
        may = request.user.has_perm("workers.change_apitoken") and self.has_change_permission(request, user)
        if user is None or user == request.user or not may:
            return ApiToken.objects.none()
        return tokens_living().filter(answerer=user.pk)

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets, change: bool) -> None:
        """What somebody has opened for others does not stay open behind them."""
        super().save_related(request, form, formsets, change)
        user = form.instance
        if support_withdraw(factory=request.factory, user=user, by=request.user):
            transaction.on_commit(domains_forget)
            self.message_user(request, _("The support access that they gave has ended."), messages.INFO)
        if form.cleaned_data.get("tokens") and not users_who_may(MAY_MAKE).filter(pk=user.pk).exists():
            for token in form.cleaned_data["tokens"]:
                token_revoke(token=token, by=request.user)
            self.message_user(request, _("The ticked API tokens are revoked."), messages.INFO)
