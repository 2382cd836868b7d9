"""What the rows of an audit entry are called, for somebody who may see them."""

from collections import defaultdict
from collections.abc import Iterable

from django.apps import apps
from django.contrib.admin import ModelAdmin
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse

from tenants.sites import site_of


def model_of(kind: str) -> type[Model] | None:
    """kind: "app.model" as an entry has it; None for one that is no longer there."""
    try:
        return apps.get_model(kind)
    except (LookupError, ValueError):
        return None


def admin_of(request: HttpRequest, kind: str) -> ModelAdmin | None:
    """The page of such rows on the present site, if the person asking may see it."""
    model, site = model_of(kind), site_of(request)
    if model is None or not site.is_registered(model):
        return None
    admin = site.get_model_admin(model)
    return admin if admin.has_view_permission(request) else None


def rows_named(request: HttpRequest, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], tuple[str, str]]:
    """(kind, id) -> (name, address of its page). One statement a kind; what somebody may not see, or is gone, is left out."""
    ids = defaultdict(set)
    for kind, pk in wanted:
        ids[kind].add(pk)
    named = {}
    for kind, pks in ids.items():
        admin = admin_of(request, kind)
        if admin is None:
            continue
        page = f"admin:{admin.opts.app_label}_{admin.opts.model_name}_change"
        for row in admin.get_queryset(request).filter(pk__in=_readable(admin, pks)):
            named[kind, str(row.pk)] = (str(row), reverse(page, args=[row.pk]))
    return named


def _readable(admin: ModelAdmin, pks: Iterable[str]) -> list:
    """Without what is no id of such a row."""
    found = []
    for pk in pks:
        try:
            found.append(admin.opts.pk.to_python(pk))
        except ValidationError:
            continue
    return found
