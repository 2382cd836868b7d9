"""How somebody of CCR CSR gets from the public site into a factory, and what both sides write down of it."""

from urllib.parse import urlsplit

from django_tenants.utils import schema_context

from tenants.audit.models import AuditEntry

GRANTS, ACCESS = "/admin/tenants/supportgrant/", "/admin/support/"


def path_of(response) -> str:
    assert response.status_code == 302, response.content.decode()[:500]
    parts = urlsplit(response["Location"])
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def pass_for(client, grant, browser) -> str:
    """The address inside that the public site gives to the browser that knocked at the factory."""
    back = browser.get(path_of(client.post(f"{GRANTS}{grant.uuid}/enter/")))
    return path_of(client.get(path_of(back)))


def trail(schema: str, action: str = "") -> list[AuditEntry]:
    with schema_context(schema):
        entries = AuditEntry.objects.order_by("number")
        return list(entries.filter(action=action) if action else entries)
