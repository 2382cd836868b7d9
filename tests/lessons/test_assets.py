import io
import struct
import zlib

import pytest
from django.core.files.storage import default_storage
from django_tenants.utils import schema_context, tenant_context
from PIL import Image

from lessons.models import Asset
from lessons.services import PictureRefused, asset_store, asset_url, lesson_publish, library_lesson_update, svg_store
from lessons.services.assets import PIXELS_MAX
from tests.lessons.conftest import lesson_make, picture_bytes


def stored(asset: Asset, width=None) -> Image.Image:
    path = f"assets/{asset.sha256[:2]}/" + asset_url(asset, width).rpartition("/")[2]
    return Image.open(default_storage.open(path))


def test_a_picture_is_kept_in_several_widths_never_larger_than_it_was(in_sunrise):
    asset = asset_store(content=picture_bytes(900, 600), name="C:\\photos\\a.jpg")
    assert (asset.width, asset.height, asset.widths, asset.mime) == (900, 600, [360, 720], "image/jpeg")
    assert stored(asset, 360).size == (360, 240)
    assert stored(asset).size == (900, 600)


def test_the_same_picture_is_stored_once(in_sunrise):
    first = asset_store(content=picture_bytes(), name="a.jpg")
    assert asset_store(content=picture_bytes(), name="b.jpg") == first
    assert Asset.objects.count() == 1


def test_what_a_picture_tells_about_its_maker_is_dropped_and_it_is_turned_upright(in_sunrise):
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees
    exif[0x010F] = "Phone of Li Na"
    asset = asset_store(content=picture_bytes(300, 200, exif=exif), name="a.jpg")
    picture = stored(asset)
    assert picture.size == (200, 300)
    assert not picture.getexif()
    assert b"Li Na" not in default_storage.open(f"assets/{asset.sha256[:2]}/{asset.sha256}.jpg").read()


def test_transparency_is_kept_and_an_animation_becomes_its_first_picture(in_sunrise):
    asset = asset_store(content=picture_bytes(mode="RGBA", colour=(255, 0, 0, 90), kind="PNG"), name="a.png")
    assert asset.mime == "image/webp"
    frames = [Image.new("P", (40, 40), colour) for colour in (1, 2, 3)]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    assert getattr(stored(asset_store(content=out.getvalue(), name="a.gif")), "n_frames", 1) == 1


def png_bomb(width: int, height: int) -> bytes:
    """A small file that claims, and holds, very many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    squeezer = zlib.compressobj(9)
    row = b"\0" * (1 + width // 8)
    body = b"".join(squeezer.compress(row) for _ in range(height)) + squeezer.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (lambda: png_bomb(12_000, 14_000), "bomb.png", "too_large"),
        (lambda: png_bomb(17_000, 8), "long.png", "too_large"),
        (lambda: picture_bytes()[:900], "half.jpg", "broken"),
        (lambda: b"GIF89a" + b"\0" * 50, "broken.gif", "broken"),
        (lambda: b"%PDF-1.7", "lesson.jpg", "broken"),
        (lambda: b"", "nothing.jpg", "broken"),
        (picture_bytes, "picture.exe", "not_a_picture"),
        (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "drawing.svg", "not_a_picture"),
        (lambda: b"\0" * (10 * 1024 * 1024 + 1), "large.jpg", "too_large"),
    ],
)
def test_a_hostile_or_broken_picture_is_refused_and_nothing_is_stored(in_sunrise, content, name, code):
    with pytest.raises(PictureRefused) as refusal:
        asset_store(content=content(), name=name)
    assert refusal.value.code == code
    assert name in str(refusal.value)
    assert not Asset.objects.exists()


def test_the_bomb_is_refused_before_it_is_decoded(in_sunrise):
    import tracemalloc

    bomb = png_bomb(12_000, 14_000)
    assert len(bomb) < 100_000 < PIXELS_MAX
    tracemalloc.start()
    with pytest.raises(PictureRefused):
        asset_store(content=bomb, name="bomb.png")
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 10 10">%s</svg>'


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        "<foreignObject><p>x</p></foreignObject>",
        '<image href="http://evil.test/x.png"/>',
        '<use xlink:href="http://evil.test/x.svg#a"/>',
        '<rect onload="alert(1)"/>',
        '<rect fill="url(http://evil.test/#a)"/>',
        '<a href="javascript:alert(1)"><rect/></a>',
        "<style>@import url(http://evil.test/x.css)</style>",
    ],
)
def test_a_drawing_that_could_run_or_load_something_is_refused(db, inside):
    with pytest.raises(PictureRefused):
        svg_store(content=(SVG % inside).encode(), name="a.svg")
    assert svg_store(content=(SVG % '<rect id="a" fill="url(#b)"/><use href="#a"/>').encode(), name="a.svg").width == 10


def test_library_pictures_are_open_to_all_for_a_year(library_lesson, sunrise, site_client):
    lesson_publish(lesson=library_lesson, by=None)
    with tenant_context(sunrise):
        library_lesson_update(lesson_uuid=library_lesson.uuid)
    for site in (None, sunrise):
        for width in (None, 360):
            answer = site_client(site).get(asset_url(library_lesson.cover, width), secure=True)
            assert answer.status_code == 200
            assert answer["Content-Type"] == "image/jpeg"
            assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
            assert "Cookie" not in answer.get("Vary", "")
    assert site_client(sunrise).get(asset_url(library_lesson.cover, 1080), secure=True).status_code == 404


def test_a_factorys_own_picture_is_for_its_staff_only_and_for_no_other_factory(
    lakeside, own_lesson, sunrise, site_client
):
    from django.contrib.auth import get_user_model

    address = asset_url(own_lesson.cover)
    hr = get_user_model().objects.get()
    with schema_context("public"):
        assert site_client(sunrise).get(address, secure=True).status_code == 404
        assert site_client(lakeside).get(address, secure=True).status_code == 404
        assert site_client(None).get(address, secure=True).status_code == 404
    client = site_client(sunrise)
    with tenant_context(sunrise):
        client.force_login(hr)
    answer = client.get(address, secure=True)
    assert answer.status_code == 200
    assert answer["Cache-Control"].startswith("private")


def test_a_drawing_is_served_with_its_hands_tied(library_series, site_client):
    drawing = svg_store(content=(SVG % "<rect/>").encode(), name="a.svg")
    answer = site_client(None).get(asset_url(drawing), secure=True)
    assert answer["Content-Type"] == "image/svg+xml"
    assert answer["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_bound_worker_sees_the_factorys_own_picture(own_lesson, sunrise, li_na, site_client):
    from workers.models import Contact

    contact = Contact.objects.create(channel="wechat", address="openid-1", worker=li_na)
    client = site_client(sunrise).force_phone(contact)
    assert client.get(asset_url(own_lesson.cover), secure=True).status_code == 200


def test_pictures_lie_in_the_folder_of_their_side(library_series, own_lesson, sunrise, tmp_path):
    names = [str(path.relative_to(tmp_path / "media")) for path in (tmp_path / "media").rglob("*-360.jpg")]
    assert [name.split("/")[0] for name in names] == [sunrise.schema_name]
    with schema_context("public"):
        lesson_make(series=library_series)
    assert {path.name for path in (tmp_path / "media").iterdir()} == {sunrise.schema_name, "public"}
