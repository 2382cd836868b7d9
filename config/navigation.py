"""The side bar of the two admin sites: by what somebody wants to do, in the order of the day, and only what they may open.

A new list or page is one line in its section; a test names what no entry leads to.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import pgettext_lazy

from grievances.queries.opening import MAY_SERVE
from tenants.enrolment import by_enrolment
from tenants.sites import factory_site, library_site
from tenants.support.middleware import is_refused_page


@dataclass(frozen=True)
class Rows:
    """The list of a model, "app.model", for those who may see its rows. Without a title of its own the model's.

    is_of_roster: of no use where anybody may join, and nobody is employed.
    """

    model: str
    icon: str
    title: str = ""
    is_of_roster: bool = False


@dataclass(frozen=True)
class Page:
    """An admin page that is no list: its URL name, and the permission that opens it; without one, everybody's (of a guest
    from support what is left open to guests)."""

    title: str
    icon: str
    url_name: str
    permission: str = ""
    is_of_roster: bool = False


@dataclass(frozen=True)
class Section:
    """is_folded: seldom needed. Where somebody sees many entries, it is closed until they open it or are on a page of it."""

    title: str
    entries: tuple[Rows | Page, ...]
    is_folded: bool = False


MOST_UNFOLDED = 16  # entries that a laptop shows at once

MAY_SEE_CHANNEL = "grievances.view_channel"
HOME = Page(pgettext_lazy("side bar", "Today"), "home", "admin:index")
LESSONS = (
    Rows("lessons.lesson", "menu_book"),
    Rows("lessons.series", "collections_bookmark"),
    Rows("lessons.topic", "sell"),
)
DESK = Page(pgettext_lazy("side bar", "Cases"), "inbox", "desk:page", MAY_SERVE)
VOICE = (
    Rows("grievances.replytemplate", "edit_note"),
    Page(pgettext_lazy("side bar", "Case statistics"), "bar_chart", "admin:grievances_statistics", MAY_SEE_CHANNEL),
    Page(pgettext_lazy("side bar", "Scorecard"), "fact_check", "admin:grievances_scorecard", MAY_SEE_CHANNEL),
    Rows("grievances.channel", "tune"),
)
ACCOUNT = Page(pgettext_lazy("side bar", "My account"), "account_circle", "admin:account")
PEOPLE_WHO_SIGN_IN = (
    ACCOUNT,
    Rows("auth.user", "badge", pgettext_lazy("side bar", "Colleagues")),
    Rows("staff.invitation", "forward_to_inbox"),
    Rows("auth.group", "shield_person", pgettext_lazy("side bar", "Roles")),
)
FACTORY = (
    Section(
        by_enrolment(pgettext_lazy("side bar", "Employees"), pgettext_lazy("side bar", "Learners")),
        (
            Rows("workers.worker", "groups"),
            Rows("workers.rosterimport", "upload_file", is_of_roster=True),
            Rows("workers.department", "account_tree", is_of_roster=True),
            Rows("workers.shift", "calendar_month", is_of_roster=True),
            Rows("workers.audience", "group_work"),
            Rows("workers.bindingpolicy", "link", is_of_roster=True),
            Page(
                pgettext_lazy("side bar", "Binding slips"),
                "print",
                "admin:workers_slips",
                "workers.unbind_worker",
                is_of_roster=True,
            ),
        ),
    ),
    Section(
        pgettext_lazy("side bar", "Learning"),
        (
            Rows("progress.lessonprogress", "trending_up"),
            Rows("progress.quizattempt", "quiz"),
            Page(
                pgettext_lazy("side bar", "Private series"),
                "lock",
                "admin:progress_private_series",
                "progress.view_figures",
            ),
            *LESSONS,
        ),
    ),
    Section(
        pgettext_lazy("side bar", "Notices"),
        (Rows("announcements.announcement", "campaign"), Rows("workers.workermessage", "outgoing_mail")),
    ),
    Section(
        by_enrolment(pgettext_lazy("side bar", "Employee voice"), pgettext_lazy("side bar", "Voice channel")),
        (
            DESK,
            Rows("grievances.boardentry", "forum"),
            *VOICE,
            Page(
                pgettext_lazy("side bar", "Channel poster"),
                "qr_code_2",
                "admin:grievances_poster",
                MAY_SEE_CHANNEL,
            ),
        ),
        is_folded=True,
    ),
    Section(
        pgettext_lazy("side bar", "WeChat"),
        (
            Rows("wechat.follower", "person_add"),
            Rows("wechat.scene", "qr_code_2"),
            Rows("wechat.account", "settings_account_box"),
            Rows("wechat.inboundcallback", "move_to_inbox"),
        ),
        is_folded=True,
    ),
    Section(
        pgettext_lazy("side bar", "Data and privacy"),
        (
            Rows("workers.privacyrequest", "privacy_tip"),
            Page(
                pgettext_lazy("side bar", "Data we hold on people"),
                "fact_check",
                "admin:workers_personal_register",
                "workers.view_privacyrequest",
            ),
            Rows("audit.auditentry", "policy"),
            Page(pgettext_lazy("side bar", "Support access"), "support_agent", "support:access", "audit.grant_support"),
            Rows("workers.apitoken", "key", is_of_roster=True),
        ),
        is_folded=True,
    ),
    Section(pgettext_lazy("side bar", "Settings"), PEOPLE_WHO_SIGN_IN, is_folded=True),
)
LIBRARY = (
    Section(
        pgettext_lazy("side bar", "Factories"),
        (
            Rows("tenants.factory", "factory"),
            Rows("tenants.factorygroup", "domain"),
            Rows("tenants.supportgrant", "support_agent"),
        ),
    ),
    Section(pgettext_lazy("side bar", "Lessons"), LESSONS),
    Section(
        pgettext_lazy("side bar", "Employee voice"),
        (DESK, Rows("grievances.factoryfigures", "notifications_active"), *VOICE),
    ),
    Section(pgettext_lazy("side bar", "Settings"), (*PEOPLE_WHO_SIGN_IN, Rows("audit.auditentry", "policy"))),
)


def factory_navigation(request: HttpRequest) -> list[dict]:
    return _navigation(request, factory_site, FACTORY)


def library_navigation(request: HttpRequest) -> list[dict]:
    return _navigation(request, library_site, LIBRARY)


def _navigation(request: HttpRequest, site: AdminSite, sections: tuple[Section, ...]) -> list[dict]:
    groups: list[dict] = [{"items": list(_items(request, site, (HOME,)))}]
    for section in sections:
        if items := list(_items(request, site, section.entries)):
            groups.append({"title": section.title, "items": items, "collapsible": section.is_folded})
    every = [item for group in groups for item in group["items"]]
    if len(every) <= MOST_UNFOLDED:
        for group in groups:
            group["collapsible"] = False
    _mark_active(request, every)
    return groups


def _items(request: HttpRequest, site: AdminSite, entries: tuple[Rows | Page, ...]) -> Iterator[dict]:
    admins = {model._meta.label_lower: admin for model, admin in site._registry.items()}
    for entry in entries:
        if entry.is_of_roster and _is_open(request):
            continue
        if isinstance(entry, Page):
            if _opens(request, entry):
                yield {"title": entry.title, "icon": entry.icon, "link": reverse(entry.url_name)}
        elif (admin := admins.get(entry.model)) and admin.has_view_or_change_permission(request):
            options = admin.opts
            yield {
                "title": entry.title or capfirst(options.verbose_name_plural),
                "icon": entry.icon,
                "link": reverse(f"admin:{options.app_label}_{options.model_name}_changelist"),
            }


def _is_open(request: HttpRequest) -> bool:
    return bool(request.factory and request.factory.is_open)


def _opens(request: HttpRequest, page: Page) -> bool:
    is_shut = getattr(request, "support", None) and is_refused_page(page.url_name.removeprefix("admin:"))
    return not is_shut and (not page.permission or request.user.has_perm(page.permission))


def account_navigation(request: HttpRequest) -> list[dict]:
    """What the menu at one's name leads to."""
    return [{"title": ACCOUNT.title, "link": reverse(ACCOUNT.url_name)}] if _opens(request, ACCOUNT) else []


def _mark_active(request: HttpRequest, items: list[dict]) -> None:
    """The entry with the longest address that the page's own begins with; home only for itself."""
    home, *others = items
    leading = [item["link"] for item in others if request.path.startswith(item["link"])]
    active = max(leading, key=len, default=home["link"] if request.path == home["link"] else None)
    for item in items:
        item["active"] = item["link"] == active
