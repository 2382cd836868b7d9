"""About me: what a worker says of themselves, in three taps; each is saved by itself, each may be skipped."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from workers.models import Worker
from workers.privacy.texts import FAMILY_FACTS, text_in_force
from workers.services.audiences import is_leader_on_roster, is_young_on_roster
from workers.services.descriptions import (
    AGE_GROUPS,
    Description,
    description_children_say,
    description_delete,
    description_home_say,
    description_of,
    description_say,
)
from workers.sessions import bound_required, visitor_of

# field of a description -> words below its picture
FACTS = {
    "is_parent": _("I have children"),
    "is_young": _("I am 25 or younger"),
    "is_line_manager": _("I lead a team"),
}
# answer -> (words, whether a child lives elsewhere)
HOMES = {
    "here": (_("With me"), False),
    "elsewhere": (pgettext_lazy("children live", "In the home region"), True),
    "both": (pgettext_lazy("children live", "Some here, some there"), True),
}
ABOUT, YOU, CHILDREN, HOME = (f"workers:about{step}" for step in ("", "-you", "-children", "-home"))

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@never_cache
@bound_required
def about(request: HttpRequest) -> HttpResponse:
    """What was said, to change and to take back; before anything was, the first question."""
    said = _said(request)
    if not said.is_given:
        return _closed(request) if said.is_closed else _to(YOU)
    facts = [(field, words) for field, words in FACTS.items() if getattr(said, field)]
    ages = [_age_words(index) for index in sorted(said.ages)]
    return render(request, "workers/about.html", {"said": said, "facts": facts, "ages": ages, "tab": "me"})


@get_or_post
@never_cache
@bound_required
def about_you(request: HttpRequest) -> HttpResponse:
    worker = Worker.objects.get(pk=visitor_of(request).worker_id)
    said, today = _said(request), timezone.localdate()
    if said.is_closed:
        return _closed(request)
    if request.method == "POST":
        chosen = {field: field in request.POST.getlist("fact") for field in FACTS}
        description_say(worker=worker, **chosen)
        return _to(CHILDREN if chosen["is_parent"] else ABOUT)
    ticked = {field for field in FACTS if getattr(said, field)}
    if not said.is_given:
        if is_young_on_roster(worker, today):
            ticked.add("is_young")
        if is_leader_on_roster(worker):
            ticked.add("is_line_manager")
    return _page(
        request,
        step=1,
        heading=_("What fits you?"),
        hint=_("Tap all that fit. None fits? Then just go on."),
        name="fact",
        tiles=[(field, words, field in ticked) for field, words in FACTS.items()],
        consent=text_in_force(FAMILY_FACTS),
        skip_to=reverse(ABOUT) if said.is_given else "/me/",
    )


@get_or_post
@never_cache
@bound_required
def about_children(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        ages = {int(age) for age in request.POST.getlist("age") if age in _AGES}
        worker = Worker(pk=visitor_of(request).worker_id)
        was_said = description_children_say(worker=worker, ages=ages, today=timezone.localdate())
        return _to(HOME if was_said else YOU)
    said = _said(request)
    if not said.is_parent:
        return _to(YOU)
    return _page(
        request,
        step=2,
        heading=_("How old are your children?"),
        hint=_("Tap each age once, however many children you have."),
        name="age",
        tiles=[(f"{index}", _age_words(index), index in said.ages) for index in range(len(AGE_GROUPS))],
        skip_to=reverse(HOME),
    )


@get_or_post
@never_cache
@bound_required
def about_home(request: HttpRequest) -> HttpResponse:
    """One tap answers and goes on."""
    if request.method == "POST":
        _words, elsewhere = HOMES.get(request.POST.get("home", ""), ("", None))
        if elsewhere is not None:
            worker = Worker(pk=visitor_of(request).worker_id)
            description_home_say(worker=worker, has_child_elsewhere=elsewhere)
        return _to(ABOUT)
    said = _said(request)
    if not said.is_parent:
        return _to(YOU)
    return _page(
        request,
        step=3,
        heading=_("Where do they live?"),
        hint=_("One tap, and you are done."),
        name="home",
        tiles=[(answer, words, False) for answer, (words, _elsewhere) in HOMES.items()],
        is_single=True,
        skip_to=reverse(ABOUT),
    )


@require_POST
@bound_required
def about_delete(request: HttpRequest) -> HttpResponse:
    description_delete(worker=Worker(pk=visitor_of(request).worker_id))
    return render(request, "workers/about_deleted.html", {"tab": "me"})


_AGES = {str(index) for index in range(len(AGE_GROUPS))}


def _said(request: HttpRequest) -> Description:
    return description_of(worker_id=visitor_of(request).worker_id, today=timezone.localdate())


def _age_words(index: int) -> str:
    youngest, oldest = AGE_GROUPS[index]
    return _("%(from)d–%(to)d years") % {"from": youngest, "to": oldest}


def _closed(request: HttpRequest) -> HttpResponse:
    return render(request, "workers/about_closed.html", {"tab": "me"})


def _page(request: HttpRequest, **context: Any) -> HttpResponse:
    return render(request, "workers/about_step.html", {**context, "tab": "me"})


def _to(name: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse(name))
