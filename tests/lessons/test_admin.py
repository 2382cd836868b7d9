import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django_tenants.utils import tenant_context

from lessons.models import Block, Lesson, Origin, Series, Topic
from lessons.services import lesson_publish, library_reconcile
from tenants.roles import role_on
from tests.lessons.conftest import lesson_make, picture_bytes
from tests.lessons.test_drafts import docx, paragraph

LIST = "/admin/lessons/lesson/"


@pytest.fixture
def editor(in_sunrise, site_client):
    """A client signed in to Sunrise's admin as somebody who writes lessons and nothing else."""
    user = get_user_model().objects.create_user("editor", is_staff=True)
    user.groups.add(role_on("content_editor"))
    client = site_client(in_sunrise)
    client.force_login(user)
    return client


@pytest.fixture
def librarian(db, site_client):
    user = get_user_model().objects.create_superuser("csr")
    client = site_client(None)
    client.force_login(user)
    return client


@pytest.fixture
def copy(library_lesson, sunrise, editor):
    """Sunrise's copy of the library's lesson; leaves the test inside Sunrise."""
    from django_tenants.utils import schema_context

    with schema_context("public"):
        lesson_publish(lesson=library_lesson, by=None)
    library_reconcile()
    return Lesson.objects.get(origin=Origin.LIBRARY)


def page(client, address: str):
    return client.get(address, secure=True)


def post(client, address: str, data: dict | None = None):
    return client.post(address, data or {}, secure=True)


def messages_of(response) -> list[str]:
    from django.contrib.messages import get_messages

    return [str(message) for message in get_messages(response.wsgi_request)]


def row_forms(prefix: str, *rows: dict) -> dict:
    """The fields of a formset whose rows are all new."""
    data = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": 0}
    for number, row in enumerate(rows):
        data |= {f"{prefix}-{number}-{name}": value for name, value in {"position": "", **row}.items()}
    return data


def lesson_fields(series: Series, **changes) -> dict:
    return {
        "title": "新员工第一天",
        "series": series.pk,
        "audiences": ["young_worker"],
        "format": "lesson",
        "minutes": 5,
        "pass_mark_percent": 60,
        "position": 0,
    } | changes


@pytest.mark.parametrize("count", [2, 12])
def test_the_list_costs_the_same_for_few_and_many_lessons(editor, django_assert_max_num_queries, count):
    series = Series.objects.create(slug="ours", title="我们厂的课")
    for number in range(count):
        lesson_publish(lesson=lesson_make(series=series, title=f"第{number}课"), by=None)
    page(editor, LIST)
    with django_assert_max_num_queries(12):
        assert page(editor, LIST).status_code == 200


def test_an_empty_list_says_how_to_begin(editor):
    assert reverse("admin:lessons_lesson_from_word") in page(editor, LIST).content.decode()


def test_a_lesson_is_written_with_blocks_and_a_quiz_in_one_form(editor):
    series = Series.objects.create(slug="ours", title="我们厂的课")
    data = lesson_fields(series)
    data["cover_file"] = SimpleUploadedFile("a.jpg", picture_bytes())
    data |= row_forms(
        "blocks",
        {"kind": "text", "body": "<p onclick='x'>你好</p>"},
        {"kind": "image", "picture": SimpleUploadedFile("b.png", picture_bytes(kind="PNG")), "alt": "大门"},
    )
    data |= row_forms("questions", {"prompt": "先去哪里？", "kind": "single"})
    data |= row_forms(
        "questions-0-choices", {"text": "人事部", "is_right": "on"}, {"text": "食堂", "feedback": "先办手续。"}
    )
    answer = post(editor, f"{LIST}add/", data)
    lesson = Lesson.objects.get()
    assert answer.headers["location"] == f"{LIST}{lesson.pk}/change/"
    assert lesson.cover.width == 800
    assert [(block.kind, block.position) for block in lesson.blocks.all()] == [("text", 0), ("image", 1)]
    assert lesson.blocks.first().body == "<p>你好</p>"
    assert [choice.text for choice in lesson.questions.get().choices.all()] == ["人事部", "食堂"]
    assert page(editor, f"{LIST}{lesson.pk}/change/").status_code == 200
    post(editor, f"{LIST}{lesson.pk}/publish/", {"_form_submitted": "on"})
    lesson.refresh_from_db()
    assert lesson.state == "published"
    assert lesson.current_version.published_by == "editor"


