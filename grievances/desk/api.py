"""The desk's JSON. Signed in as admin, CSRF token as everywhere; which cases somebody gets is decided by the keys they hold."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from grievances.errors import VaultRefused
from grievances.models import Attachment, Case, CaseEvent, Lane, Officer, ReplyTemplate
from grievances.queries.cases import INBOX_PAGE, cases_for_officer
from grievances.queries.opening import MAY_SERVE, opening_lack
from grievances.services import desk
from grievances.services.calendar import today
from grievances.services.channel import channel_get, channel_is_open
from grievances.services.officers import (
    officer_admit,
    officer_enrol,
    officer_leave,
    officer_of,
    officer_require,
    officer_seed_rewrap,
)
from grievances.services.sealed import own_lane
from grievances.wire import (
    AdmitInput,
    AssignInput,
    CasesInput,
    EnrolInput,
    GrantInput,
    Input,
    LeaveInput,
    MergeInput,
    MoveInput,
    NoteInput,
    OfficerMessageInput,
    RekeyInput,
    RewrapInput,
    case_out,
    encoded,
    officer_out,
)
from tenants.models import Factory


class MayServe(BasePermission):
    """Staff whose role lets them become an officer."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        user = request.user
        return bool(user and user.is_active and user.is_staff and user.has_perm(MAY_SERVE))


