"""Reading a Word document: its text as clean HTML, its pictures in their places. Sizes are checked before unpacking."""

import io
import re
import zipfile
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

from django.core.exceptions import ValidationError
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from lessons.richtext import richtext_clean
from tenants.errors import DomainError
from tenants.words import sentences

BYTES_MAX = 10 * 1024 * 1024
UNPACKED_BYTES_MAX = 60 * 1024 * 1024
XML_BYTES_MAX = 1024 * 1024  # one part of text, some thirty pages; reading it takes seconds
ENTRIES_MAX = 1000
PICTURES_MAX = 30

_OLD_WORD = bytes.fromhex("d0cf11e0a1b11ae1")  # the container of .doc files and of encrypted .docx files
_VOID = {"br", "hr", "img"}
_FIRST_HEADING = re.compile(r"<(h[23])>.*?</\1>")


class WordRefused(DomainError):
    """The file is no Word document we can read. Nothing has been stored."""

    code = "word_refused"


@dataclass
class Part:
    """A stretch of text (`html`, clean) or one picture (its bytes as they lay in the document)."""

    html: str = ""
    picture: bytes | None = None
    name: str = ""
    alt: str = ""


@dataclass
class WordDocument:
    title: str = ""  # the first heading or line
    heading: str = ""  # the HTML of that heading, if the text begins with one
    parts: list[Part] = field(default_factory=list)

    def parts_below_heading(self) -> list[Part]:
        """The parts without the heading that the text begins with."""
        first = next(part for part in self.parts if part.html)
        first.html = first.html.removeprefix(self.heading)
        return [part for part in self.parts if part.html or part.picture is not None]


def word_read(content: bytes) -> WordDocument:
    """Raises WordRefused."""
    import mammoth  # 9 MB, for the processes that read such a document

    _refuse_unless_docx(content)
    pictures: list[Part] = []

    def keep(image) -> dict[str, str]:
        with image.open() as file:
            extension = image.content_type.rpartition("/")[2].replace("jpeg", "jpg")
            pictures.append(
                Part(picture=file.read(), name=f"{len(pictures) + 1}.{extension}", alt=image.alt_text or "")
            )
        return {"src": str(len(pictures) - 1)}

    try:
        html = mammoth.convert_to_html(io.BytesIO(content), convert_image=mammoth.images.img_element(keep)).value
    except Exception as error:  # the file comes from outside: whatever is wrong with it, the answer is the same
        raise WordRefused(
            _("This Word document cannot be read: it is broken. Open it in Word, save it again as .docx."),
            code="broken",
        ) from error
    if len(pictures) > PICTURES_MAX:
        raise WordRefused(
            _("The document holds %(count)d pictures, at most %(most)d are possible. Divide it into several lessons.")
            % {"count": len(pictures), "most": PICTURES_MAX},
            code="too_many_pictures",
        )
    return _divide(html, pictures)


def _refuse_unless_docx(content: bytes) -> None:
    if len(content) > BYTES_MAX:
        raise WordRefused(_("The document is larger than 10 MB. Make its pictures smaller."), code="too_large")
    if content.startswith(_OLD_WORD):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise WordRefused(
                _("The document is protected by a password. Remove the password in Word and upload it again."),
                code="encrypted",
            )
        raise WordRefused(
            _("This is an old Word file (.doc). Open it in Word or WPS and save it as .docx."), code="old_word"
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if "word/document.xml" not in archive.namelist():
                raise zipfile.BadZipFile
            _refuse_if_vast(entries)
            if any(b"<!DOCTYPE" in archive.read(entry)[:4096] for entry in entries if _is_xml(entry)):
                raise zipfile.BadZipFile
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise WordRefused(_("This is not a Word document (.docx)."), code="not_word") from error


def _refuse_if_vast(entries: list[zipfile.ZipInfo]) -> None:
    """By the sizes the archive declares; Python reads no entry beyond its declared size."""
    too_vast = (
        len(entries) > ENTRIES_MAX
        or sum(entry.file_size for entry in entries) > UNPACKED_BYTES_MAX
        or any(entry.file_size > XML_BYTES_MAX for entry in entries if _is_xml(entry))
    )
    if too_vast:
        raise WordRefused(
            _("The document is too large once unpacked. Divide it into several lessons."), code="too_large"
        )


def _is_xml(entry: zipfile.ZipInfo) -> bool:
    return entry.filename.endswith((".xml", ".rels"))


def _divide(html: str, pictures: list[Part]) -> WordDocument:
    divider = _Divider(pictures)
    divider.feed(html)
    divider.close()
    document = WordDocument()
    try:
        for part in divider.parts():
            part.html = richtext_clean(part.html)
            if part.picture is not None or part.html:
                document.parts.append(part)
    except ValidationError as error:
        raise WordRefused(sentences(*error.messages), code="too_long") from error
    texts = [part.html for part in document.parts if part.html]
    if texts:
        if heading := _FIRST_HEADING.match(texts[0]):
            document.heading = heading[0]
        lines = strip_tags((document.heading or texts[0]).replace("</", "\n</")).strip()
        document.title = lines.splitlines()[0].strip() if lines else ""
    return document


class _Divider(HTMLParser):
    """Cuts HTML at its pictures; elements open at a cut are closed before it and opened again after it."""

    def __init__(self, pictures: list[Part]):
        super().__init__(convert_charrefs=True)
        self.pictures = pictures
        self.open: list[str] = []
        self.pieces: list[str] = []  # of the text since the last picture
        self.done: list[Part] = []

    def parts(self) -> list[Part]:
        return [*self.done, Part(html="".join(self.pieces))]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "img":
            self._cut(self.pictures[int(values.get("src") or 0)])
            return
        href = f' href="{escape(values["href"] or "")}"' if "href" in values else ""
        self.pieces.append(f"<{tag}{href}>")
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            self.open.remove(tag)
            self.pieces.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.pieces.append(escape(data, quote=False))

    def _cut(self, picture: Part) -> None:
        self.pieces += [f"</{tag}>" for tag in reversed(self.open)]
        self.done = [*self.parts(), picture]
        self.pieces = [f"<{tag}>" for tag in self.open]
