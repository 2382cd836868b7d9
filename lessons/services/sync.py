"""What passes between the library and the factories: published versions, their withdrawal, and what a series is called.

One side is read in public, the other written in the factory, in that factory's transaction; no key crosses. A parcel is
plain data. Receiving is set-based, so that a new factory takes the whole library in a few statements.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, OuterRef, Subquery
from django_tenants.utils import get_public_schema_name, schema_context

from lessons.models import Asset, Lesson, LessonVersion, Origin, Series, Topic
from lessons.services.sides import factory_only, library_only
from tenants.models import Factory

RECEIVE_LOCK = 7_301_002  # with the schema's hash: one receipt at a time in a factory

LESSON_FIELDS = [
    "title",
    "summary",
    "audiences",
    "format",
    "language",
    "minutes",
    "pass_mark_percent",
    "source",
    "licence",
    "reviewer",
]
VERSION_FIELDS = [
    "number",
    "schema_number",
    "checksum",
    "title",
    "summary",
    "audiences",
    "format",
    "minutes",
    "pass_mark_percent",
    "document",
    "answer_key",
    "body_html",
    "published_at",
]
SERIES_FIELDS = ["title", "title_en", "summary", "privacy"]
ASSET_FIELDS = ["mime", "byte_count", "width", "height", "widths", "name"]


@library_only
def library_parcels(*, lesson_uuids: Iterable[UUID] | None = None) -> list[dict]:
    """Everything a factory needs of these lessons (of all when None) that were ever published, as plain data.

    {"series", "topic" or None, "lesson", "version", "assets"}: each a dict of column values, rows named by their UUID, slug
    or SHA-256. Four statements, whatever the number of lessons.
    """
    lessons = Lesson.objects.exclude(current_version=None).select_related("series", "topic", "current_version")
    if lesson_uuids is not None:
        lessons = lessons.filter(uuid__in=list(lesson_uuids))
    lessons = list(lessons.order_by("series__position", "position", "pk"))
    wanted = {sha for lesson in lessons for sha in lesson.current_version.document["assets"]}
    assets = {asset.sha256: asset for asset in Asset.objects.filter(sha256__in=wanted)}
    return [_parcel(lesson, assets) for lesson in lessons]


def _parcel(lesson: Lesson, assets: dict[str, Asset]) -> dict:
    version = lesson.current_version
    document = version.document
    frozen = {name: document[name] for name in LESSON_FIELDS}  # the rows may hold changes not yet published
    return {
        "series": _series_entry(lesson.series),
        "topic": lesson.topic
        and {"slug": lesson.topic.slug, "title": lesson.topic.title, "title_en": lesson.topic.title_en},
        "lesson": {"uuid": lesson.uuid, "state": lesson.state, "position": lesson.position, **frozen},
        "version": {name: getattr(version, name) for name in VERSION_FIELDS} | {"cover": document["cover"]},
        "assets": [
            {"sha256": sha, **{name: getattr(assets[sha], name) for name in ASSET_FIELDS}} for sha in document["assets"]
        ],
    }


def _series_entry(series: Series) -> dict:
    names = ["uuid", "slug", "position", *SERIES_FIELDS]
    return {name: getattr(series, name) for name in names}


@factory_only
def library_version_receive(*, parcel: dict) -> None:
    """Take one parcel into this factory. Receiving it again, or an older number, changes nothing."""
    library_versions_receive(parcels=[parcel])


@factory_only
@transaction.atomic
def library_lesson_update(*, lesson_uuid: UUID) -> None:
    """Bring this factory's copy of one library lesson to what the library says now."""
    _receive_lock()
    with schema_context(get_public_schema_name()):
        parcels = library_parcels(lesson_uuids=[lesson_uuid])
    library_versions_receive(parcels=parcels)