def test_a_picture_that_is_none_is_refused_beside_its_field(editor):
    series = Series.objects.create(slug="ours", title="我们厂的课")
    broken = SimpleUploadedFile("a.jpg", b"no picture")
    data = lesson_fields(series) | row_forms("blocks", {"kind": "image", "picture": broken, "alt": "大门"})
    answer = post(editor, f"{LIST}add/", data | row_forms("questions"))
    assert answer.status_code == 200
    errors = answer.context["inline_admin_formsets"][0].formset.errors
    assert list(errors[0]) == ["picture"]
    assert not Lesson.objects.exists()


def test_publishing_needs_a_post_and_says_what_is_missing(editor):
    series = Series.objects.create(slug="ours", title="我们厂的课")
    lesson = Lesson.objects.create(series=series, title="空课", audiences=["parent"])
    page(editor, f"{LIST}{lesson.pk}/publish/")
    assert not lesson.versions.exists()
    answer = post(editor, f"{LIST}{lesson.pk}/publish/", {"_form_submitted": "on"})
    assert answer.headers["HX-Redirect"] == f"{LIST}{lesson.pk}/change/"
    assert len(messages_of(answer)) == 1
    assert not lesson.versions.exists()


def test_withdrawing_from_the_admin(editor, own_lesson):
    lesson_publish(lesson=own_lesson, by=None)
    post(editor, f"{LIST}{own_lesson.pk}/withdraw/", {"_form_submitted": "on"})
    own_lesson.refresh_from_db()
    assert own_lesson.state == "withdrawn"


def test_a_published_lesson_cannot_be_deleted_but_a_draft_can(editor, own_lesson):
    draft = lesson_make(series=own_lesson.series, title="草稿", picture=picture_bytes(90, 90))
    lesson_publish(lesson=own_lesson, by=None)
    assert post(editor, f"{LIST}{own_lesson.pk}/delete/", {"post": "yes"}).status_code == 403
    assert post(editor, f"{LIST}{draft.pk}/delete/", {"post": "yes"}).status_code == 302
    assert Lesson.objects.get() == own_lesson


def test_of_a_library_lesson_hr_decides_on_the_shelf_only(copy, editor):
    address = f"{LIST}{copy.pk}/change/"
    assert page(editor, address).status_code == 200
    post(editor, address, {"title": "改题目", "is_hidden": "on", "is_pinned": "on", "position": 9, "summary": "x"})
    copy.refresh_from_db()
    assert (copy.is_hidden, copy.is_pinned, copy.position) == (True, True, 9)
    assert copy.title != "改题目"
    for action in ("publish", "withdraw"):
        post(editor, f"{LIST}{copy.pk}/{action}/", {"_form_submitted": "on"})
    copy.refresh_from_db()
    assert (copy.state, copy.versions.count()) == ("published", 1)
    assert post(editor, f"{LIST}{copy.pk}/delete/", {"post": "yes"}).status_code == 403


def test_nobody_without_the_permission_publishes_or_uploads(in_sunrise, own_lesson, site_client):
    user = get_user_model().objects.create_user("guest", is_staff=True)
    client = site_client(in_sunrise)
    client.force_login(user)
    for address in (LIST, f"{LIST}{own_lesson.pk}/change/", f"{LIST}from-word/", f"{LIST}{own_lesson.pk}/preview/"):
        assert page(client, address).status_code == 403
    assert post(client, f"{LIST}{own_lesson.pk}/publish/", {"_form_submitted": "on"}).status_code == 403


def test_another_factory_and_strangers_see_nothing_of_it(lakeside, own_lesson, editor, site_client):
    outsider = site_client(lakeside)
    outsider.cookies = editor.cookies
    for address in (LIST, f"{LIST}{own_lesson.pk}/change/", f"{LIST}{own_lesson.pk}/preview/"):
        assert page(outsider, address).status_code == 302
    with tenant_context(lakeside):
        user = get_user_model().objects.get()
        signed_in = site_client(lakeside)
        signed_in.force_login(user)
    assert own_lesson.title not in page(signed_in, LIST).content.decode()
    assert page(signed_in, f"{LIST}{own_lesson.pk}/preview/").status_code == 404


