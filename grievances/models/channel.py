"""How a place runs its channel, and what it tells CCR CSR about it."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from tenants.enrolment import by_enrolment

ARGON2_OPS, ARGON2_RECEIPT_BYTES = 3, 32 * 1024 * 1024


class Channel(models.Model):
    """The settings of this place's channel: one row, made when the first officer enrols."""

    acknowledge_days = models.PositiveSmallIntegerField(
        _("days until a case is acknowledged"),
        default=7,
        validators=[MinValueValidator(1), MaxValueValidator(30)],
    )
    answer_days = models.PositiveSmallIntegerField(
        _("days until a case is answered"), default=30, validators=[MinValueValidator(1), MaxValueValidator(90)]
    )
    counts_working_days = models.BooleanField(
        _("count working days"),
        default=True,
        help_text=_("Weekends and public holidays are left out. Without the tick every day counts."),
    )
    closed_days = models.TextField(
        by_enrolment(_("days on which the factory is closed"), _("days on which nobody works")),
        blank=True,
        max_length=2000,
        help_text=_("One day a line, for example 2027-02-10. They do not count as working days."),
    )
    keep_closed_days = models.PositiveSmallIntegerField(
        _("days until a closed case is erased"),
        default=365,
        validators=[MinValueValidator(90), MaxValueValidator(1825)],
        help_text=_("Then nobody can read it any more. Only its category and its days stay, for the statistics."),
    )
    close_answered_days = models.PositiveSmallIntegerField(
        _("days until an answered case closes by itself"),
        default=60,
        validators=[MinValueValidator(14), MaxValueValidator(365)],
    )
    keep_open_days = models.PositiveSmallIntegerField(
        _("days until a case that nobody closed is erased"),
        default=1095,
        validators=[MinValueValidator(365), MaxValueValidator(3650)],
    )
    keep_quarantined_days = models.PositiveSmallIntegerField(
        _("days until a case in quarantine is erased"),
        default=60,
        validators=[MinValueValidator(30), MaxValueValidator(365)],
    )
    flood_from = models.PositiveSmallIntegerField(
        _("cases an hour from which a flood is assumed"),
        default=20,
        validators=[MinValueValidator(10), MaxValueValidator(1000)],
        help_text=_("Then each phone has to work a second or two for a case, and new cases wait in quarantine."),
    )
    most_per_hour = models.PositiveSmallIntegerField(
        _("most cases an hour"), default=200, validators=[MinValueValidator(50), MaxValueValidator(5000)]
    )
    shows_next_day = models.BooleanField(
        _("show new cases from the next day on"),
        default=True,
        help_text=_("So nobody sees at what hour one came and thinks of who was on the telephone then."),
    )
    tells_weekly = models.BooleanField(
        _("tell everybody once a week that there may be an answer"),
        default=True,
        help_text=_("Goes to all every week, whether cases wait or not: so nobody is given away."),
    )

    class Meta:
        verbose_name = _("settings of the channel")
        verbose_name_plural = _("settings of the channel")

    def __str__(self):
        return capfirst(str(_("settings of the channel")))


class ReceiptSalt(models.Model):
    """Salt and cost of deriving keys from a receipt. A return tries the newest version first."""

    version = models.PositiveSmallIntegerField(primary_key=True)
    salt = models.BinaryField(max_length=16)
    ops = models.PositiveSmallIntegerField(default=ARGON2_OPS)
    mem = models.PositiveIntegerField(default=ARGON2_RECEIPT_BYTES)

    class Meta:
        ordering = ["-version"]

    def __str__(self):
        return f"salt {self.version}"


class MonthlyScorecard(models.Model):
    """What the scorecard says of the months before `month`, worked out once: live, a single message would show in it."""

    month = models.DateField(unique=True)
    values = models.JSONField(default=dict)

    def __str__(self):
        return self.month.isoformat()


class FactoryFigures(models.Model):
    """In public: what a factory's own task tells CCR CSR about its channel. Counts only, small ones suppressed.

    figures: {"officers", "open", "overdue"}, the last two 10 for ten or more, None for fewer; scorecard: see
    grievances.queries.scorecard. `silence`: empty, or why the alarm rings (grievances.services.figures).
    """

    place = models.CharField(_("factory"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=80)
    on = models.DateField(_("as of"))
    is_open = models.BooleanField(_("open"), default=False)
    silence = models.CharField(_("silence"), max_length=20, blank=True)
    silence_since = models.DateField(_("since"), null=True)
    figures = models.JSONField(default=dict)
    scorecard = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("channel of a factory")
        verbose_name_plural = _("channels of the factories")
        ordering = ["-silence", "name"]

    def __str__(self):
        return self.name