@factory_only
@transaction.atomic
def library_reconcile() -> int:
    """Bring this factory to what the library says now; the number of lessons that had to be brought.

    With nothing missed it costs four small reads: what both sides hold is compared by UUID, number and state.
    """
    _receive_lock()
    here = {
        uuid: (number, state)
        for uuid, number, state in Lesson.objects.filter(origin=Origin.LIBRARY).values_list(
            "uuid", "current_version__number", "state"
        )
    }
    with schema_context(get_public_schema_name()):
        there = list(
            Lesson.objects.exclude(current_version=None).values_list(
                "uuid", "current_version__number", "state", "series__uuid"
            )
        )
        series = [
            _series_entry(row) for row in Series.objects.filter(lessons__current_version__isnull=False).distinct()
        ]
    followed = _series_receive(series)
    missed = [
        uuid
        for uuid, number, state, series_uuid in there
        if here.get(uuid) != (number, state) and _wanted(followed[series_uuid], uuid in here, state)
    ]
    if missed:
        with schema_context(get_public_schema_name()):
            parcels = library_parcels(lesson_uuids=missed)
        library_versions_receive(parcels=parcels)
    return len(missed)


@factory_only
@transaction.atomic
def series_follow(*, series: Series, followed: bool) -> None:
    """Follow a library series, and at once take what was published meanwhile; or keep what there is and take no more."""
    Series.objects.filter(pk=series.pk, origin=Origin.LIBRARY).update(followed=followed)
    series.followed = followed
    if followed:
        library_reconcile()


@factory_only
@transaction.atomic
def library_versions_receive(*, parcels: Sequence[dict]) -> None:
    """Take parcels into this factory. Of series it does not follow only withdrawals of what it holds are taken.

    HR's own decisions about a lesson (hidden, pinned, order) are never touched.
    """
    if not parcels:
        return
    followed = _series_receive({parcel["series"]["uuid"]: parcel["series"] for parcel in parcels}.values())
    held = _held(parcels)
    parcels = [
        parcel
        for parcel in parcels
        if _wanted(followed[parcel["series"]["uuid"]], parcel["lesson"]["uuid"] in held, parcel["lesson"]["state"])
        and _is_news(parcel, held.get(parcel["lesson"]["uuid"]))
    ]
    if parcels:
        _assets_receive(parcels)
        _lessons_receive(parcels, held)


def _held(parcels: Sequence[dict]) -> dict[UUID, Lesson]:
    uuids = [parcel["lesson"]["uuid"] for parcel in parcels]
    rows = Lesson.objects.filter(origin=Origin.LIBRARY, uuid__in=uuids).annotate(number=F("current_version__number"))
    return {lesson.uuid: lesson for lesson in rows}


def _wanted(is_followed: bool, is_held: bool, state: str) -> bool:
    if is_held:
        return is_followed or state == Lesson.State.WITHDRAWN
    return is_followed and state == Lesson.State.PUBLISHED


def _is_news(parcel: dict, held: Lesson | None) -> bool:
    """False for an older number, and for the same number in the same state."""
    if held is None:
        return True
    return (parcel["version"]["number"], parcel["lesson"]["state"] != held.state) > (held.number or 0, False)


def _receive_lock() -> None:
    """Until the transaction ends: whoever receives last has also read the library last."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [RECEIVE_LOCK, connection.schema_name])


def _series_receive(entries: Iterable[dict]) -> dict[UUID, bool]:
    """Make or rename this factory's copies of library series. Returns series UUID -> followed."""
    here = {series.uuid: series for series in Series.objects.filter(origin=Origin.LIBRARY)}
    slugs = set(Series.objects.values_list("slug", flat=True))
    fresh, changed = [], []
    for entry in entries:
        series = here.get(entry["uuid"])
        if series is None:
            slug = entry["slug"] if entry["slug"] not in slugs else f"{entry['slug'][:41]}-{entry['uuid'].hex[:8]}"
            fresh.append(Series(**entry | {"slug": slug}, origin=Origin.LIBRARY))
        elif any(getattr(series, name) != entry[name] for name in SERIES_FIELDS):
            for name in SERIES_FIELDS:
                setattr(series, name, entry[name])
            changed.append(series)
    if changed:
        Series.objects.bulk_update(changed, SERIES_FIELDS)
    if fresh:
        follows_all = _follows_all()
        for series in fresh:
            series.followed = follows_all
        Series.objects.bulk_create(fresh)
    return {series.uuid: series.followed for series in [*here.values(), *fresh]}