def test_the_preview_shows_the_rows_before_they_are_published(editor, own_lesson):
    Block.objects.create(lesson=own_lesson, kind="image", position=5)
    html = page(editor, f"{LIST}{own_lesson.pk}/preview/").content.decode()
    assert "问一件<strong>具体</strong>的小事" in html
    assert "preview__problems" in html
    assert not own_lesson.versions.exists()


def test_the_preview_of_a_copy_shows_the_version(copy, editor):
    assert copy.title in page(editor, f"{LIST}{copy.pk}/preview/").content.decode()


def test_a_word_file_becomes_a_draft_on_the_upload_page(editor):
    assert page(editor, f"{LIST}from-word/").status_code == 200
    word = SimpleUploadedFile("a.docx", docx(paragraph("新员工第一天")))
    answer = post(editor, f"{LIST}from-word/", {"file": word, "audiences": ["parent"]})
    lesson = Lesson.objects.get()
    assert answer.headers["location"] == f"{LIST}{lesson.pk}/change/"
    assert lesson.title == "新员工第一天"
    broken = {"file": SimpleUploadedFile("a.docx", b"x"), "audiences": ["parent"], "series": lesson.series.pk}
    assert list(post(editor, f"{LIST}from-word/", broken).context["form"].errors) == ["file"]
    assert Lesson.objects.count() == 1


def test_pictures_become_a_draft_on_the_upload_page(editor):
    assert page(editor, f"{LIST}from-pictures/").status_code == 200
    pictures = [SimpleUploadedFile(f"{n}.jpg", picture_bytes(40 + n, 40)) for n in (2, 1)]
    data = {"files": pictures, "title": "一天", "audiences": ["parent"], "format": "comic"}
    post(editor, f"{LIST}from-pictures/", data)
    assert [block.asset.name for block in Lesson.objects.get().blocks.all()] == ["1.jpg", "2.jpg"]


def test_a_private_series_that_was_read_stays_private_in_the_form(editor, own_lesson):
    lesson_publish(lesson=own_lesson, by=None)
    address = f"/admin/lessons/series/{own_lesson.series.pk}/change/"
    answer = post(editor, address, {"title": "我们厂的课", "privacy": "tracked", "position": 0})
    assert list(answer.context["adminform"].form.errors) == ["privacy"]
    answer = post(editor, address, {"title": "新名字", "privacy": "private", "position": 0})
    assert answer.status_code == 302
    own_lesson.series.refresh_from_db()
    assert own_lesson.series.title == "新名字"


def test_of_a_library_series_hr_decides_to_follow_only(copy, editor):
    address = f"/admin/lessons/series/{copy.series.pk}/change/"
    assert page(editor, address).status_code == 200
    post(editor, address, {"title": "改名", "privacy": "tracked", "position": 3})
    series = Series.objects.get(pk=copy.series.pk)
    assert (series.title, series.privacy, series.position, series.followed) == ("打工的爸妈", "private", 3, False)


def test_the_editors_pages_of_the_library(librarian, library_lesson):
    for address in (
        LIST,
        f"{LIST}add/",
        f"{LIST}{library_lesson.pk}/change/",
        f"{LIST}{library_lesson.pk}/preview/",
        "/admin/lessons/series/",
        f"/admin/lessons/series/{library_lesson.series.pk}/change/",
        "/admin/lessons/series/add/",
        "/admin/lessons/topic/",
    ):
        assert page(librarian, address).status_code == 200, address
    post(librarian, f"{LIST}{library_lesson.pk}/publish/", {"_form_submitted": "on"})
    assert Lesson.objects.published().exists()


