"""A row of any model, its columns filled by their kind: enough for a list to have something to show."""

import uuid
from datetime import date, time, timedelta
from itertools import count

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

_numbers = count(7001)
# What a column needs that its kind does not tell.
GIVEN = {
    "workers.Department.path": lambda row: "",
    "workers.BindingPolicy.id": lambda row: 1,
    "workers.Shift.cycle": lambda row: ["day"],
    "auth.User.is_staff": lambda row: True,
    "grievances.BoardEntry.state": lambda row: "published",
    "lessons.Series.privacy": lambda row: "tracked",
    "lessons.LessonVersion.checksum": lambda row: "0" * 64,
    "tenants.Factory.schema_name": lambda row: f"f_{row}",
    "tenants.SupportGrant.expires_at": lambda row: timezone.now() + timedelta(hours=1),
    "tenants.Factory.slug": lambda row: f"f{row}",
    "wechat.Account.is_active": lambda row: False,
    "workers.PrivacyRequest.reason": lambda row: "",
    "workers.PrivacyRequest.words": lambda row: "",
    "grievances.FactoryFigures.silence": lambda row: "",
    "progress.LessonProgress.opened_at": lambda row: timezone.now(),
    "progress.LessonProgress.was_private": lambda row: False,
    "progress.QuizAttempt.was_private": lambda row: False,
    "progress.QuizAttempt.pass_mark_percent": lambda row: 60,
    "progress.QuizAttempt.score_percent": lambda row: 80,
}


def row_make(model: type[models.Model], **values) -> models.Model:
    """Saved without the model's own save(). Keys lead to further rows of the same kind."""
    number = next(_numbers)
    for field in model._meta.concrete_fields:
        name = f"{model._meta.app_label}.{model.__name__}.{field.name}"
        if field.name in values:
            continue
        if name in GIVEN:
            values[field.name] = GIVEN[name](number)
        elif field.auto_created:
            continue
        elif isinstance(field, models.ForeignKey):
            if field.related_model is not model and not (field.null and field.related_model._meta.label == "auth.User"):
                values[field.name] = row_make(field.related_model) if not field.null else None
        elif not field.has_default() or isinstance(field, models.CharField) and not field.choices and not field.default:
            values[field.name] = _value(field, number)
    return model.objects.bulk_create([model(**values)])[0]


def _value(field: models.Field, number: int):
    if field.null:
        return None
    match field:
        case models.Field(choices=choices) if choices:
            return field.flatchoices[0][0]
        case models.UUIDField():
            return uuid.uuid4()
        case models.DateTimeField():
            return timezone.now()
        case models.DateField():
            return date(2026, 3, 9)
        case models.TimeField():
            return time(8)
        case models.BooleanField():
            return False
        case models.JSONField():
            return {}
        case ArrayField():
            return [_value(field.base_field, number)]
        case models.BinaryField():
            return b""
        case models.CharField() | models.TextField():
            return f"={number}"[: field.max_length or 40]
        case _:
            return number
