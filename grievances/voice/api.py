"""The voice host's JSON: ciphertext in, ciphertext out. No cookie, no session, no address is looked at."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from grievances.models import Case
from grievances.queries.cases import case_for_worker, channel_facts
from grievances.services import flood
from grievances.services.intake import case_submit
from grievances.services.sealed import attachment_store
from grievances.services.worker import (
    attachment_of,
    case_appeal,
    case_hand,
    case_of,
    case_withdraw,
    may_appeal,
    worker_write,
)
from grievances.wire import (
    HandInput,
    Input,
    LookupInput,
    NewCaseInput,
    WorkerAttachmentInput,
    WorkerMessageInput,
    case_out,
    encoded,
    officer_out,
)

OCTETS = "application/octet-stream"


def channel_out() -> dict[str, Any]:
    facts = channel_facts()
    salts = facts["salts"]
    facts["salts"] = [
        {"version": salt.version, "salt": encoded(salt.salt), "ops": salt.ops, "mem": salt.mem} for salt in salts
    ]
    facts["officers"] = [officer_out(officer) for officer in facts["officers"]]
    return facts


class OctetsParser(BaseParser):
    media_type = OCTETS

    def parse(self, stream, media_type=None, parser_context=None) -> bytes:
        return stream.read()


@extend_schema(exclude=True)
class VoiceView(APIView):
    takes: type[Input]

    def values(self, request: Request) -> Any:
        serializer = self.takes(data=request.data)
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data


class ChannelView(VoiceView):
    """Who receives cases now; asked again when a page has been open for long."""

    def get(self, request: Request) -> Response:
        return Response(channel_out())


class AttachmentView(VoiceView):
    """Upload one sealed attachment, before the message that names it. Safe to repeat."""

    parser_classes = [OctetsParser]

    def put(self, request: Request, attachment_id: UUID) -> Response:
        flood.count("uploads", most=flood.MOST_UPLOADS)
        attachment_store(attachment_id=attachment_id, sealed=request.data)
        return Response(status=204)


class CasesView(VoiceView):
    """A new case. Safe to repeat: the same case again gets the same answer."""

    takes = NewCaseInput

    def post(self, request: Request) -> Response:
        new, work = self.values(request)
        case = case_submit(new=new, work=work)
        facts = {name: getattr(case, name).isoformat() for name in ["arrived_on", "acknowledge_by", "answer_by"]}
        return Response({"id": case.pk, **facts}, status=201)


class CaseView(VoiceView):
    """One that begins with a lookup key."""

    takes = LookupInput

    def found(self, request: Request) -> tuple[Case, dict[str, Any]]:
        values = self.values(request)
        return case_of(values.pop("lookup")), values

    def bundle(self, case: Case) -> Response:
        whole, officers = case_for_worker(case)
        return Response(
            {
                "case": case_out(whole, messages=whole.messages.all()),
                "may_appeal": may_appeal(whole),
                "readers": self.readers(whole),
                "officers": [officer_out(officer) for officer in officers],
            }
        )

    @staticmethod
    def readers(case: Case) -> list[str]:
        """Officers who can read it now; those who would get it only after an escalation are left out."""
        wraps = [wrap for key in case.keys.all() for wrap in key.wraps.all() if not wrap.is_held]
        return sorted({str(wrap.officer_id) for wrap in wraps})


class OpenView(CaseView):
    def post(self, request: Request) -> Response:
        return self.bundle(self.found(request)[0])


class MessagesView(CaseView):
    takes = WorkerMessageInput

    def post(self, request: Request) -> Response:
        case, values = self.found(request)
        worker_write(case=case, **values)
        return self.bundle(case)


class CaseAttachmentView(CaseView):
    takes = WorkerAttachmentInput

    def post(self, request: Request) -> HttpResponse:
        case, values = self.found(request)
        attachment = attachment_of(case, values["id"])
        if attachment is None:
            raise Http404
        return HttpResponse(bytes(attachment.sealed), content_type=OCTETS)


class WithdrawView(CaseView):
    def post(self, request: Request) -> Response:
        case_withdraw(case=self.found(request)[0])
        return Response(status=204)


class AppealView(CaseView):
    def post(self, request: Request) -> Response:
        return self.bundle(case_appeal(case=self.found(request)[0]))


class HandView(CaseView):
    takes = HandInput

    def post(self, request: Request) -> Response:
        case, values = self.found(request)
        case_hand(case=case, wraps=values["wraps"])
        return self.bundle(case)