def _follows_all() -> bool:
    schema = connection.schema_name
    with schema_context(get_public_schema_name()):
        policy = Factory.objects.values_list("follow_policy", flat=True).get(schema_name=schema)
    return policy == Factory.FollowPolicy.ALL


def _assets_receive(parcels: Sequence[dict]) -> None:
    """The files stay in the library's storage; the same picture uploaded here before is from now on the library's."""
    entries = {entry["sha256"]: entry for parcel in parcels for entry in parcel["assets"]}
    Asset.objects.bulk_create(
        [Asset(**entry, origin=Origin.LIBRARY) for entry in entries.values()],
        update_conflicts=True,
        unique_fields=["sha256"],
        update_fields=[*(name for name in ASSET_FIELDS if name != "name"), "origin"],
    )


def _lessons_receive(parcels: Sequence[dict], held: dict[UUID, Lesson]) -> None:
    topics = _topics_receive(parcels)
    series = {row.uuid: row for row in Series.objects.filter(origin=Origin.LIBRARY)}
    covers = _covers(parcels)
    lessons = []
    for parcel in parcels:
        entry = parcel["lesson"]
        lesson = held.get(entry["uuid"]) or Lesson(
            uuid=entry["uuid"], position=entry["position"], origin=Origin.LIBRARY
        )
        for name in LESSON_FIELDS:
            setattr(lesson, name, entry[name])
        lesson.series = series[parcel["series"]["uuid"]]
        lesson.topic = parcel["topic"] and topics[parcel["topic"]["slug"]]
        lesson.cover = covers.get(parcel["version"]["cover"])
        lesson.state = entry["state"]
        lesson.published_at = parcel["version"]["published_at"]
        lessons.append(lesson)
    known = [lesson for lesson in lessons if lesson.pk]
    Lesson.objects.bulk_create([lesson for lesson in lessons if not lesson.pk])
    Lesson.objects.bulk_update(known, [*LESSON_FIELDS, "series", "topic", "cover", "state", "published_at"])
    LessonVersion.objects.bulk_create(
        [
            LessonVersion(**parcel["version"] | {"cover": covers.get(parcel["version"]["cover"])}, lesson=lesson)
            for parcel, lesson in zip(parcels, lessons, strict=True)
        ],
        ignore_conflicts=True,  # a version already here stays the row it is
    )
    newest = LessonVersion.objects.filter(lesson=OuterRef("pk")).order_by("-number").values("pk")[:1]
    Lesson.objects.filter(pk__in=[lesson.pk for lesson in lessons]).update(current_version=Subquery(newest))


def _covers(parcels: Sequence[dict]) -> dict[str, Asset]:
    wanted = {parcel["version"]["cover"] for parcel in parcels if parcel["version"]["cover"]}
    return {asset.sha256: asset for asset in Asset.objects.filter(sha256__in=wanted)}


def _topics_receive(parcels: Sequence[dict]) -> dict[str, Topic]:
    """Topics that are missing here are made; those that are here keep the name HR gave them."""
    entries = {parcel["topic"]["slug"]: parcel["topic"] for parcel in parcels if parcel["topic"]}
    Topic.objects.bulk_create([Topic(**entry) for entry in entries.values()], ignore_conflicts=True)
    return {topic.slug: topic for topic in Topic.objects.filter(slug__in=entries)}
