"""The addresses of signing in and of one's own account, below /admin/ of either site."""

from django.contrib.admin import AdminSite
from django.urls import URLPattern, path

from tenants.staff.views import account, join, sign_in


def staff_urls(site: AdminSite) -> list[URLPattern]:
    return [
        path("sign-in/", sign_in.SecondStep.as_view(site=site), name="second_step"),
        path("sign-in/scan/", sign_in.ScanState.as_view(site=site), name="scan_state"),
        path("join/<str:secret>/", join.Join.as_view(site=site), name="join"),
        path("account/", account.AccountPage.as_view(site=site), name="account"),
        path("account/confirm/", account.Confirm.as_view(site=site), name="account_confirm"),
        path("account/password/", account.OwnPassword.as_view(site=site), name="account_password"),
        path("account/app/", account.AppSetUp.as_view(site=site), name="account_app"),
        path("account/phone/", account.PhoneSetUp.as_view(site=site), name="account_phone"),
        path("account/phone/forget/", account.PhoneForget.as_view(site=site), name="account_phone_forget"),
        path("account/codes/", account.Codes.as_view(site=site), name="account_codes"),
        path("account/sign-ins/end/", account.SignInsEnd.as_view(site=site), name="account_sign_ins_end"),
        path("account/alive/", account.Alive.as_view(site=site), name="account_alive"),
    ]
