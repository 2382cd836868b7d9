"""Excel files as answers."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from tenants.sheets import CONTENT_TYPE


def sheet_download(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": content_disposition_header(as_attachment=True, filename=name)}
    return HttpResponse(content, content_type=CONTENT_TYPE, headers=headers)
