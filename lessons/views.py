from django.core.files.storage import default_storage
from django.db import connection
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe
from django_tenants.utils import get_public_schema_name, schema_context

from lessons.assets import MIMES, asset_path
from lessons.models import Asset, Origin
from lessons.services.sides import in_library

YEAR = 365 * 24 * 60 * 60
# A drawing opened by itself may run nothing and load nothing.
SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@require_safe
def asset(request: HttpRequest, sha256: str, extension: str, width: int | None = None) -> HttpResponse:
    """A picture. The library's are open to all, a factory's own to its bound workers and its staff."""
    row = get_object_or_404(Asset, sha256=sha256, mime=MIMES.get(extension))
    if width and width not in row.widths:
        raise Http404
    is_open = row.origin == Origin.LIBRARY or in_library()
    if not (is_open or _may_see_own(request)):
        raise Http404
    lies_in = get_public_schema_name() if is_open else connection.schema_name
    with schema_context(lies_in):
        try:
            file = default_storage.open(asset_path(sha256, extension, width))
        except FileNotFoundError as error:
            raise Http404 from error
    response = FileResponse(file, content_type=row.mime)
    response["Cache-Control"] = f"{'public' if is_open else 'private'}, max-age={YEAR}, immutable"
    if extension == "svg":
        response["Content-Security-Policy"] = SVG_POLICY
    return response


def _may_see_own(request: HttpRequest) -> bool:
    """`request.visitor` is set by the room that knows workers."""
    visitor = getattr(request, "visitor", None)
    return bool(visitor is not None and visitor.is_bound) or request.user.is_staff
