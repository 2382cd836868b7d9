"""Lists as somebody likes to see them: filters, search and order kept under a name, each person's own."""

from urllib.parse import parse_qsl, urlencode

from django.contrib import messages
from django.contrib.admin.options import IS_POPUP_VAR, TO_FIELD_VAR
from django.contrib.admin.views.main import ERROR_FLAG, PAGE_VAR
from django.contrib.auth.models import User
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from tenants.errors import DomainError
from tenants.staff.models import SavedFilter

MOST_OF_A_LIST = 12
NAME_LENGTH = SavedFilter._meta.get_field("name").max_length
QUERY_LENGTH = SavedFilter._meta.get_field("query").max_length
OF_THE_MOMENT = {PAGE_VAR, IS_POPUP_VAR, TO_FIELD_VAR, ERROR_FLAG, "all"}


class FilterRefused(DomainError):
    """codes: filter_unnamed, filter_empty, filter_too_long, too_many_filters."""

    code = "filter_refused"


def query_kept(query: str) -> str:
    """The part of a list's address that is worth a name: not the page somebody was on."""
    pairs = parse_qsl(query.removeprefix("?"))
    return urlencode([(name, value) for name, value in pairs if name not in OF_THE_MOMENT])


def filters_of(*, user: User, path: str) -> list[SavedFilter]:
    return list(SavedFilter.objects.filter(user=user, path=path))


@transaction.atomic
def filter_save(*, user: User, path: str, query: str, name: str) -> SavedFilter:
    """Keep a list under a name; a name used before now means this list. Raises FilterRefused."""
    name, query = " ".join(name.split()), query_kept(query)
    if not name or len(name) > NAME_LENGTH:
        text = _("Give it a name of at most %(most)d characters.") % {"most": NAME_LENGTH}
        raise FilterRefused(text, code="filter_unnamed")
    if not query:
        raise FilterRefused(_("Choose a filter, a search or an order first, then save it."), code="filter_empty")
    if len(query) > QUERY_LENGTH:
        raise FilterRefused(_("This is too much to keep. Choose fewer filters."), code="filter_too_long")
    User.objects.select_for_update().get(pk=user.pk)  # one at a time, so that the limit holds
    others = SavedFilter.objects.filter(user=user, path=path).exclude(name=name)
    if others.count() >= MOST_OF_A_LIST:
        text = ngettext(
            "%(most)d filter is kept for a list. Remove one first.",
            "%(most)d filters are kept for a list. Remove one first.",
            MOST_OF_A_LIST,
        )
        raise FilterRefused(text % {"most": MOST_OF_A_LIST}, code="too_many_filters")
    saved, _made = SavedFilter.objects.update_or_create(user=user, path=path, name=name, defaults={"query": query})
    return saved


@require_POST
def save_view(request: HttpRequest) -> HttpResponse:
    path, query = request.POST.get("path", ""), request.POST.get("query", "")
    if not _is_list(path):
        raise Http404
    try:
        filter_save(user=request.user, path=path, query=query, name=request.POST.get("name", ""))
    except FilterRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Kept. It stands above the list from now on."))
    return HttpResponseRedirect(f"{path}?{query_kept(query)}")


@require_POST
def remove_view(request: HttpRequest, pk: int) -> HttpResponse:
    saved = get_object_or_404(SavedFilter, pk=pk, user=request.user)
    saved.delete()
    messages.success(request, _("“%(name)s” is removed.") % {"name": saved.name})
    return HttpResponseRedirect(saved.path)


def _is_list(path: str) -> bool:
    """A list of this very site: nothing else is redirected to."""
    try:
        found = resolve(path)
    except Resolver404:
        return False
    return found.app_name == "admin" and (found.url_name or "").endswith("_changelist")
