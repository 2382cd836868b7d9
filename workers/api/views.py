"""The endpoints: find, call one service, answer."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import exceptions, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tenants.audit.services import audit_record, audit_seen
from tenants.errors import DomainError
from workers.api.authentication import HasScope, TokenAuthentication, TokenThrottle, method_meant
from workers.api.rows import rows_refuse, rows_upsert
from workers.api.serializers import (
    BulkInput,
    BulkOutput,
    DeactivateInput,
    DepartmentChange,
    DepartmentInput,
    DepartmentOutput,
    DepartmentPageOutput,
    PageQuery,
    Query,
    WorkerOutput,
    WorkerPageOutput,
    WorkerQuery,
)
from workers.models import ApiToken, Department, Worker
from workers.services.departments import DepartmentTree, department_change, department_create
from workers.services.integrations import receipt_once, worker_deactivate
from workers.services.spelling import employee_number_clean, name_written

Scope = ApiToken.Scope
LONGEST_KEY = 80
KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[!-~]+$"},
    OpenApiParameter.HEADER,
    required=True,
    description="One for each request, such as a UUID. Sent again with the same body: the first answer again, one effect.",
)
BULK_EXAMPLE = OpenApiExample(
    "Two employees, each on a line of the same workshop",
    value={
        "workers": [
            {
                "employee_number": "0012",
                "name": "李娜",
                "hired_on": "2026-11-02",
                "department": "生产部",
                "workshop": "一车间",
                "line": "A线",
            },
            {"employee_number": "0013", "name": "王强", "department": "生产部", "workshop": "一车间", "line": "B线"},
        ]
    },
    request_only=True,
)


class Refused(DomainError):
    """Read, understood, and against a rule. `errors` says which, by field."""

    status = 422

    def __init__(self, message: str, *, errors: dict[str, list[str]], code: str):
        super().__init__(message, code=code)
        self.extra = {"errors": errors}


class NotThere(DomainError):
    code = "not_found"
    status = 404


class LengthRequired(exceptions.APIException):
    """WSGI reads no body without it: sent in chunks, it would look empty."""

    status_code = 411
    default_code = "length_required"
    default_detail = gettext_lazy("Send the body whole, with a Content-Length, not in chunks.")


class EnrolmentOpen(exceptions.PermissionDenied):
    default_code = "enrolment_open"
    default_detail = gettext_lazy("Anybody may join here, so there is no roster: nothing to read, nothing to write.")


class Endpoint(APIView):
    authentication_classes = [TokenAuthentication]
    permission_classes = [HasScope]
    throttle_classes = [TokenThrottle]
    scopes: dict[str, Any] = {}  # method -> the scope it needs
    queries: dict[str, type[Query]] = {}  # method -> the parameters it takes, where there are any

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if request.factory.is_open:
            raise EnrolmentOpen
        super().initial(request, *args, **kwargs)
        self.query = _query_checked(self.queries.get(method_meant(request), Query), request.query_params)
        if "Transfer-Encoding" in request.headers and not request.META.get("CONTENT_LENGTH"):
            raise LengthRequired

    def check_permissions(self, request: Request) -> None:
        """Counted first: a program that asks for what it may not do asks too often as well."""
        super().check_throttles(request)
        super().check_permissions(request)

    def check_throttles(self, request: Request) -> None:
        """Done before."""

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        final = super().finalize_response(request, response, *args, **kwargs)
        final.headers["Cache-Control"] = "no-store"
        return final

    def page(self, rows: QuerySet, out: Any) -> Response:
        """Rows by id after the cursor, so that what comes or changes meanwhile shifts nothing."""
        limit = self.query["limit"]
        found = list(rows.filter(pk__gt=int(self.query.get("cursor", 0))).order_by("pk")[: limit + 1])
        link = None
        if len(found) > limit:
            asked = {**self.request.query_params.dict(), "cursor": found[limit - 1].pk}
            link = self.request.build_absolute_uri(f"{self.request.path}?{urlencode(asked)}")
        return Response({"next": link, "results": out(found[:limit])})

    @property
    def actor(self) -> str:
        return f"api:{self.request.auth.name}"


class Workers(Endpoint):
    scopes = {"GET": Scope.READ_WORKERS}
    queries = {"GET": WorkerQuery}

    @extend_schema(parameters=[WorkerQuery], responses=WorkerPageOutput, operation_id="workers_list", tags=["workers"])
    def get(self, request: Request) -> Response:
        """Employees, without what only the factory's own people need to see. Scope: workers:read."""
        query = self.query
        rows = Worker.objects.filter(erased_on=None).select_related("shift")
        if query["status"] != "all":
            rows = rows.filter(left_on__isnull=query["status"] == "employed")
        if "number" in query:
            rows = rows.filter(employee_number=employee_number_clean(query["number"]))
        if "changed_since" in query:
            rows = rows.filter(updated_at__gte=query["changed_since"])
        if "department" in query:
            places = Department.objects.select_related("merged_into").filter(pk=query["department"])
            rows = rows.in_department(place) if (place := places.first()) else rows.none()
        tree = DepartmentTree()

        def shown(found: list[Worker]) -> Any:
            self._seen(found)
            return WorkerOutput(found, many=True, context={"tree": tree}).data

        return self.page(rows, shown)

    def _seen(self, found: list[Worker]) -> None:
        """As a list in the admin. The number that was asked for is not kept."""
        if found:
            asked = {name: str(value) for name, value in self.query.items() if name not in ("number", "cursor")}
            ids = [worker.pk for worker in found]
            entry = {"action": "people_listed", "about": Worker, "subjects": ids, "count": len(ids), "filter": asked}
            audit_seen(by=self.actor, where=self.request.get_full_path(), rows=found, **entry)


