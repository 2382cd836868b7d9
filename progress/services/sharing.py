"""Share links: a library lesson for people who do not follow the account yet."""

from django.utils.translation import gettext as _

from lessons.models import Lesson, Origin
from progress.models import ShareLink
from tenants.errors import DomainError


class NotShareable(DomainError):
    """The factory's own lessons are for its own people."""

    code = "not_shareable"


def share_link_create(*, lesson: Lesson, contact_id: int | None) -> ShareLink:
    """The link of this lesson and sharer, always the same one. Of a private series it does not say who shares.

    Raises NotShareable for a lesson of the factory's own.
    """
    if lesson.origin != Origin.LIBRARY:
        raise NotShareable(_("This lesson is only for the people here. It cannot be shared outside."))
    sharer = None if lesson.series.is_private else contact_id
    link, _created = ShareLink.objects.get_or_create(lesson=lesson, contact_id=sharer)
    return link
