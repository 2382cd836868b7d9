"""CCR CSR's list of the factories' channels: where the alarm rings comes first. Figures only, pushed by each factory."""

from datetime import timedelta

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from unfold.decorators import display

from grievances.admin.pages import criteria_read
from grievances.models import FactoryFigures
from grievances.services.calendar import today
from grievances.services.figures import CLOSED, UNANSWERED
from tenants.sites import Badge, ReadOnlyAdmin, library_site

STALE_DAYS = 2
STALE = "stale"
SILENCES = {
    UNANSWERED: gettext_lazy("cases go unanswered while fewer come"),
    CLOSED: gettext_lazy("closed while cases wait"),
    STALE: gettext_lazy("no figures for days"),
    "": gettext_lazy("no alarm"),
}
WHAT_TO_DO = {
    UNANSWERED: gettext_lazy(
        "At least half of what was due is unanswered, and half as many cases come as in the three months before, or fewer: "
        "people may have given up. Call the factory, then go and ask workers outside it."
    ),
    CLOSED: gettext_lazy(
        "Fewer than two officers hold keys, so nothing can come in, and cases that came before still wait. Ask the factory "
        "who is to enrol, and by when."
    ),
    STALE: gettext_lazy(
        "The factory's nightly figures have not arrived. Ask whoever runs the platform before all else."
    ),
}


@admin.register(FactoryFigures, site=library_site)
class FactoryFiguresAdmin(ReadOnlyAdmin):
    list_display = ["name", "alarm", "silence_since", "open_shown", "officer_count", "waiting", "overdue", "on"]
    list_display_links = ["name"]
    link_lookups = ["silence__gt"]
    search_fields = ["name", "place"]
    ordering = ["-silence", "name"]
    actions = None

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None) -> HttpResponse:
        """A factory's scorecard, as its own officers see it."""
        figures = self.get_object(request, object_id) if object_id else None
        if figures is None:
            raise Http404
        if not self.has_view_permission(request, figures):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": figures.name,
            "opts": self.opts,
            "figures": figures,
            "alarm": SILENCES[alarm_of(figures)] if alarm_of(figures) else "",
            "what_to_do": WHAT_TO_DO.get(alarm_of(figures), ""),
            "criteria": criteria_read(figures.scorecard),
        }
        return TemplateResponse(request, "grievances/admin/factory.html", context)

    @display(
        description=gettext_lazy("alarm"),
        label={UNANSWERED: "danger", CLOSED: "danger", STALE: "warning", "": "success"},
    )
    def alarm(self, figures: FactoryFigures) -> Badge:
        alarm = alarm_of(figures)
        return Badge(alarm, str(SILENCES[alarm]))

    @display(description=gettext_lazy("takes cases"), boolean=True)
    def open_shown(self, figures: FactoryFigures) -> bool:
        return figures.is_open

    @display(description=gettext_lazy("officers"))
    def officer_count(self, figures: FactoryFigures) -> int:
        return figures.figures.get("officers", 0)

    @display(description=gettext_lazy("open cases"))
    def waiting(self, figures: FactoryFigures) -> str:
        return _coarse(figures.figures.get("open"))

    @display(description=gettext_lazy("overdue cases"))
    def overdue(self, figures: FactoryFigures) -> str:
        return _coarse(figures.figures.get("overdue"))


def alarm_of(figures: FactoryFigures) -> str:
    """The factory's own verdict; where none came for days, that."""
    if not figures.silence and figures.on < today() - timedelta(days=STALE_DAYS):
        return STALE
    return figures.silence


def _coarse(count: int | None) -> str:
    return _("fewer than ten") if count is None else pgettext("cases", "%(count)d or more") % {"count": count}