class WorkersBulk(Endpoint):
    scopes = {"POST": Scope.WRITE_WORKERS}

    @extend_schema(
        parameters=[KEY],
        request=BulkInput,
        responses=BulkOutput,
        operation_id="workers_bulk",
        examples=[BULK_EXAMPLE],
        tags=["workers"],
    )
    def post(self, request: Request) -> Response:
        """Add and change up to 1,000 employees, all or nothing. Nobody is taken away by being left out.

        Departments that are not there yet are made and named in the answer, unless `create_departments` is false. Scope:
        workers:write. `errors` of a refusal name row (its index, from 0), field and message: all mistakes of all rows at once.
        """
        key = request.headers.get("Idempotency-Key", "").strip()
        if not (key.isascii() and key.isprintable() and 0 < len(key) <= LONGEST_KEY):
            text = _("Send a header Idempotency-Key of 1 to 80 plain characters, a new one for each request.")
            raise serializers.ValidationError({"Idempotency-Key": [text]})
        serializer = BulkInput(data=request.data)
        if not serializer.is_valid():
            rows_refuse(faults=serializer.errors, body=request.data, by=self.actor)
            raise serializers.ValidationError(serializer.errors)
        sent = serializer.validated_data
        return Response(
            receipt_once(
                token=request.auth,
                key=key,
                request=dict(sent) if not sent["create_departments"] else sent["workers"],
                work=lambda: rows_upsert(
                    rows=sent["workers"], create_departments=sent["create_departments"], by=self.actor
                ),
            )
        )


class WorkerDeactivate(Endpoint):
    scopes = {"POST": Scope.WRITE_WORKERS}

    @extend_schema(
        parameters=[OpenApiParameter("employee_number", OpenApiTypes.STR, OpenApiParameter.PATH)],
        request=DeactivateInput,
        responses=WorkerOutput,
        operation_id="workers_deactivate",
        tags=["workers"],
    )
    def post(self, request: Request, employee_number: str) -> Response:
        """Somebody has left: nothing is sent to them any more, what they learned stays. Scope: workers:write.

        Sent again with the same day it changes nothing.
        """
        sent = _checked(DeactivateInput, request.data)
        number = employee_number_clean(employee_number)
        worker = Worker.objects.select_related("shift").filter(employee_number=number, erased_on=None).first()
        if worker is None:
            raise NotThere(_("There is no employee with the number “%(number)s”.") % {"number": number[:30]})
        worker = worker_deactivate(worker=worker, on=sent["left_on"], by=self.actor)
        return Response(WorkerOutput(worker, context={"tree": DepartmentTree()}).data)


class Departments(Endpoint):
    scopes = {"GET": Scope.READ_DEPARTMENTS, "POST": Scope.WRITE_DEPARTMENTS}
    queries = {"GET": PageQuery}

    @extend_schema(
        parameters=[PageQuery], responses=DepartmentPageOutput, operation_id="departments_list", tags=["departments"]
    )
    def get(self, request: Request) -> Response:
        """The open departments, workshops and lines. Scope: departments:read."""
        found = Department.objects.standing()
        return self.page(found, lambda page: DepartmentOutput(page, many=True).data)

    @extend_schema(
        request=DepartmentInput,
        responses={201: DepartmentOutput},
        operation_id="departments_create",
        tags=["departments"],
    )
    def post(self, request: Request) -> Response:
        """Add one. Scope: departments:write."""
        sent = _checked(DepartmentInput, request.data)
        made = department_create(name=_name(sent["name"]), kind=sent["kind"], parent=_parent(sent["parent"]))
        audit_record(by=self.actor, action="department_created", about=made)
        return Response(DepartmentOutput(made).data, status=status.HTTP_201_CREATED)


class DepartmentOne(Endpoint):
    scopes = {"PATCH": Scope.WRITE_DEPARTMENTS}

    @extend_schema(
        request=DepartmentChange, responses=DepartmentOutput, operation_id="departments_change", tags=["departments"]
    )
    def patch(self, request: Request, pk: int) -> Response:
        """Rename it, or move it with all below it. Scope: departments:write."""
        sent = _checked(DepartmentChange, request.data)
        department = Department.objects.select_related("leader", "parent").filter(pk=pk).first()
        if department is None:
            raise NotThere(_("There is no department with the id %(id)s.") % {"id": pk})
        changed = department_change(
            department=department,
            name=_name(sent["name"]) if "name" in sent else department.name,
            kind=sent.get("kind", department.kind),
            parent=_parent(sent["parent"]) if "parent" in sent else department.parent,
            leader=department.leader,
        )
        audit_record(by=self.actor, action="department_changed", about=changed, fields=sorted(sent))
        return Response(DepartmentOutput(changed).data)


def _checked(serializer_class: type[serializers.Serializer], data: Any) -> dict[str, Any]:
    serializer = serializer_class(data=data)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def _query_checked(query_class: type[Query], sent: QueryDict) -> dict[str, Any]:
    twice = [name for name, values in sent.lists() if len(values) > 1]
    if twice:
        raise serializers.ValidationError({name[:60]: [_("Send this parameter once.")] for name in twice})
    return _checked(query_class, sent.dict())


def _name(written: str) -> str:
    name = name_written(written)
    if not name:
        raise Refused(_("The name is empty."), errors={"name": [_("Write a name.")]}, code="name_empty")
    return name


def _parent(pk: int | None) -> Department | None:
    if pk is None:
        return None
    parent = Department.objects.filter(pk=pk).first()
    if parent is None:
        text = _("There is no such department.")
        raise Refused(text, errors={"parent": [text]}, code="parent_unknown")
    return parent
