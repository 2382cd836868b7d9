"""The side bar of the two admin sites: by task, in the order of the day, and only what somebody may open.

A model registered by a room and not named here still shows, at the end of its room's section.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.contrib.admin import AdminSite, ModelAdmin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import pgettext_lazy

from tenants.sites import factory_site, library_site


@dataclass(frozen=True)
class Page:
    """An admin page that is no list of a model: its URL name, and the permission that opens it."""

    title: str
    icon: str
    url_name: str
    permission: str


@dataclass(frozen=True)
class Section:
    """`models`: "app.model" -> icon, in the order shown. `apps`: whose further models follow. `first`: pages before them."""

    title: str
    apps: tuple[str, ...]
    models: dict[str, str]
    pages: tuple[Page, ...] = field(default=())
    first: tuple[Page, ...] = field(default=())


LESSONS = Section(
    pgettext_lazy("side bar", "Lessons"),
    ("lessons",),
    {"lessons.lesson": "menu_book", "lessons.series": "collections_bookmark", "lessons.topic": "sell"},
)
MAY_SERVE, MAY_SEE_CHANNEL = "grievances.view_case", "grievances.view_channel"
DESK = Page(pgettext_lazy("side bar", "Cases"), "inbox", "desk:page", MAY_SERVE)
CHANNEL_PAGES = (
    Page(pgettext_lazy("side bar", "Statistics of cases"), "bar_chart", "admin:grievances_statistics", MAY_SEE_CHANNEL),
    Page(pgettext_lazy("side bar", "Scorecard"), "fact_check", "admin:grievances_scorecard", MAY_SEE_CHANNEL),
)
VOICE_FACTORY = Section(
    pgettext_lazy("side bar", "Employee voice"),
    ("grievances",),
    {
        "grievances.boardentry": "forum",
        "grievances.replytemplate": "edit_note",
        "grievances.channel": "tune",
    },
    (
        *CHANNEL_PAGES,
        Page(
            pgettext_lazy("side bar", "Poster of the channel"), "qr_code_2", "admin:grievances_poster", MAY_SEE_CHANNEL
        ),
    ),
    first=(DESK,),
)
VOICE_LIBRARY = Section(
    pgettext_lazy("side bar", "Employee voice"),
    ("grievances",),
    {
        "grievances.factoryfigures": "notifications_active",
        "grievances.replytemplate": "edit_note",
        "grievances.channel": "tune",
    },
    CHANNEL_PAGES,
    first=(DESK,),
)
PEOPLE_WHO_SIGN_IN = {"auth.user": "badge", "auth.group": "shield_person"}
TITLES = {"auth.user": pgettext_lazy("side bar", "Colleagues"), "auth.group": pgettext_lazy("side bar", "Roles")}
FACTORY = (
    Section(
        pgettext_lazy("side bar", "Learning"),
        ("progress",),
        {"progress.lessonprogress": "trending_up", "progress.quizattempt": "quiz"},
        (
            Page(
                pgettext_lazy("side bar", "Private series"),
                "lock",
                "admin:progress_private_series",
                "progress.view_lessonprogress",
            ),
        ),
    ),
    LESSONS,
    Section(pgettext_lazy("side bar", "Notices"), ("announcements",), {"announcements.announcement": "campaign"}),
    VOICE_FACTORY,
    Section(
        pgettext_lazy("side bar", "Employees"),
        ("workers",),
        {"workers.worker": "groups", "workers.department": "account_tree"},
    ),
    Section(
        pgettext_lazy("side bar", "WeChat"),
        ("wechat",),
        {"wechat.follower": "person_add", "wechat.scene": "qr_code_2", "wechat.account": "settings_account_box"},
    ),
    Section(pgettext_lazy("side bar", "Settings"), ("auth",), PEOPLE_WHO_SIGN_IN),
)
LIBRARY = (
    LESSONS,
    VOICE_LIBRARY,
    Section(pgettext_lazy("side bar", "Factories"), ("tenants",), {"tenants.factory": "factory"}),
    Section(pgettext_lazy("side bar", "Settings"), ("auth",), PEOPLE_WHO_SIGN_IN),
)


def factory_navigation(request: HttpRequest) -> list[dict]:
    return _navigation(request, factory_site, FACTORY)


def library_navigation(request: HttpRequest) -> list[dict]:
    return _navigation(request, library_site, LIBRARY)


def _navigation(request: HttpRequest, site: AdminSite, sections: tuple[Section, ...]) -> list[dict]:
    groups: list[dict] = [
        {"items": [{"title": pgettext_lazy("side bar", "Home"), "icon": "home", "link": reverse("admin:index")}]}
    ]
    for section in sections:
        items = [
            *_pages(request, section.first),
            *_lists(request, site, section),
            *_pages(request, section.pages),
        ]
        if items:
            groups.append({"title": section.title, "items": items})
    _mark_active(request, [item for group in groups for item in group["items"]])
    return groups


def _mark_active(request: HttpRequest, items: list[dict]) -> None:
    """The entry with the longest address that the page's own begins with; home only for itself."""
    home, *others = items
    leading = [item["link"] for item in others if request.path.startswith(item["link"])]
    active = max(leading, key=len, default=home["link"] if request.path == home["link"] else None)
    for item in items:
        item["active"] = item["link"] == active


def _lists(request: HttpRequest, site: AdminSite, section: Section) -> Iterator[dict]:
    found = {
        model._meta.label_lower: admin
        for model, admin in site._registry.items()
        if model._meta.app_label in section.apps
    }
    for label in [*section.models, *sorted(found.keys() - section.models.keys())]:
        if label in found and _may_open(found[label], request):
            options = found[label].model._meta
            yield {
                "title": TITLES.get(label) or capfirst(options.verbose_name_plural),
                "icon": section.models.get(label, "list"),
                "link": reverse(f"admin:{options.app_label}_{options.model_name}_changelist"),
            }


def _may_open(admin: ModelAdmin, request: HttpRequest) -> bool:
    return admin.has_module_permission(request) and admin.has_view_or_change_permission(request)


def _pages(request: HttpRequest, pages: tuple[Page, ...]) -> Iterator[dict]:
    for page in pages:
        if request.user.has_perm(page.permission):
            yield {"title": page.title, "icon": page.icon, "link": reverse(page.url_name)}
