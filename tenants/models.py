from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_tenants.models import DomainMixin, TenantMixin

TEMPLATE_SCHEMA = "template_factory"
SLUG_PATTERN = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*\Z"


class TimestampedModel(models.Model):
    created_at = models.DateTimeField(_("created"), auto_now_add=True, editable=False)
    updated_at = models.DateTimeField(_("changed"), auto_now=True, editable=False)

    class Meta:
        abstract = True


class FactoryQuerySet(models.QuerySet):
    def living(self):
        return self.filter(status=Factory.Status.ACTIVE)


class Factory(TenantMixin, TimestampedModel):
    """One tenant: a factory, or CCR CSR's own open account. Lives in public; everything of its own is in its schema."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("active")
        SUSPENDED = "suspended", _("suspended")

    class FollowPolicy(models.TextChoices):
        ALL = "all", _("every series of the library, new ones too")
        CHOSEN = "chosen", _("only the series it has chosen")

    class Enrolment(models.TextChoices):
        ROSTER = "roster", _("people on the roster bind with employee number and name")
        OPEN = "open", _("anybody may join")

    auto_create_schema = False  # the factory_create service makes it, in one transaction with everything else
    auto_drop_schema = False

    slug = models.CharField(
        _("short name"),
        max_length=30,
        unique=True,
        validators=[RegexValidator(SLUG_PATTERN, _("Use small letters, digits and single hyphens, a letter first."))],
        help_text=_("Part of the factory's address. It cannot be changed later."),
    )
    name = models.CharField(_("name"), max_length=80)
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    time_zone = models.CharField(_("time zone"), max_length=40, default="Asia/Shanghai")
    sector = models.CharField(_("sector"), max_length=40, blank=True)
    region = models.CharField(_("region"), max_length=40, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.ACTIVE)
    follow_policy = models.CharField(
        _("library"), max_length=10, choices=FollowPolicy.choices, default=FollowPolicy.ALL
    )
    enrolment = models.CharField(_("enrolment"), max_length=10, choices=Enrolment.choices, default=Enrolment.ROSTER)

    objects = FactoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("factory")
        verbose_name_plural = _("factories")
        ordering = ["slug"]

    def __str__(self):
        return self.name

    @property
    def is_open(self) -> bool:
        """Anybody may join; there are no employee numbers to bind."""
        return self.enrolment == self.Enrolment.OPEN

    @property
    def is_living(self) -> bool:
        return self.status == self.Status.ACTIVE


class Domain(DomainMixin):
    """A host name that leads to a factory. The port is no part of it."""

    class Kind(models.TextChoices):
        WEB = "web", _("pages")
        VOICE = "voice", _("voice")

    kind = models.CharField(_("kind"), max_length=5, choices=Kind.choices, default=Kind.WEB)

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")


class SchemaTemplate(models.Model):
    """The dump of the migrated template schema that new factories are replayed from; one row, made anew by a migration.

    `migrations_checksum` names the migrations the dump holds: a factory is created only from a template that is at the
    newest ones, so nothing has to be faked.
    """

    migrations_checksum = models.CharField(max_length=64)
    pre_sql = models.TextField()
    post_sql = models.TextField()
    filled_tables = models.JSONField(default=list)
    built_at = models.DateTimeField(auto_now=True)

    def __str__(self):
        return f"template {self.migrations_checksum[:8]}"
