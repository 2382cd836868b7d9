"""Pictures as they come from people: checked, turned upright, freed of what they tell about their maker, made small.

Nothing is decoded before its size is known: a 21 KB file can hold 177 million pixels.
"""

import io
import re
from hashlib import sha256
from pathlib import PurePath
from xml.etree import ElementTree

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from lessons.assets import EXTENSIONS, asset_path, asset_url
from lessons.models import Asset
from tenants.errors import DomainError

__all__ = ["PictureRefused", "asset_store", "asset_url", "svg_store"]

BYTES_MAX = 10 * 1024 * 1024
PIXELS_MAX = 40_000_000
SIDE_MAX = 16_000
MAIN_WIDTH_MAX = 2160
WIDTHS = [360, 720, 1080]
QUALITY = 80
SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".gif"}
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
SVG_BYTES_MAX = 500_000

Image.MAX_IMAGE_PIXELS = PIXELS_MAX


class PictureRefused(DomainError):
    """The file is no picture we take. Nothing has been stored."""

    code = "picture_refused"


def asset_store(*, content: bytes, name: str) -> Asset:
    """Store an uploaded picture on this side, with its smaller sizes; the same picture again returns the row there is.

    JPEG, PNG, WebP or GIF (its first frame). What is kept is encoded anew: JPEG, or WebP where something shines through.
    Raises PictureRefused.
    """
    picture = _picture_read(content, name)
    main = _fit(picture, MAIN_WIDTH_MAX)
    mime, body = _encode(main)
    widths = [width for width in WIDTHS if width < main.width]
    smaller: dict[int | None, bytes] = {width: _encode(_fit(main, width))[1] for width in widths}
    return _asset_ensure(body, mime, main.size, smaller, name)


def svg_store(*, content: bytes, name: str) -> Asset:
    """Store a drawing of the library's own folder. Uploads never come here: SVG can hold scripts.

    Still refuses whatever could run or load something. Raises PictureRefused.
    """
    return _asset_ensure(content, "image/svg+xml", _svg_size(content, name), {}, name)


def _asset_ensure(body: bytes, mime: str, size: tuple[int, int], smaller: dict[int | None, bytes], name: str) -> Asset:
    digest = sha256(body).hexdigest()
    if asset := Asset.objects.filter(sha256=digest).first():
        return asset
    extension = EXTENSIONS[mime]
    for width, data in {None: body, **smaller}.items():
        path = asset_path(digest, extension, width)
        if not default_storage.exists(path):
            default_storage.save(path, ContentFile(data))
    with transaction.atomic():
        asset, _created = Asset.objects.get_or_create(
            sha256=digest,
            defaults={
                "mime": mime,
                "byte_count": len(body),
                "width": size[0],
                "height": size[1],
                "widths": list(smaller),
                "name": PurePath(name).name[:120],
            },
        )
    return asset


def _picture_read(content: bytes, name: str) -> Image.Image:
    """Decoded, upright, RGB or RGBA."""
    if len(content) > BYTES_MAX:
        raise _refusal(_("%(name)s is larger than 10 MB. Make it smaller and upload it again."), name, "too_large")
    if PurePath(name).suffix.lower() not in SUFFIXES:
        raise _refusal(_("%(name)s is not a JPEG, PNG, WebP or GIF picture. Save it as JPEG and try again."), name)
    try:
        picture: Image.Image = Image.open(io.BytesIO(content), formats=FORMATS)
        if picture.width * picture.height > PIXELS_MAX or max(picture.size) > SIDE_MAX:
            raise Image.DecompressionBombError
        picture.draft("RGB", (MAIN_WIDTH_MAX, MAIN_WIDTH_MAX))  # a large JPEG is decoded at a fraction of its size
        picture.load()
        picture = ImageOps.exif_transpose(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _refusal(
            _("%(name)s has too many pixels. Make it at most 8000 by 5000 pixels and upload it again."),
            name,
            "too_large",
        ) from error
    except Exception as error:  # decoders raise all kinds of errors on broken files
        raise _refusal(
            _("%(name)s cannot be read as a picture: it is broken or not complete. Save it again as JPEG."),
            name,
            "broken",
        ) from error
    shines_through = picture.has_transparency_data
    picture = picture.convert("RGBA" if shines_through else "RGB")
    if shines_through and picture.getchannel("A").getextrema()[0] == 255:
        picture = picture.convert("RGB")
    return picture


def _fit(picture: Image.Image, width: int) -> Image.Image:
    if picture.width <= width:
        return picture
    return picture.resize((width, max(1, round(picture.height * width / picture.width))), Image.Resampling.LANCZOS)


def _encode(picture: Image.Image) -> tuple[str, bytes]:
    out = io.BytesIO()
    if picture.mode == "RGBA":
        picture.save(out, "WEBP", quality=QUALITY, exif=b"", icc_profile=None)
        return "image/webp", out.getvalue()
    picture.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True, exif=b"", icc_profile=None)
    return "image/jpeg", out.getvalue()


_LENGTH = re.compile(r"^\s*(\d+(?:\.\d+)?)(?:px)?\s*$")
_OUTSIDE_URL = re.compile(r"url\(\s*['\"]?(?!#)", re.IGNORECASE)
_FORBIDDEN_TAGS = {"script", "foreignobject", "iframe", "image", "style", "a", "set", "handler", "audio", "video"}


def _svg_size(content: bytes, name: str) -> tuple[int, int]:
    """Width and height in pixels. Raises PictureRefused unless the drawing is a closed, motionless thing."""
    if len(content) > SVG_BYTES_MAX:
        raise _refusal(_("%(name)s is too large for a drawing: at most 500 KB."), name, "too_large")
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise _refusal(_("%(name)s holds a document type; save the drawing without it."), name)
    try:
        root = ElementTree.fromstring(content)
    except ElementTree.ParseError as error:
        raise _refusal(_("%(name)s is not a whole SVG drawing."), name, "broken") from error
    for element in root.iter():
        tag = str(element.tag).rpartition("}")[2].lower()
        if tag in _FORBIDDEN_TAGS or any(_is_active(key, value) for key, value in element.items()):
            raise _refusal(_("%(name)s may hold shapes and words only: no scripts, no links, no pictures."), name)
    box = (root.get("viewBox") or "").replace(",", " ").split()
    box = box if len(box) == 4 else [""] * 4
    width, height = _LENGTH.match(root.get("width") or box[2]), _LENGTH.match(root.get("height") or box[3])
    if root.tag == "{http://www.w3.org/2000/svg}svg" and width and height:
        return round(float(width[1])), round(float(height[1]))
    raise _refusal(_("%(name)s does not say how large it is: give it a viewBox."), name)


def _is_active(key: str, value: str) -> bool:
    attribute = key.rpartition("}")[2].lower()
    if attribute.startswith("on"):
        return True
    if attribute in {"href", "src"}:
        return not value.startswith("#")
    return bool(_OUTSIDE_URL.search(value)) or "javascript:" in value.lower()


def _refusal(text: str, name: str, code: str = "not_a_picture") -> PictureRefused:
    return PictureRefused(text % {"name": PurePath(name).name[:80] or "?"}, code=code)
