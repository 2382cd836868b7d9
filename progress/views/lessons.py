"""A lesson's page, having read it, sharing it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lessons.models import Lesson
from progress.models import ShareLink
from progress.queries import LessonState, lesson_after, lesson_state
from progress.rendered import rendered_page
from progress.services import NotShareable, lesson_begin, lesson_read, share_link_create, visit_note
from progress.versions import article_html, study_version
from progress.views.common import lesson_view, page, require_read

GUIDE_COOKIE = "shared"
GUIDE_SECONDS = 600


@require_read
@lesson_view
def lesson(request: HttpRequest, state: LessonState) -> HttpResponse:
    _count(request, state)
    facts, is_bound = state.version, request.visitor.is_bound
    next_uuid, next_title = lesson_after(state, is_bound=is_bound) or (None, "")
    return rendered_page(
        request,
        "progress/lesson.html",
        tab="lessons",
        uuid=state.uuid,
        title=facts.title,
        article=article_html(facts),
        question_count=len(study_version(facts).questions),
        is_own=state.is_own,
        is_private=state.is_private,
        is_bound=is_bound,
        is_open=request.factory.is_open,
        is_read=state.read_at is not None,
        is_completed=state.completed_at is not None,
        best_score_percent=state.best_score_percent,
        next_uuid=next_uuid,
        next_title=next_title,
        here=request.path,
    )


@require_POST
@lesson_view
def read(request: HttpRequest, state: LessonState) -> HttpResponse:
    """The worker says they have read it. On to the quiz where there is one, else back to the lesson's end."""
    pass_mark_percent = study_version(state.version).pass_mark_percent
    if worker_id := request.visitor.worker_id:
        lesson_begin(state, worker_id=worker_id)
        lesson_read(
            worker_id=worker_id,
            lesson_id=state.lesson_id,
            version_id=state.version_id,
            pass_mark_percent=pass_mark_percent,
        )
    if pass_mark_percent is not None and not state.completed_at and "stay" not in request.POST:
        return redirect("progress:quiz", uuid=state.uuid)
    return redirect(reverse("progress:lesson", args=[state.uuid]) + "#end")


@require_POST
@lesson_view
def share(request: HttpRequest, state: LessonState) -> HttpResponse:
    """Make the link and open it: what is then passed on by WeChat's own menu is that page."""
    row = Lesson.objects.select_related("series").get(pk=state.lesson_id)
    try:
        link = share_link_create(lesson=row, contact_id=request.visitor.contact_id)
    except NotShareable as refusal:
        raise Http404(str(refusal)) from refusal
    address = reverse("progress:shared", args=[link.code])
    response = redirect(address)
    response.set_cookie(GUIDE_COOKIE, link.code, max_age=GUIDE_SECONDS, path=address, httponly=True, samesite="Lax")
    return response


@require_read
def shared(request: HttpRequest, code: str) -> HttpResponse:
    """A library lesson for somebody who may not follow yet. The sharer sees how to pass it on instead."""
    link = ShareLink.objects.select_related("lesson").filter(code=code).first()
    state = link and lesson_state(lesson_uuid=link.lesson.uuid, worker_id=request.visitor.worker_id)
    if state is None or state.is_own:
        raise Http404(_("This lesson is not there, or not any more."))
    is_sharer = request.COOKIES.get(GUIDE_COOKIE) == code
    if not is_sharer:
        _count(request, state, source=link.source)
    facts = state.version
    context = {
        "lesson": state,
        "title": facts.title,
        "summary": facts.summary,
        "article": article_html(facts),
        "question_count": len(study_version(facts).questions),
        "address": request.build_absolute_uri(request.path),
        "is_sharer": is_sharer,
        "source": link.source,
        "here": reverse("progress:lesson", args=[state.uuid]),
    }
    return page(request, "progress/shared.html", context)


@require_read
def qr_landing(request: HttpRequest, code: str) -> HttpResponse:
    """Where a poster's code leads outside of WeChat: how to follow from here. The source stays with the code shown."""
    return page(request, "progress/qr_landing.html", {"source": code})


def _count(request: HttpRequest, state: LessonState, *, source: str = "") -> None:
    if request.method != "GET":
        return
    worker_id = request.visitor.worker_id
    if worker_id:
        lesson_begin(state, worker_id=worker_id)
    visit_note(lesson_id=state.lesson_id, worker_id=worker_id, is_private=state.is_private, source=source)
