"""Where people work and when: the tree of departments, shifts and their calendar."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tenants.history import history_of
from tenants.models import TimestampedModel


class DepartmentQuerySet(models.QuerySet):
    def standing(self):
        """Those that somebody may be put into: not merged into another."""
        return self.filter(merged_into__isnull=True)


class Department(TimestampedModel):
    """A node of the tree: department, workshop, line. `path` holds the ids from the root, "000003/000017/": a subtree
    is a prefix, and the order of paths is the order of the tree.

    A department merged into another stays as a closed row, so that its name in an old file still finds its way. It has
    left the tree: its path is its own id, and `merged_into` leads to a standing one in one step.
    """

    NAME_LENGTH = 60

    class Kind(models.TextChoices):
        DEPARTMENT = "department", _("department")
        WORKSHOP = "workshop", _("workshop")
        LINE = "line", _("production line")

    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="children", null=True, blank=True, verbose_name=_("belongs to")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.DEPARTMENT)
    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    path = models.CharField(max_length=200, editable=False, db_index=True)
    leader = models.ForeignKey(
        "workers.Worker",
        on_delete=models.SET_NULL,
        related_name="led_departments",
        null=True,
        blank=True,
        verbose_name=_("line leader"),
    )
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        related_name="merged",
        null=True,
        editable=False,
        verbose_name=_("merged into"),
    )
    closed_on = models.DateField(pgettext_lazy("of a department", "closed on"), null=True, editable=False)

    objects = DepartmentQuerySet.as_manager()
    history = history_of(without=("path",))

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        ordering = ["path"]
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "name"],
                name="department_named_once",
                nulls_distinct=False,
                violation_error_message=_("This name is there already. Choose another name or another place."),
            )
        ]

    def __str__(self):
        return self.name

    @property
    def depth(self) -> int:
        """0 for what belongs to nothing."""
        return self.path.count("/") - 1

    @property
    def indented(self) -> str:
        """Its name, as a line of the whole tree."""
        return "　" * self.depth + self.name

    @property
    def current(self) -> "Department":
        """Itself, or what it was merged into."""
        return self.merged_into or self

    @property
    def label(self) -> str:
        """The way down to it: "生产部 / 一车间". Reads the rows above that are not loaded yet."""
        return f"{self.parent.label} / {self.name}" if self.parent else self.name


class Turn(models.TextChoices):
    DAY = "day", pgettext_lazy("turn of a shift", "day")
    NIGHT = "night", pgettext_lazy("turn of a shift", "night")
    REST = "rest", pgettext_lazy("turn of a shift", "rest")


class Shift(TimestampedModel):
    """When a group of people works: `cycle` repeats step by step from `cycle_starts_on` on.

    cycle: one Turn for each step, 1 to 62 of them; of a day or night shift the one that it always is; none while nobody has set
    it. rest_weekdays: days of rest in every week, 0 is Monday. A day that differs is a ShiftDay. A night belongs to the day it
    begins on.
    """

    LONGEST_CYCLE = 62
    NAME_LENGTH = 30

    class Kind(models.TextChoices):
        DAY = "day", _("day shift")
        NIGHT = "night", _("night shift")
        ROTATING = "rotating", _("rotating")
        OWN = "own", _("own pattern")

    class Step(models.TextChoices):
        DAY = "day", _("days")
        WEEK = "week", _("weeks, from Monday")
        MONTH = "month", _("months, from the 1st")

    name = models.CharField(_("name"), max_length=NAME_LENGTH, unique=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.DAY)
    cycle = ArrayField(models.CharField(max_length=5, choices=Turn.choices), size=LONGEST_CYCLE)
    step = models.CharField(max_length=5, choices=Step.choices, default=Step.DAY)
    rest_weekdays = ArrayField(models.PositiveSmallIntegerField(), size=6, default=list, blank=True)
    cycle_starts_on = models.DateField(_("the pattern begins on"), null=True, blank=True)
    day_starts_at = models.TimeField(_("day turn from"), null=True, blank=True)
    day_ends_at = models.TimeField(_("day turn until"), null=True, blank=True)
    night_starts_at = models.TimeField(_("night turn from"), null=True, blank=True)
    night_ends_at = models.TimeField(_("night turn until"), null=True, blank=True)

    history = history_of()

    class Meta:
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["day", "night"]) | Q(cycle_starts_on__isnull=False),
                name="shift_cycle_has_a_beginning",
                violation_error_message=_("Say on which day the pattern begins."),
            )
        ]

    def __str__(self):
        return self.name


class ShiftDay(models.Model):
    """A day on which a shift differs from its cycle: a holiday, a Sunday worked, a swap."""

    shift = models.ForeignKey(Shift, on_delete=models.CASCADE, related_name="days")
    on = models.DateField(_("day"))
    turn = models.CharField(_("turn"), max_length=5, choices=Turn.choices)

    class Meta:
        verbose_name = _("day that differs")
        verbose_name_plural = _("days that differ")
        constraints = [models.UniqueConstraint(fields=["shift", "on"], name="shift_day_once")]

    def __str__(self):
        return f"{self.shift_id} {self.on}: {self.turn}"
