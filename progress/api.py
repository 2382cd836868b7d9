"""The API of a factory's site: its lessons, and one's own progress. It shows what the worker's pages show, no more.

A worker's browser session is the sign-in; what changes something needs the CSRF token as well. An answer key never
leaves: after an attempt one learns which questions were right, and the feedback to what one has chosen.
"""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import authentication, negotiation, permissions, serializers, status, throttling
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from lessons.assets import asset_url
from lessons.models import Audience, Format
from progress import queries
from progress.forms import filters_from
from progress.models import QuizAttempt
from progress.services import lesson_begin, quiz_attempt_submit, quiz_score
from progress.versions import study_version, version_numbered
from workers.sessions import COOKIE_NAME, Visitor, visitor_of

LARGEST_PAGE = 100
LAST_OFFSET = 100_000
MOST_QUESTIONS = 100
MOST_CHOICES = 20


# --- who asks, and how often -----------------------------------------------------------------------------------------
class WorkerSessionAuthentication(authentication.SessionAuthentication):
    """The cookie of the worker's pages. Somebody not bound is nobody here; a stranger may still read the library."""

    def authenticate(self, request: Request) -> tuple[Visitor, None] | None:
        visitor = visitor_of(request._request)
        if not visitor.is_bound:
            return None
        self.enforce_csrf(request)
        return visitor, None

    def authenticate_header(self, request: Request) -> str:
        return "WorkerSession"


class WorkerSessionScheme(OpenApiAuthenticationExtension):
    target_class = WorkerSessionAuthentication
    name = "workerSession"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": COOKIE_NAME}


class IsBound(permissions.BasePermission):
    def has_permission(self, request: Request, view: APIView) -> bool:
        return bool(request.user and request.user.is_bound)


class VisitorThrottle(throttling.SimpleRateThrottle):
    """Counts a worker by id, a stranger by address; a whole factory may come from one address."""

    scope = "visitor"
    THROTTLE_RATES = {"visitor": "120/min", "stranger": "1200/min", "attempt": "20/min"}

    def get_cache_key(self, request: Request, view: APIView) -> str:
        if request.user:
            return f"throttle:{self.scope}:worker:{request.user.worker_id}"
        self.rate = self.THROTTLE_RATES["stranger"]
        self.num_requests, self.duration = self.parse_rate(self.rate)
        return f"throttle:stranger:{self.get_ident(request)}"


class AttemptThrottle(VisitorThrottle):
    scope = "attempt"


class JsonAlways(negotiation.BaseContentNegotiation):
    """JSON whatever is asked for; `?format=` is a lesson's format here, not the answer's."""

    def select_parser(self, request: Request, parsers: list) -> Any:
        return negotiation.DefaultContentNegotiation().select_parser(request, parsers)

    def select_renderer(self, request: Request, renderers: list, format_suffix: str | None = None) -> tuple:
        return renderers[0], renderers[0].media_type


class Endpoint(APIView):
    content_negotiation_class = JsonAlways
    authentication_classes = [WorkerSessionAuthentication]
    throttle_classes = [VisitorThrottle]

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        final = super().finalize_response(request, response, *args, **kwargs)
        final.headers["Cache-Control"] = "private, no-cache"
        return final

    @property
    def worker_id(self) -> int | None:
        return self.request.user.worker_id if self.request.user else None

    def lesson_or_404(self, uuid: UUID) -> queries.LessonState:
        """The lesson as this visitor meets it; the factory's own are not there for strangers."""
        state = queries.lesson_state(lesson_uuid=uuid, worker_id=self.worker_id)
        if state is None or (state.is_own and self.worker_id is None):
            raise Http404
        return state


# --- what goes in and out --------------------------------------------------------------------------------------------
class PageQuery(serializers.Serializer):
    limit = serializers.IntegerField(min_value=1, max_value=LARGEST_PAGE, default=20)
    offset = serializers.IntegerField(min_value=0, max_value=LAST_OFFSET, default=0)


class LessonQuery(PageQuery):
    audience = serializers.ChoiceField(choices=Audience.choices, required=False, allow_blank=True)
    format = serializers.ChoiceField(choices=Format.choices, required=False, allow_blank=True)
    series = serializers.SlugField(max_length=50, required=False, allow_blank=True)
    q = serializers.CharField(
        max_length=40, required=False, allow_blank=True, help_text="Words of the title or the summary."
    )


class MarksOut(serializers.Serializer):
    """How far one has come; all null for a stranger."""

    opened_at = serializers.DateTimeField(allow_null=True)
    read_at = serializers.DateTimeField(allow_null=True)
    completed_at = serializers.DateTimeField(allow_null=True)
    best_score_percent = serializers.IntegerField(allow_null=True)


class LessonOut(MarksOut):
    uuid = serializers.UUIDField()
    title = serializers.CharField(source="version.title")
    summary = serializers.CharField(source="version.summary")
    format = serializers.ChoiceField(source="version.format", choices=Format.choices)
    minutes = serializers.IntegerField(source="version.minutes")
    is_own = serializers.BooleanField(help_text="The factory's own, for its bound workers only.")
    is_private = serializers.BooleanField(help_text="Of a private series: nobody but the worker sees who learned it.")
    cover_url = serializers.SerializerMethodField()

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_cover_url(self, card: queries.LessonCard) -> str | None:
        if not card.version.cover:
            return None
        sha256, mime, width = card.version.cover
        return asset_url({"sha256": sha256, "mime": mime}, width)


class RecordOut(LessonOut):
    is_visible = serializers.BooleanField(help_text="False when the lesson was hidden or withdrawn since.")


class PageOut(serializers.Serializer):
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)