@extend_schema(exclude=True)
class DeskView(APIView):
    authentication_classes = [SessionAuthentication]
    permission_classes = [MayServe]
    takes: type[Input]

    def values(self, request: Request) -> Any:
        serializer = self.takes(data=request.data)
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data

    def finalize_response(self, request, response, *args, **kwargs):
        response = super().finalize_response(request, response, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        response._has_been_logged = True  # django.request would write the path of a refusal, with the case's id
        return response


class StateView(DeskView):
    """Who I am here, who the others are, what the channel is like."""

    def get(self, request: Request) -> Response:
        return Response(state_out(request))


def state_out(request: Request) -> dict[str, Any]:
    officer = officer_of(request.user)
    user = request.user
    is_open = channel_is_open()
    lack = None if is_open else opening_lack(user, Officer.objects.own().present())
    return {
        "place": getattr(connection.tenant, "slug", ""),
        "lane": own_lane(),
        "places": places_out(),
        "today": today().isoformat(),
        "user": {"name": str(user)},
        "officer": officer
        and {
            **officer_out(officer),
            "passphrase_wrap": officer.passphrase_wrap,
            "recovery_wrap": encoded(officer.recovery_wrap),
        },
        "officers": [
            {**officer_out(each), "user_is_gone": bool(each.user and not each.user.is_active)}
            for each in Officer.objects.select_related("user")
        ],
        "is_open": is_open,
        "lacks": lack.sentence if lack else "",
        "shows_next_day": channel_get().shows_next_day,
        "least_officers": settings.VAULT_LEAST_OFFICERS,
        "templates": list(ReplyTemplate.objects.values("title", "text")),
    }


def places_out() -> dict[str, str]:
    """In public: short name -> name of the factories; a factory knows its own."""
    return dict(Factory.objects.values_list("slug", "name")) if own_lane() == Lane.OMBUDSMAN else {}


class EnrolView(DeskView):
    takes = EnrolInput

    def post(self, request: Request) -> Response:
        values = self.values(request)
        officer_enrol(user=request.user, officer_id=values.pop("id"), **values)
        return Response(state_out(request), status=201)


class RewrapView(DeskView):
    """A new passphrase, a new recovery code, or both, after the old one or the old code has opened the seed."""

    takes = RewrapInput

    def post(self, request: Request) -> Response:
        officer = officer_of(request.user)
        if officer is None:
            raise VaultRefused(_("You have no keys here."), code="not_officer")
        officer_seed_rewrap(officer=officer, **self.values(request))
        return Response(state_out(request))


class AdmitView(DeskView):
    takes = AdmitInput

    def post(self, request: Request, officer_id: UUID) -> Response:
        officer_admit(officer_id=officer_id, by=officer_require(request.user), **self.values(request))
        return Response(state_out(request))


class LeaveView(DeskView):
    takes = LeaveInput

    def post(self, request: Request, officer_id: UUID) -> Response:
        officer = get_object_or_404(Officer.objects.own(), pk=officer_id)
        officer_leave(officer=officer, by=request.user, **self.values(request))
        return Response(state_out(request))


class CasesView(DeskView):
    """The cases I hold, a page at a time: `?after=` the last id of the page before."""

    def get(self, request: Request) -> Response:
        officer = officer_require(request.user)
        cases = cases_for_officer(officer=officer, after=request.query_params.get("after", "")[:32])
        return Response(
            {
                "cases": [case_out(case, messages=case.messages.all(), reader=officer) for case in cases],
                "next": cases[-1].pk if len(cases) == INBOX_PAGE else None,
            }
        )


class CaseView(DeskView):
    """One case; every change answers with the case as it is afterwards."""

    def get(self, request: Request, case_id: str) -> Response:
        return self.bundle(case_id, officer_require(request.user))

    def post(self, request: Request, case_id: str) -> Response:
        officer = officer_require(request.user)
        self.change(case_id, officer, self.values(request) if hasattr(self, "takes") else None)
        return self.bundle(case_id, officer)

    def change(self, case_id: str, officer: Officer, values: Any) -> None:
        raise Http404

    @staticmethod
    def bundle(case_id: str, officer: Officer) -> Response:
        """The case, or null where the officer holds it no longer."""
        found = cases_for_officer(officer=officer, case_id=case_id)
        return Response(
            {"case": case_out(found[0], messages=found[0].messages.all(), reader=officer) if found else None}
        )


class MessagesView(CaseView):
    takes = OfficerMessageInput

    def change(self, case_id: str, officer: Officer, values: Any) -> None:
        desk.officer_write(case_id=case_id, officer=officer, **values)


class NotesView(CaseView):
    takes = NoteInput

    def change(self, case_id: str, officer: Officer, values: Any) -> None:
        desk.note_add(case_id=case_id, officer=officer, note=values)


class MoveView(CaseView):
    takes = MoveInput

    def change(self, case_id: str, officer: Officer, values: Any) -> None:
        desk.case_move(case_id=case_id, officer=officer, **values)


class AssignView(CaseView):
    takes = AssignInput

    def change(self, case_id: str, officer: Officer, values: Any) -> None:
        to = values["officer"] and get_object_or_404(Officer.objects.active().own(), pk=values["officer"])
        desk.case_assign(case_id=case_id, officer=officer, to=to, revision=values["revision"])


class ConflictView(CaseView):
    def change(self, case_id: str, officer: Officer, values: Any) -> None:
        desk.case_conflict(case_id=case_id, officer=officer)


class GrantView(CaseView):
    takes = GrantInput

    def change(self, case_id: str, officer: Officer, values: Any) -> None:
        desk.case_grant(case_id=case_id, officer=officer, **values)


class RekeyView(CaseView):
    takes = RekeyInput

    def change(self, case_id: str, officer: Officer, values: Any) -> None:
        desk.case_rekey(case_id=case_id, officer=officer, new=values)


class MergeView(CaseView):
    takes = MergeInput

    def change(self, case_id: str, officer: Officer, values: Any) -> None:
        desk.case_merge(case_id=case_id, into_id=values["into"], officer=officer, revision=values["revision"])


class ReleaseView(CaseView):
    def change(self, case_id: str, officer: Officer, values: Any) -> None:
        desk.quarantine_release(case_id=case_id, officer=officer)


class ExportedView(CaseView):
    def change(self, case_id: str, officer: Officer, values: Any) -> None:
        desk.case_exported(case_id=case_id, officer=officer)


class QuarantineEmptyView(DeskView):
    takes = CasesInput

    def post(self, request: Request) -> Response:
        officer = officer_require(request.user)
        return Response({"erased": desk.quarantine_empty(case_ids=self.values(request)["cases"], officer=officer)})


class LogView(DeskView):
    def get(self, request: Request, case_id: str) -> Response:
        officer = officer_require(request.user)
        case = get_object_or_404(Case.objects.held_by(officer), pk=case_id)
        events = CaseEvent.objects.filter(case=case).select_related("officer")
        return Response({"events": [event_out(event) for event in events]})


def event_out(event: CaseEvent) -> dict[str, Any]:
    return {
        "number": event.number,
        "kind": event.kind,
        "officer": event.officer.name if event.officer else None,
        "officer_id": str(event.officer_id) if event.officer_id else None,
        "detail": event.detail,
        "on": event.on.isoformat(),
        "hash": event.hash,
        "previous_hash": event.previous_hash,
    }


class AttachmentView(DeskView):
    def get(self, request: Request, attachment_id: UUID) -> HttpResponse:
        officer = officer_require(request.user)
        held = Case.objects.held_by(officer).values("pk")
        attachment = get_object_or_404(Attachment, pk=attachment_id, message__case__in=held)
        return HttpResponse(bytes(attachment.sealed), content_type="application/octet-stream")
