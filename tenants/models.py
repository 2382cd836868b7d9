import uuid
from datetime import timedelta

from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django_tenants.models import DomainMixin, TenantMixin

TEMPLATE_SCHEMA = "template_factory"
SLUG_PATTERN = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*\Z"


class TimestampedModel(models.Model):
    created_at = models.DateTimeField(_("created"), auto_now_add=True, editable=False)
    updated_at = models.DateTimeField(_("changed"), auto_now=True, editable=False)

    class Meta:
        abstract = True


class FactoryGroup(TimestampedModel):
    """Factories of one owner: a worker who changes from one to another may take along what they have learned."""

    name = models.CharField(_("name"), max_length=80, unique=True)

    class Meta:
        verbose_name = _("group of factories")
        verbose_name_plural = _("groups of factories")
        ordering = ["name"]

    def __str__(self):
        return self.name


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

    guests: tuple = ()  # of CCR CSR's support, told with the address of a request (tenants.support.guests)
    auto_create_schema = False  # the factory_create service makes it, in one transaction with everything else
    auto_drop_schema = False

    group = models.ForeignKey(
        FactoryGroup,
        on_delete=models.PROTECT,
        related_name="factories",
        null=True,
        blank=True,
        verbose_name=pgettext_lazy("of factories", "group"),
        help_text=_("Workers may take along what they have learned when they change within it."),
    )
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
    def hr(self) -> str:
        """Who answers for people's data, as workers call them: HR; where nobody is employed, CCR CSR, that runs it."""
        return pgettext("who runs an open account", "CCR CSR") if self.is_open else gettext("HR")

    @property
    def house(self) -> str:
        """Of whom workers are told what they see and do not see: the factory, or the same CCR CSR. Fit for mid-sentence."""
        return self.hr if self.is_open else gettext("the factory")

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


class SupportGrantQuerySet(models.QuerySet):
    def open(self):
        return self.filter(ended_at=None, expires_at__gt=Now(), factory__status=Factory.Status.ACTIVE)


class SupportGrant(TimestampedModel):
    """A factory lets CCR CSR staff in, in one role, for hours. Its home is public: both sides read it, the factory writes it.

    used_by: whoever enters first; from then on nobody else does. pass_hash: of the one-time address that takes `pass_for` and
    their browser from the public site into the factory, good until pass_expires_at. Names of people are copied: no key
    leads from public into a factory.
    """

    factory = models.ForeignKey(
        Factory, on_delete=models.CASCADE, related_name="support_grants", verbose_name=_("factory")
    )
    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    role = models.CharField(_("role"), max_length=40)
    reason = models.CharField(_("what for"), max_length=200)
    granted_by = models.CharField(_("granted by"), max_length=150)
    expires_at = models.DateTimeField(_("ends at"))
    ended_at = models.DateTimeField(_("ended at"), null=True)
    used_by = models.CharField(_("entered by"), max_length=150, blank=True)
    entered_at = models.DateTimeField(_("first entered at"), null=True)
    left_at = models.DateTimeField(_("left at"), null=True)
    pass_for = models.CharField(max_length=150, blank=True)
    pass_hash = models.CharField(max_length=64, blank=True)
    pass_expires_at = models.DateTimeField(null=True)

    objects = SupportGrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("support access")
        verbose_name_plural = _("support access")
        ordering = ["-created_at"]
        default_permissions = ("view", "change")
        permissions = [("enter_supportgrant", "May enter a factory that lets support in")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__lte=models.F("created_at") + timedelta(hours=24)),
                name="support_grant_ends_within_a_day",
            )
        ]

    def __str__(self):
        return f"{self.factory_id}: {self.role}"


class AuditHead(TimestampedModel):
    """The last entry of a schema's audit trail as it was at some hour: without it a trail cut short would look whole.

    number: 0 while there is no entry. fault: this entry is no longer in the trail, or a trigger of it is off; else empty.
    """

    factory = models.ForeignKey(
        Factory, on_delete=models.CASCADE, related_name="+", null=True
    )  # none: public's own trail
    schema_name = models.CharField(max_length=63, unique=True)
    number = models.PositiveBigIntegerField()
    hash = models.CharField(max_length=64)
    fault = models.CharField(max_length=200, blank=True)

    def __str__(self):
        return f"{self.schema_name} #{self.number}"


class RecordTransfer(models.Model):
    """What a worker has learned, on its way between two factories of one group by the worker's own wish.

    code_hash: of the code the worker was shown. sealed: the record, encrypted with a key made from that code: nobody else
    opens it. Gone when it is taken in, or after thirty days.
    """

    from_factory = models.ForeignKey(Factory, on_delete=models.CASCADE, related_name="+")
    to_factory = models.ForeignKey(Factory, on_delete=models.CASCADE, related_name="+")
    code_hash = models.CharField(max_length=64, unique=True)
    sealed = models.BinaryField()
    expires_on = models.DateField(db_index=True)

    def __str__(self):
        return f"{self.from_factory_id} to {self.to_factory_id}"


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
