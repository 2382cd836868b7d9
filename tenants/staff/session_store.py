"""Sessions of both admin sites. The database holds a hash of what the browser's cookie says, so a stolen backup opens nobody's
session; whatever is kept or compared elsewhere is that hash, `row_key`."""

from hashlib import sha256

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import SessionBase
from django.utils import timezone

ROW_KEY_LENGTH = 40  # as wide as Django's column: 160 bits


def row_key_of(cookie: str | None) -> str | None:
    return sha256(cookie.encode()).hexdigest()[:ROW_KEY_LENGTH] if cookie else None


class SessionStore(db.SessionStore):
    # Django's asynchronous ways to the rows would pass by what is below; these go through it.
    aload, aexists, acreate, asave, adelete = (
        SessionBase.aload,
        SessionBase.aexists,
        SessionBase.acreate,
        SessionBase.asave,
        SessionBase.adelete,
    )

    @property
    def row_key(self) -> str | None:
        return row_key_of(self.session_key)

    def _get_session_from_db(self):
        row = self.model.objects.filter(session_key=self.row_key, expire_date__gt=timezone.now()).first()
        if row is None:
            self._session_key = None
        return row

    def exists(self, session_key):
        return super().exists(row_key_of(session_key))

    def create_model_instance(self, data):
        row = super().create_model_instance(data)
        row.session_key = row_key_of(row.session_key)
        return row

    def delete(self, session_key=None):
        if key := session_key or self.session_key:
            super().delete(row_key_of(key))
