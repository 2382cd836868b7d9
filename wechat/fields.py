"""Where the migrations of this room look for it."""

from tenants.fields import EncryptedTextField

__all__ = ["EncryptedTextField"]
