from lessons.services.assets import PictureRefused, asset_store, asset_url, svg_store
from lessons.services.publishing import (
    LessonIncomplete,
    NotOurs,
    PrivacyPromised,
    lesson_publish,
    lesson_withdraw,
    problems_of,
    series_save,
)
from lessons.services.sides import WrongSide
from lessons.services.sync import (
    library_lesson_update,
    library_parcels,
    library_reconcile,
    library_version_receive,
    series_follow,
)

__all__ = [
    "LessonIncomplete",
    "NotOurs",
    "PictureRefused",
    "PrivacyPromised",
    "WrongSide",
    "asset_store",
    "asset_url",
    "lesson_publish",
    "lesson_withdraw",
    "library_lesson_update",
    "library_parcels",
    "library_reconcile",
    "library_version_receive",
    "problems_of",
    "series_follow",
    "series_save",
    "svg_store",
]
