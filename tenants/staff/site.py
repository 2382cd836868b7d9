"""What an admin site is given for signing in."""

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from unfold.sites import UnfoldAdminSite


class SignInSite(UnfoldAdminSite):
    """With the pages of signing in and of one's own account, in place of Django's change of password."""

    def get_urls(self):
        from tenants.staff.urls import staff_urls  # its forms and views need the apps ready

        left_out = ("password_change", "password_change_done")
        return [*staff_urls(self), *(url for url in super().get_urls() if getattr(url, "name", "") not in left_out)]

    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        """Django's page; what follows a right password is ours."""
        from tenants.staff.forms import PasswordStepForm
        from tenants.staff.views.sign_in import PasswordStep

        if request.method == "GET" and self.has_permission(request):
            return HttpResponseRedirect(reverse("admin:index"))
        context = {
            **self.each_context(request),
            "title": _("Log in"),
            "subtitle": None,
            "app_path": request.get_full_path(),
            "username": request.user.get_username(),
            REDIRECT_FIELD_NAME: request.GET.get(REDIRECT_FIELD_NAME, reverse("admin:index")),
            **(extra_context or {}),
        }
        view = PasswordStep.as_view(
            extra_context=context, authentication_form=PasswordStepForm, template_name="admin/login.html"
        )
        return view(request)
