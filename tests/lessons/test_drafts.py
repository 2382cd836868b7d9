import io
import zipfile

import pytest
from django.core.files.base import ContentFile

from lessons.models import Asset, Block, Lesson, Series
from lessons.services.drafts import PicturesRefused, draft_from_docx, draft_from_pictures, own_series
from lessons.services.publishing import NotOurs
from lessons.services.word import WordRefused
from tests.lessons.conftest import picture_bytes

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
TYPES = (
    f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Default Extension="jpg" ContentType="image/jpeg"/>'
    '<Default Extension="emf" ContentType="image/x-emf"/></Types>'
)
RELS = (
    f'{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>'
    "</Relationships>"
)
HEADING = '<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/></w:style>'
STYLES = f'{HEAD}<w:styles xmlns:w="{W}">{HEADING}</w:styles>'


def paragraph(text: str, *, style: str = "", bold: bool = False) -> str:
    look = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    weight = "<w:rPr><w:b/></w:rPr>" if bold else ""
    return f"<w:p>{look}<w:r>{weight}<w:t>{text}</w:t></w:r></w:p>"


def drawing(relation: str, alt: str = "") -> str:
    return (
        '<w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">'
        f'<wp:docPr id="1" name="p" descr="{alt}"/>'
        '<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData>'
        '<pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:blipFill><a:blip '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
        f'r:embed="{relation}"/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>'
    )


