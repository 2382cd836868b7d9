"""Entries of the audit trail in words."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from tenants.audit.actors import PROGRAM_PREFIX, SUPPORT_PREFIX, SYSTEM, UNKNOWN, WORKER_ACTOR
from tenants.audit.mixins import WORKER
from tenants.audit.models import AuditEntry
from tenants.audit.names import model_of, rows_named
from tenants.audit.sentences import FACTS, sentence
from tenants.enrolment import by_enrolment
from tenants.roles import role_title
from tenants.sites import site_of
from tenants.words import listed

NAMES = 3


@dataclass(frozen=True, slots=True)
class Told:
    """subjects: (name, address) of the first few employees. href: the page of the row it is about. facts: what each is called
    and what it is."""

    who: str
    sentence: str
    href: str
    subjects: tuple[tuple[str, str], ...]
    facts: tuple[tuple[str, str], ...]


def entries_tell(request: HttpRequest, entries: list[AuditEntry], *, names: int = NAMES) -> list[AuditEntry]:
    """Give each entry `told`. A statement or two and one for every kind of row, however many entries.

    entries: with `first_subjects`, some of their `subject_ids`: an export may have a hundred thousand.
    """
    people = {(WORKER, str(pk)) for entry in entries for pk in entry.first_subjects[:names]}
    rows = {(entry.object_kind, entry.object_id) for entry in entries if entry.object_id}
    named = rows_named(request, people | rows)
    actors = User.objects.filter(username__in={entry.actor for entry in entries})
    full_names = dict(actors.values_list("username", "first_name"))
    for entry in entries:
        row = named.get((entry.object_kind, entry.object_id))
        subjects = (named.get((WORKER, str(pk))) for pk in entry.first_subjects[:names])
        facts = _facts(request, entry, row[0] if row else f"#{entry.object_id}")
        entry.told = Told(
            who=_who(entry, full_names),
            sentence=sentence(entry.action, facts),
            href=row[1] if row else "",
            subjects=tuple(filter(None, subjects)),
            facts=tuple(_lines({name: facts.get(name, value) for name, value in entry.detail.items()})),
        )
    return entries


def _who(entry: AuditEntry, full_names: dict[str, str]) -> str:
    if entry.actor == SYSTEM:
        return _("automatic task")
    if entry.actor == WORKER_ACTOR:
        return str(by_enrolment(_("the employee"), _("the learner")))
    if entry.actor == UNKNOWN:
        return _("somebody without an account here")
    if entry.actor.startswith(PROGRAM_PREFIX):
        return _("program “%(name)s”") % {"name": entry.actor.removeprefix(PROGRAM_PREFIX)}
    name = full_names.get(entry.actor, "")
    if not name or entry.actor.startswith(SUPPORT_PREFIX):
        return name or entry.actor
    return f"{name} ({entry.actor})"


def _facts(request: HttpRequest, entry: AuditEntry, which: str) -> dict:
    facts = {name: value for name, value in entry.detail.items() if not isinstance(value, dict)}
    model = model_of(entry.object_kind or str(facts.get("list", "")))
    kind = entry.object_kind or _("data")
    facts |= {"thing": model._meta.verbose_name if model else kind, "which": which}
    facts["things"] = model._meta.verbose_name_plural if model else kind
    facts["fields"] = [_field_name(request, model, name) for name in facts.get("fields", [])]
    for name in facts.keys() & {"roles", "given", "taken"}:
        facts[name] = [role_title(key) for key in facts[name]]
    if "role" in facts:
        facts["role"] = role_title(facts["role"])
    return facts


def _lines(facts: dict) -> Iterator[tuple[str, str]]:
    """Without those that say nothing."""
    for name, value in facts.items():
        if isinstance(value, dict):
            value = [f"{key} = {each}" for key, each in value.items()]
        if isinstance(value, bool):
            value = _("yes") if value else _("no")
        if value not in (None, "", []):
            yield str(FACTS.get(name, name)), listed(value) if isinstance(value, list) else str(value)


def _field_name(request: HttpRequest, model: type[Model] | None, name: str) -> str:
    """As its form calls it; a part of the page ("workers.contact") as the page calls it, or such rows."""
    site = site_of(request)
    admin = site.get_model_admin(model) if model and site.is_registered(model) else None
    if "." in name:
        inlines = {inline.model._meta.label_lower: inline for inline in getattr(admin, "inlines", ())}
        part = getattr(inlines.get(name), "verbose_name_plural", None)
        rows = model_of(name)
        return str(part or (rows._meta.verbose_name_plural if rows else name))
    try:
        return str(model._meta.get_field(name).verbose_name) if model else name
    except FieldDoesNotExist:
        field = admin.form.base_fields.get(name) if admin else None
        return str(field.label) if field is not None and field.label else capfirst(name.replace("_", " "))
