"""A copy of all that is kept of a worker: readable, and as data. Made from what the rooms hand out."""

import io
import json
import zipfile
from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants.audit.services import audit_record
from workers.models import Worker
from workers.privacy.register import Part, parts_of


def worker_copy(*, worker: Worker, is_own: bool) -> dict[str, Any]:
    """What both forms are made of: who, when, and the tables. Reads only; whoever hands it out writes the audit trail."""
    return {
        "factory": connection.tenant.name,
        "worker": worker,
        "made_at": timezone.now(),
        "is_own": is_own,
        "parts": parts_of(worker, is_own=is_own),
    }


@transaction.atomic
def copy_hand_out(*, worker: Worker, by: User) -> bytes:
    """The file that HR hands to the employee, and its entry in the audit trail. Nothing that only the employee may see."""
    content = copy_zip(worker_copy(worker=worker, is_own=False))
    audit_record(by=by, action="worker_copied", about=worker, subjects=[worker.pk])
    return content


def copy_html(copy: dict[str, Any]) -> str:
    """One page that needs nothing else: to be read on a phone, or printed."""
    return render_to_string("workers/privacy_copy.html", copy)


def copy_json(copy: dict[str, Any]) -> str:
    document = {
        "factory": copy["factory"],
        "made_at": copy["made_at"].isoformat(),
        "parts": [_part_json(part) for part in copy["parts"]],
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


def copy_zip(copy: dict[str, Any]) -> bytes:
    """Both forms in one file, named in the language of whoever asks."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_("personal-data.html"), copy_html(copy))
        archive.writestr(_("personal-data.json"), copy_json(copy))
    return file.getvalue()


def shown(value: Any) -> str:
    """As a person reads it: local time to the minute, a dash for what is not there."""
    match value:
        case None | "":
            return "–"
        case bool():
            return _("yes") if value else _("no")
        case datetime():
            return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
        case date():
            return value.isoformat()
    return str(value)


def _part_json(part: Part) -> dict[str, Any]:
    columns = [str(column) for column in part.columns]
    return {
        "title": str(part.title),
        "note": str(part.note),
        "rows": [dict(zip(columns, map(shown, row), strict=True)) for row in part.rows],
    }
