"""Pages that answer a post with something shown once: to load such a page again posts the same form again."""

from hashlib import sha256

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

REMEMBERED_SECONDS = 24 * 60 * 60
MADE_BEFORE = _("It was made already, and it is shown only once. Do you not have it any more? Then make it anew here.")


def posted_before(request: HttpRequest) -> bool:
    """Whether this very form was posted already; asked once a post, right before something is made.

    Django masks its token anew in every form that it renders, so the token tells one form from the next.
    """
    token = request.POST.get("csrfmiddlewaretoken", "")
    key = f"posted:{sha256(token.encode()).hexdigest()}"
    return bool(token) and not cache.add(key, True, REMEMBERED_SECONDS)


def made_before(request: HttpRequest) -> bool:
    """The same, and the person is told."""
    if is_again := posted_before(request):
        messages.warning(request, MADE_BEFORE)
    return is_again