def docx(body: str, pictures: dict[str, bytes] | None = None, **further: bytes) -> bytes:
    """A Word document as Word and WPS write it. pictures: file name -> bytes, related as rId1, rId2 …"""
    relations = "".join(
        f'<Relationship Id="rId{number}" Target="media/{name}" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"/>'
        for number, name in enumerate(pictures or {}, start=1)
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", RELS)
        archive.writestr("word/document.xml", f'{HEAD}<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>')
        archive.writestr("word/styles.xml", STYLES)
        archive.writestr(
            "word/_rels/document.xml.rels",
            f'{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            '<Relationship Id="rIdS" Target="styles.xml" '
            'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles"/>'
            f"{relations}</Relationships>",
        )
        for name, content in (pictures or {}).items():
            archive.writestr(f"word/media/{name}", content)
        for name, content in further.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.fixture
def series(in_sunrise):
    return Series.objects.create(slug="ours", title="我们厂的课")


def draft(content: bytes, series: Series, **options):
    return draft_from_docx(content=content, name="新人.docx", series=series, audiences=["parent"], **options)


def test_a_word_file_becomes_a_draft_with_its_pictures_in_their_places(series):
    body = (
        paragraph("新员工第一天", style="1")
        + paragraph("先去人事部。", bold=True)
        + f"<w:p><w:r><w:t>看图：</w:t>{drawing('rId1', '人事部的门')}<w:t>就是这里 &lt;b&gt;</w:t></w:r></w:p>"
    )
    made = draft(docx(body, {"1.jpg": picture_bytes()}), series)
    lesson = made.lesson
    assert (lesson.title, lesson.state, lesson.cover is not None) == ("新员工第一天", "draft", True)
    blocks = list(lesson.blocks.all())
    assert [block.kind for block in blocks] == ["text", "image", "text"]
    assert blocks[0].body == "<p><strong>先去人事部。</strong></p><p>看图：</p>"
    assert blocks[1].alt == "人事部的门"
    assert blocks[2].body == "<p>就是这里 &lt;b&gt;</p>"
    assert made.notes == []


def test_what_cannot_be_taken_over_is_said(series):
    body = paragraph("你好") + f"<w:p><w:r>{drawing('rId1')}{drawing('rId2')}</w:r></w:p>"
    made = draft(docx(body, {"1.emf": b"\1\0\0\0", "2.jpg": picture_bytes()}), series, title="自己起的题目")
    assert made.lesson.title == "自己起的题目"
    assert [block.kind for block in made.lesson.blocks.all()] == ["text", "image"]
    assert len(made.notes) == 2  # one picture missed, one without a description


def encrypted() -> bytes:
    return bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")


def zip_bomb() -> bytes:
    return docx(paragraph("x"), {"1.jpg": b"\0" * (61 * 1024 * 1024)})


def without_document() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (lambda: b"", "not_word"),
        (lambda: b"%PDF-1.7 hello", "not_word"),
        (without_document, "not_word"),
        (encrypted, "encrypted"),
        (lambda: bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, "old_word"),
        (lambda: b"PK" + b"\0" * (10 * 1024 * 1024), "too_large"),
        (zip_bomb, "too_large"),
        (lambda: docx(paragraph("x" * (9 * 1024 * 1024))), "too_large"),
        (lambda: docx("", **{f"a{n}.xml": b"<a/>" for n in range(1001)}), "too_large"),
        (lambda: docx(paragraph("x"), **{"a.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), "not_word"),
        (lambda: docx("<w:p>"), "broken"),
        (lambda: docx(paragraph("")), "empty"),
        (lambda: docx(paragraph("长" * 7000) * 10), "too_long"),
        (
            lambda: docx(f"<w:p><w:r>{drawing('rId1') * 31}</w:r></w:p>", {"1.jpg": picture_bytes(9, 9)}),
            "too_many_pictures",
        ),
        (lambda: docx(paragraph("x"))[:500], "not_word"),
    ],
)
def test_a_file_that_is_no_fit_word_document_is_refused_and_leaves_nothing(series, content, code):
    with pytest.raises(WordRefused) as refusal:
        draft(content(), series)
    assert refusal.value.code == code
    assert not Lesson.objects.exists()


def files(*names: str) -> list[ContentFile]:
    return [ContentFile(picture_bytes(40 + index, 40), name=name) for index, name in enumerate(names)]


def test_pictures_become_a_draft_in_the_order_of_their_names(series):
    made = draft_from_pictures(
        files=files("10.jpg", "2.jpg", "1.jpg"), title="一天", series=series, audiences=["parent"], format="comic"
    )
    assert [block.asset.name for block in made.lesson.blocks.all()] == ["1.jpg", "2.jpg", "10.jpg"]
    assert (made.lesson.format, made.lesson.cover.name) == ("comic", "1.jpg")


@pytest.mark.parametrize("count", [0, 31])
def test_too_few_or_too_many_pictures_are_refused(series, count):
    with pytest.raises(PicturesRefused):
        draft_from_pictures(
            files=files(*(f"{n}.jpg" for n in range(count))),
            title="x",
            series=series,
            audiences=["parent"],
            format="comic",
        )
    assert not Lesson.objects.exists()


def test_pictures_too_large_together_are_refused(series):
    large = [ContentFile(b"\0" * (10 * 1024 * 1024), name=f"{n}.jpg") for n in range(7)]
    with pytest.raises(PicturesRefused) as refusal:
        draft_from_pictures(files=large, title="x", series=series, audiences=["parent"], format="comic")
    assert refusal.value.code == "too_large"
    assert not Asset.objects.exists()


def test_a_draft_cannot_be_put_into_a_series_of_the_library(series):
    Series.objects.update(origin="library")
    series.refresh_from_db()
    with pytest.raises(NotOurs):
        draft(docx(paragraph("你好")), series)


def test_a_factory_without_a_series_gets_one(in_sunrise):
    assert own_series() == own_series()
    assert Series.objects.get().is_private


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("<p style='color:red' class='MsoNormal'>你好<o:p></o:p></p>", "<p>你好</p>"),
        ("<section><span style='x'>一</span></section><section>二</section>", "<p>一</p><p>二</p>"),
        ("<p>a<script>alert(1)</script><img src=x onerror=alert(1)></p>", "<p>a</p>"),
        ("<a href='javascript:alert(1)'>x</a>", '<a rel="noopener noreferrer">x</a>'),
        ("<h1>大</h1><h4>小</h4><b>粗</b><i>斜</i>", "<h2>大</h2><h3>小</h3><strong>粗</strong><em>斜</em>"),
        ("<ul><li></li></ul><p>&nbsp;</p><p><br></p>", ""),
    ],
)
def test_pasted_debris_is_cleaned_whoever_saves_it(series, dirty, clean):
    lesson = Lesson.objects.create(series=series, title="x", audiences=["parent"])
    block = Block.objects.create(lesson=lesson, body=dirty)
    assert Block.objects.get().body == block.body == clean
    Block.objects.bulk_create([Block(lesson=lesson, body=dirty)])
    assert set(Block.objects.values_list("body", flat=True)) == {clean}
