from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django_tenants.utils import tenant_context

from lessons.models import Block, Choice, Lesson, LessonVersion, Question, Series
from lessons.services import WrongSide
from lessons.services.library import FOLDER, library_load
from lessons.services.library_files import LibraryFileError, library_read

LESSON = Path("parents/01-call/lesson.yaml")


def edit(folder: Path, old: str, new: str, path: Path = LESSON):
    file = folder / path
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def rows():
    return [
        list(model.objects.order_by("pk").values())
        for model in (Series, Lesson, LessonVersion, Block, Question, Choice)
    ]


def test_a_folder_becomes_published_lessons(tiny_library, db):
    report = library_load(folder=tiny_library)
    assert len(report.published) == 1
    lesson = Lesson.objects.get()
    assert (lesson.title, lesson.state, lesson.topic.slug, lesson.series.title_en) == (
        "打好一个电话",
        "published",
        "communication",
        "Parents",
    )
    assert lesson.cover.mime == "image/svg+xml"
    assert (lesson.cover.width, lesson.cover.height) == (64, 36)
    text = lesson.blocks.first()
    assert text.body == "<h2>换一种问法</h2>\n<ul>\n<li><strong>睡</strong>：睡得好吗</li>\n</ul>"


def test_loading_again_changes_nothing(tiny_library, db):
    library_load(folder=tiny_library)
    before = rows()
    assert library_load(folder=tiny_library).unchanged == 1
    assert rows() == before


def test_a_changed_file_publishes_a_new_version_and_keeps_uuids(tiny_library, db):
    library_load(folder=tiny_library)
    before = {question.prompt: question.uuid for question in Question.objects.all()}
    edit(tiny_library, "minutes: 4", "minutes: 6")
    version = library_load(folder=tiny_library).published[0]
    assert (version.number, version.minutes) == (2, 6)
    assert {question.prompt: question.uuid for question in Question.objects.all()} == before
    assert Block.objects.count() == 2


def test_a_redrawn_picture_publishes_a_new_version(tiny_library, db):
    library_load(folder=tiny_library)
    edit(tiny_library, "M0 0h9", "M0 0h8", Path("parents/01-call/cover.svg"))
    assert library_load(folder=tiny_library).published[0].number == 2


def test_what_staff_edited_stays_while_the_file_is_the_same(tiny_library, db):
    library_load(folder=tiny_library)
    Lesson.objects.update(title="编辑改过的题目")
    Series.objects.update(title="编辑改过的系列")
    library_load(folder=tiny_library)
    assert Lesson.objects.get().title == "编辑改过的题目"
    assert Series.objects.get().title == "编辑改过的系列"


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        ("minutes: 4", "minutes: four", ["lesson.yaml", "minutes", "four"]),
        ("audiences: [parent]", "audiences: [boss]", ["audiences", "line_manager"]),
        ("topic: communication", "topic: fishing", ["topic", "fishing"]),
        ("right: false", "right: maybe", ["questions[1].choices[2].right"]),
        ("alt: 一条线", "alt: ''", ["blocks[2].alt"]),
        ("file: cover.svg", "file: ../../../secret.svg", ["blocks[2].file"]),
        ("file: cover.svg", "file: other.svg", ["other.svg"]),
        ("title: 打好一个电话", "title: " + "长" * 61, ["title", "61"]),
        ("uuid: 0b0e", "uuid: x0b0e", ["uuid"]),
        ("blocks:", "blocks: [", ["YAML", "line"]),
        ("title: 打好一个电话", "title: !!python/object/apply:os.system [ls]", ["YAML"]),
        ("kind: single", "kind: essay", ["questions[1].kind", "essay"]),
    ],
)
def test_a_mistake_names_file_and_field_and_writes_nothing(tiny_library, db, old, new, names):
    edit(tiny_library, old, new)
    with pytest.raises(LibraryFileError) as error:
        library_load(folder=tiny_library)
    assert all(name in str(error.value) for name in names)
    assert not Series.objects.exists()


def test_the_command_says_what_it_did_and_what_is_wrong(tiny_library, db, capsys):
    call_command("library_load", folder=tiny_library)
    assert "1 lessons published" in capsys.readouterr().out
    with pytest.raises(CommandError, match="no folder"):
        call_command("library_load", folder=tiny_library / "nowhere")


def test_loading_reaches_the_factories(tiny_library, sunrise, eager, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        library_load(folder=tiny_library)
    with tenant_context(sunrise):
        assert Lesson.objects.published().get().title == "打好一个电话"


def test_a_factory_cannot_load_library_files(tiny_library, in_sunrise):
    with pytest.raises(WrongSide):
        library_load(folder=tiny_library)


def test_the_library_that_ships_loads_whole_and_only_once(db):
    _topics, series = library_read(FOLDER)
    count = sum(len(one.lessons) for one in series)
    assert len(library_load().published) == count
    assert library_load().unchanged == count
    for version in LessonVersion.objects.all():
        assert 300 <= _characters(version.body_html) <= 900, version.title
        assert 3 <= len(version.document["questions"]) <= 5, version.title
        assert version.cover


def _characters(html: str) -> int:
    from django.utils.html import strip_tags

    return len("".join(strip_tags(html).split()))
