"""What people edit keeps its earlier versions (django-simple-history), in the schema it was edited in."""

from django.db import models
from simple_history.models import HistoricalRecords


def history_of(*, without: tuple[str, ...] = ()) -> HistoricalRecords:
    """A model's `history`. Who edited is a plain id: a key to a user would make Django's collector, deleting a user in
    public, look for tables that only factories have. `without`: columns of no meaning to a reader."""
    return HistoricalRecords(
        excluded_fields=list(without),
        history_user_id_field=models.BigIntegerField(null=True),
        history_user_getter=_user_of,
        history_user_setter=_user_set,
    )


def _user_of(record, **kwargs):
    from django.contrib.auth import get_user_model

    return get_user_model().objects.filter(pk=record.history_user_id).first()


def _user_set(record, user, **kwargs) -> None:
    record.history_user_id = user.pk if user is not None else None
