"""Where HR's pages of employees are."""

from django.urls import reverse


def admin_url(name, *args) -> str:
    return reverse(f"admin:workers_{name}", args=args, urlconf="config.urls_tenant")