def test_a_change_in_the_librarys_series_reaches_the_factories(
    librarian, library_lesson, sunrise, eager, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        lesson_publish(lesson=library_lesson, by=None)
    address = f"/admin/lessons/series/{library_lesson.series.pk}/change/"
    with django_capture_on_commit_callbacks(execute=True):
        post(librarian, address, {"title": "爸妈", "privacy": "private", "position": 0})
    with tenant_context(sunrise):
        assert Series.objects.get(origin=Origin.LIBRARY).title == "爸妈"


def test_saving_and_publishing_in_one_step_publishes_what_was_saved(editor, own_lesson):
    text, picture = own_lesson.blocks.all()
    data = lesson_fields(own_lesson.series, title="改好的题目", _continue="1", lessons_lesson_save_and_publish="1")
    data |= {"blocks-TOTAL_FORMS": 2, "blocks-INITIAL_FORMS": 2}
    data |= {"questions-TOTAL_FORMS": 0, "questions-INITIAL_FORMS": 0}
    for number, (block, body) in enumerate([(text, "<p>改好的正文</p>"), (picture, "")]):
        fields = {"id": block.pk, "lesson": own_lesson.pk, "kind": block.kind, "position": number, "body": body}
        data |= {f"blocks-{number}-{name}": value for name, value in {**fields, "alt": block.alt}.items()}
    answer = post(editor, f"{LIST}{own_lesson.pk}/change/", data)
    assert answer.status_code == 302, answer.context["errors"]
    own_lesson.refresh_from_db()
    assert own_lesson.state == "published"
    assert "改好的正文" in own_lesson.current_version.body_html
    assert own_lesson.current_version.title == "改好的题目"


def test_a_factorys_first_lesson_makes_its_first_series(editor):
    data = lesson_fields(Series()) | {"series": ""} | row_forms("blocks") | row_forms("questions")
    post(editor, f"{LIST}add/", data)
    assert Lesson.objects.get().series == Series.objects.get()


def test_an_address_that_names_no_lesson_is_answered_not_a_crash(editor):
    for address in ("abc/preview/", "999999/preview/", "abc/change/", "999999/change/"):
        assert page(editor, f"{LIST}{address}").status_code in (302, 404), address
    assert post(editor, f"{LIST}abc/publish/", {"_form_submitted": "on"}).status_code == 404


def test_the_editor_is_told_of_changes_that_are_not_published(editor, own_lesson):
    address = f"{LIST}{own_lesson.pk}/change/"
    lesson_publish(lesson=own_lesson, by=None)
    assert messages_of(page(editor, address)) == []
    own_lesson.blocks.filter(kind="text").update(body="<p>改过</p>")
    assert len(messages_of(page(editor, address))) == 1


def test_a_file_far_too_large_is_not_read_whole(editor):
    picture = SimpleUploadedFile("a.jpg", b"\0" * (11 * 1024 * 1024))
    data = {"files": [picture], "title": "一天", "audiences": ["parent"], "format": "comic"}
    assert list(post(editor, f"{LIST}from-pictures/", data).context["form"].errors) == ["files"]
    assert not Lesson.objects.exists()


def test_a_topic_needs_a_title_only(editor):
    post(editor, "/admin/lessons/topic/add/", {"title": "食堂", "title_en": "The canteen"})
    post(editor, "/admin/lessons/topic/add/", {"title": "宿舍"})
    slugs = Topic.objects.order_by("pk").values_list("slug", flat=True)
    assert slugs[0].startswith("the-canteen-")
    assert slugs[1].startswith("topic-")


def test_what_is_pinned_is_marked_found_and_said(copy, editor):
    address = f"{LIST}{copy.pk}/change/"
    assert copy not in page(editor, f"{LIST}?is_pinned__exact=1").context["cl"].queryset
    said = editor.post(address, {"is_pinned": "on", "position": 0}, follow=True).content.decode()
    assert "已置顶" in said
    marked = page(editor, f"{LIST}?is_pinned__exact=1")
    assert list(marked.context["cl"].queryset) == [copy]
    assert ">置顶</strong> · " in marked.content.decode(), "beside the title, in no column of its own"
    assert "不再置顶" in editor.post(address, {"position": 0}, follow=True).content.decode()
    hidden = editor.post(address, {"is_pinned": "on", "is_hidden": "on", "position": 0}, follow=True)
    assert "员工能看到它以后" in hidden.content.decode()
