"""A column that is encrypted at rest."""

from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _

from tenants.errors import DomainError


class SecretUnreadable(DomainError):
    """A stored secret was encrypted with a key that FIELD_KEY no longer holds."""

    code = "secret_unreadable"


@lru_cache(maxsize=4)
def _cipher(field_key: str) -> MultiFernet:
    return MultiFernet([Fernet(key.strip()) for key in field_key.split(",")])


class EncryptedTextField(models.TextField):
    """Text that the database, its backups and `dumpdata` hold encrypted (Fernet), and Python as it is.

    FIELD_KEY may name several keys, separated by commas: the first encrypts, each decrypts, so that a key can be changed.
    Two equal texts look different in the column: it cannot be searched. An empty text stays empty.
    """

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return _cipher(settings.FIELD_KEY).encrypt(value.encode()).decode() if value else value

    def from_db_value(self, value, expression, connection):
        if not value:
            return value
        try:
            return _cipher(settings.FIELD_KEY).decrypt(value.encode()).decode()
        except InvalidToken:
            pass
        raise SecretUnreadable(
            _("A stored secret cannot be read: the key of this server (FIELD_KEY) is not the one it was written with.")
        )

    def value_to_string(self, obj):
        return self.get_prep_value(self.value_from_object(obj))
