"""Whether a channel takes cases, and by which rules."""

import secrets

from django.conf import settings
from django.db import connection
from django_tenants.utils import get_public_schema_name

from grievances.models import Channel, Officer, ReceiptSalt


def channel_get() -> Channel:
    """The settings of this place's channel; the defaults, unsaved, while nobody has enrolled."""
    return Channel.objects.first() or Channel()


def channel_ensure() -> Channel:
    """Make the channel's settings and its first receipt salt where they are missing. Called within a transaction."""
    channel = Channel.objects.select_for_update().first() or Channel.objects.create()
    if not ReceiptSalt.objects.exists():
        receipt_salt_add()
    return channel


def receipt_salt_add() -> ReceiptSalt:
    """A new version; receipts given out before go on working with theirs."""
    newest = ReceiptSalt.objects.first()
    return ReceiptSalt.objects.create(version=newest.version + 1 if newest else 1, salt=secrets.token_bytes(16))


def channel_is_open() -> bool:
    """Enough officers of this place hold keys: with one alone, a forgotten passphrase would lose every case."""
    return Officer.objects.active().own().count() >= settings.VAULT_LEAST_OFFICERS


def ombudsman_is_open() -> bool:
    """The same for CCR CSR's ombudsmen, seen from a factory or from public."""
    if connection.schema_name == get_public_schema_name():
        return channel_is_open()
    return Officer.objects.active().ombudsmen().count() >= settings.VAULT_LEAST_OFFICERS
