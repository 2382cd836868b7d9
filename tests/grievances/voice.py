"""A phone's browser on a voice host, as far as Django is concerned."""

import json
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client

from grievances import protocol
from grievances.services.intake import NewCase


class VoiceClient(Client):
    """Over https, on `voice-<slug>.<base>`; afterwards the test is in the schema it was in before."""

    def __init__(self, slug: str):
        super().__init__(headers={"host": f"voice-{slug}.{settings.BASE_DOMAIN}"})

    def request(self, **request):
        tenant = connection.tenant
        try:
            return super().request(**{**request, "wsgi.url_scheme": "https"})
        finally:
            connection.set_tenant(tenant)

    def post_json(self, path: str, body: dict[str, Any]):
        return self.post(path, json.dumps(body), content_type="application/json")


def case_json(new: NewCase) -> dict[str, Any]:
    """A new case as the browser sends it."""
    keys = ["public_key", "worker_sign_key", "worker_box_key", "worker_wrap", "lookup_digest"]
    return {
        **{name: protocol.to_base64(getattr(new, name)) for name in keys},
        **{name: getattr(new, name) for name in ["id", "salt_version", "category"]},
        **{name: getattr(new, name) for name in ["agreed_escalation", "agreed_publication"]},
        "to": sorted(new.to),
        "wraps": [
            {
                "officer": str(wrap.officer),
                "epoch": wrap.epoch,
                "sealed": protocol.to_base64(wrap.sealed),
                "held": wrap.is_held,
            }
            for wrap in new.wraps
        ],
        "message": message_json(new.message),
        "work": None,
    }


def message_json(message) -> dict[str, Any]:
    return {
        "id": str(message.id),
        "number": message.number,
        "epoch": message.epoch,
        "kind": message.kind,
        "sealed": protocol.to_base64(message.sealed),
        "attachments": [str(each) for each in message.attachments],
    }
