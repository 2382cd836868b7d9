"""A factory's beginning: everything or nothing."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _
from django_tenants.signals import post_schema_sync
from django_tenants.utils import schema_context, schema_exists, tenant_context

from tenants.errors import DomainError
from tenants.models import SLUG_PATTERN, Domain, Factory
from tenants.roles import OWNER, roles_ensure
from tenants.services.migrations import newest_checksum
from tenants.services.template import schema_replay
from tenants.staff.names import sign_in_name_check
from tenants.staff.services.invitations import colleague_invite
from tenants.words import sentences

RESERVED_SLUGS = frozenset(
    [
        "admin",
        "api",
        "app",
        "assets",
        "cdn",
        "ccrcsr",
        "demo",
        "extensions",
        "ftp",
        "help",
        "information-schema",
        "localhost",
        "mail",
        "media",
        "monitor",
        "mx",
        "ns",
        "phone",
        "public",
        "root",
        "simulator",
        "smtp",
        "static",
        "status",
        "support",
        "template",
        "template-factory",
        "test",
        "voice",
        "wechat",
        "www",
    ]
)


class FactoryRefused(DomainError):
    code = "factory_refused"


def schema_name_of(slug: str) -> str:
    return "f_" + slug.replace("-", "_")


def voice_host_of(slug: str) -> str:
    """The host of a factory's voice pages: one label below the base domain, so that a wildcard certificate covers it."""
    return f"voice-{slug}.{settings.BASE_DOMAIN}"


@transaction.atomic
def factory_create(
    *,
    slug: str,
    name: str,
    admin_username: str = "",
    admin_password: str = "",
    admin_name: str = "",
    admin_email: str = "",
    domain: str = "",
    **fields,
) -> Factory:
    """Make a factory: schema, addresses, default roles, first owner, and the library it follows.

    The first owner is invited by name: the result then has `invitation` and, nowhere else, `invitation_secret`. A program
    gives sign-in name and password instead. domain: host name without a port; `<slug>.<BASE_DOMAIN>` when empty. fields:
    further columns of Factory.
    One transaction, DDL included: whatever fails, nothing of it stays. Raises FactoryRefused (reserved or taken slug or
    address, weak password, template not built).
    """
    host = (domain or f"{slug}.{settings.BASE_DOMAIN}").lower()
    _refuse_unless_free(slug, host)
    if admin_password:
        with _refusing("weak_password"):
            validate_password(admin_password)
    with schema_context("public"):
        factory = Factory(slug=slug, schema_name=schema_name_of(slug), name=name, **fields)
        _factory_add(factory, host)
    with tenant_context(factory):
        roles_ensure()
        owner = Group.objects.get(name=OWNER)
        if admin_password:
            with _refusing("bad_username"):
                username = sign_in_name_check(admin_username)
            user = get_user_model().objects.create_user(username, password=admin_password, is_staff=True)
            user.groups.add(owner)
        else:
            factory.invitation, factory.invitation_secret = colleague_invite(
                by=None, name=admin_name, roles=[owner], email=admin_email
            )
        post_schema_sync.send(sender=Factory, tenant=factory)
    return factory


def _factory_add(factory: Factory, host: str) -> None:
    """Its row, addresses and schema."""
    with _refusing(FactoryRefused.code):
        factory.full_clean()
    factory.save()
    Domain.objects.create(tenant=factory, domain=host)
    voice = voice_host_of(factory.slug)
    Domain.objects.create(tenant=factory, domain=voice, kind=Domain.Kind.VOICE, is_primary=False)
    schema_replay(schema=factory.schema_name, migrations_checksum=newest_checksum())


@contextmanager
def _refusing(code: str) -> Iterator[None]:
    """What is found wrong within is a refusal with this code."""
    try:
        yield
    except ValidationError as error:
        raise FactoryRefused(sentences(*error.messages), code=code) from error


def _refuse_unless_free(slug: str, host: str) -> None:
    if not re.match(SLUG_PATTERN, slug) or not 2 <= len(slug) <= 30:
        raise FactoryRefused(
            _("The short name takes 2 to 30 small letters, digits and single hyphens, a letter first."), code="bad_slug"
        )
    if slug in RESERVED_SLUGS or slug.startswith(("voice-", "pg-")):
        raise FactoryRefused(_("This short name is reserved. Choose another one."), code="reserved_slug")
    with schema_context("public"):
        taken = Factory.objects.filter(slug=slug).exists() or schema_exists(schema_name_of(slug))
        if taken:
            raise FactoryRefused(_("This short name is taken. Choose another one."), code="taken_slug")
        hosts = [host, voice_host_of(slug)]
        if host in settings.PUBLIC_HOSTS or Domain.objects.filter(domain__in=hosts).exists():
            raise FactoryRefused(_("This address is taken. Choose another one."), code="taken_domain")


@transaction.atomic
def factory_erase(*, factory: Factory) -> None:
    """Remove a factory with its schema and addresses for good. Files are left to the storage's own retention."""
    with schema_context("public"):
        with connection.cursor() as cursor:
            cursor.execute(f'DROP SCHEMA IF EXISTS "{factory.schema_name}" CASCADE')
        factory.delete()
