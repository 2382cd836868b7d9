"""The editor of lessons, the same on both admin sites; in a factory, what came from the library is there to look at."""

from lessons.admin.catalogue import SeriesAdmin, TopicAdmin
from lessons.admin.editor import LessonAdmin

__all__ = ["LessonAdmin", "SeriesAdmin", "TopicAdmin"]