class LessonPageOut(PageOut):
    results = LessonOut(many=True)


class RecordPageOut(PageOut):
    results = RecordOut(many=True)


class LessonDetailOut(serializers.Serializer):
    version = serializers.IntegerField(help_text="Name it when sending answers.")
    checksum = serializers.CharField()
    document = serializers.JSONField(help_text="docs/lesson-version.md")
    progress = MarksOut()


class AttemptIn(serializers.Serializer):
    version = serializers.IntegerField(min_value=1, max_value=2_000_000_000)
    submission_key = serializers.UUIDField(help_text="Made by the client; sent again it returns the first attempt.")
    answers = serializers.DictField(
        child=serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=MOST_CHOICES),
        help_text="Question UUID to chosen choice UUIDs, for every question.",
    )

    def validate_answers(self, value: dict[str, list[UUID]]) -> dict[UUID, set[UUID]]:
        if len(value) > MOST_QUESTIONS:
            raise serializers.ValidationError("Too many questions.")
        try:
            return {UUID(question): set(chosen) for question, chosen in value.items()}
        except ValueError as error:
            raise serializers.ValidationError("Every key must be the UUID of a question.") from error


class AttemptOut(serializers.Serializer):
    attempt_number = serializers.IntegerField()
    score_percent = serializers.IntegerField()
    pass_mark_percent = serializers.IntegerField()
    is_passed = serializers.BooleanField()
    right_questions = serializers.ListField(child=serializers.UUIDField())
    feedback = serializers.DictField(child=serializers.CharField(), help_text="Chosen choice UUID to its feedback.")


# --- the endpoints ---------------------------------------------------------------------------------------------------
class LessonList(Endpoint):
    @extend_schema(parameters=[LessonQuery], responses=LessonPageOut, operation_id="lesson_list")
    def get(self, request: Request) -> Response:
        """Lessons to read, in the order of their series."""
        query = _checked(LessonQuery, request.query_params)
        limit, offset = query.pop("limit"), query.pop("offset")
        filters = filters_from(query)
        cards = queries.lesson_list(filters=filters, worker_id=self.worker_id, offset=offset, limit=limit)
        return Response(_page(request, LessonOut, cards, limit=limit, offset=offset))


class LessonDetail(Endpoint):
    @extend_schema(responses=LessonDetailOut, operation_id="lesson_detail")
    def get(self, request: Request, uuid: UUID) -> Response:
        """The version that is studied now."""
        state = self.lesson_or_404(uuid)
        facts = state.version
        out = {
            "version": facts.number,
            "checksum": facts.checksum,
            "document": study_version(facts).document,
            "progress": state,
        }
        return Response(LessonDetailOut(out).data)


class QuizAttempts(Endpoint):
    permission_classes = [IsBound]
    throttle_classes = [AttemptThrottle]

    @extend_schema(request=AttemptIn, responses={201: AttemptOut}, operation_id="quiz_attempt_create")
    def post(self, request: Request, uuid: UUID) -> Response:
        """Answer the quiz. The same `submission_key` counts once and gets the first answer again."""
        state = self.lesson_or_404(uuid)
        sent = _checked(AttemptIn, request.data)
        version = version_numbered(lesson_id=state.lesson_id, number=sent["version"], newest=state.version)
        if version is None:
            raise serializers.ValidationError({"version": ["This lesson has no such version."]})
        lesson_begin(state, worker_id=request.user.worker_id)
        attempt = quiz_attempt_submit(
            worker_id=request.user.worker_id,
            version=version,
            answers=sent["answers"],
            submission_key=sent["submission_key"],
        )
        return Response(_attempt_out(attempt), status=status.HTTP_201_CREATED)


class MyProgress(Endpoint):
    permission_classes = [IsBound]

    @extend_schema(
        parameters=[PageQuery, OpenApiParameter("completed", bool, description="True: completed. False: begun.")],
        responses=RecordPageOut,
        operation_id="my_progress",
    )
    def get(self, request: Request) -> Response:
        """One's own record, the latest first; also of lessons that were taken down since."""
        page = _checked(PageQuery, request.query_params)
        is_done = request.query_params.get("completed", "true").lower() != "false"
        cards = queries.learning_record(worker_id=request.user.worker_id, is_done=is_done, **page)
        return Response(_page(request, RecordOut, cards, **page))


def _checked(serializer_class: type[serializers.Serializer], data: Any) -> dict[str, Any]:
    serializer = serializer_class(data=data)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def _page(request: Request, serializer_class: Any, cards: list, *, limit: int, offset: int) -> dict[str, Any]:
    def link(to: int) -> str:
        return f"{request.path}?{urlencode({**request.query_params.dict(), 'limit': limit, 'offset': to})}"

    return {
        "next": link(offset + limit) if len(cards) > limit else None,
        "previous": link(max(offset - limit, 0)) if offset else None,
        "results": serializer_class(cards[:limit], many=True).data,
    }


def _attempt_out(attempt: QuizAttempt) -> dict[str, Any]:
    version = attempt.version
    answers = {UUID(question): set(map(UUID, chosen)) for question, chosen in attempt.answers.items()}
    scored = quiz_score(version=version, answers=answers)
    chosen = {str(choice) for choices in answers.values() for choice in choices}
    feedback = {
        choice: text
        for marks in version.answer_key.values()
        for choice, text in marks["feedback"].items()
        if choice in chosen
    }
    data = {
        "attempt_number": attempt.attempt_number,
        "score_percent": attempt.score_percent,
        "pass_mark_percent": attempt.pass_mark_percent,
        "is_passed": attempt.is_passed,
        "right_questions": sorted(scored.right),
        "feedback": feedback,
    }
    return AttemptOut(data).data
