"""The employees of one factory."""

import re
from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tenants.enrolment import by_enrolment
from tenants.history import history_of
from tenants.models import TimestampedModel
from workers.models.places import Department, Shift

_RELEASED = re.compile(r"(.+)~[0-9]{8}(?:~[0-9]+)?")  # written by services.people.number_released
_ERASED = "erased-"


def number_former(number: str) -> str:
    """Of a number made for somebody who left, as theirs was given to another: which it was. Of any other: empty."""
    released = _RELEASED.fullmatch(number) if "~" in number else None
    return released[1] if released else ""


def number_erased(pk: int) -> str:
    """What stands in the place of an erased employee's own."""
    return f"{_ERASED}{pk}"


def number_told(number: str) -> str:
    """For eyes. The stored one is for programs, and for files that come back."""
    if number.startswith(_ERASED):
        return "–"
    former = number_former(number)
    return gettext("formerly %(number)s (later given to somebody else)") % {"number": former} if former else number


def years_before(day: date, years: int) -> date:
    """Born on that day or before: as many years old. Somebody born on 29 February has their birthday on 1 March."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return date(day.year - years, 2, 28)


def eighteen_since(today: date) -> date:
    """Born on this day or before: of age."""
    return years_before(today, 18)


class WorkerQuerySet(models.QuerySet):
    def employed(self):
        return self.filter(left_on__isnull=True)

    def in_department(self, department: Department):
        """Those of a department and of everything below it; of a closed one, of what it was merged into."""
        return self.filter(department__path__startswith=department.current.path)

    def leading_nothing(self):
        """Said to lead people, and the leader of no department."""
        return self.filter(is_line_manager=True, led_departments=None)

    def minors(self, today: date):
        """Those of 16 and 17, whom the law protects specially (未成年工); without a birth date nobody counts as one."""
        return self.filter(birth_date__gt=eighteen_since(today))


class Worker(TimestampedModel):
    class Gender(models.TextChoices):
        FEMALE = "female", _("female")
        MALE = "male", _("male")

    class Education(models.TextChoices):
        PRIMARY = "primary", _("primary school or less")
        JUNIOR = "junior", _("junior middle school")
        SENIOR = "senior", _("senior or vocational school")
        COLLEGE = "college", _("college or more")

    # Read by those alone who hold see_personal_worker.
    PERSONAL = ("gender", "birth_date", "phone", "id_last_four", "education", "home_region")

    department = models.ForeignKey(
        Department,
        on_delete=models.PROTECT,
        related_name="workers",
        null=True,
        blank=True,
        verbose_name=_("department"),
    )
    shift = models.ForeignKey(
        Shift, on_delete=models.PROTECT, related_name="workers", null=True, blank=True, verbose_name=_("shift")
    )
    employee_number = models.CharField(_("employee number"), max_length=30, unique=True)
    name = models.CharField(pgettext_lazy("of a person", "name"), max_length=40)
    name_pinyin = models.CharField(max_length=120, editable=False, db_index=True)  # Chinese names sort by sound
    gender = models.CharField(_("gender"), max_length=6, choices=Gender.choices, blank=True)
    birth_date = models.DateField(_("birth date"), null=True, blank=True)
    position = models.CharField(_("job"), max_length=40, blank=True)
    is_line_manager = models.BooleanField(
        _("leads people"),
        default=False,
        help_text=_(
            "Line leaders and supervisors: what is written for line leaders reaches them. To see how their own line learns, they "
            "are also chosen as its leader under “Departments”."
        ),
    )
    education = models.CharField(_("education"), max_length=8, choices=Education.choices, blank=True)
    home_region = models.CharField(_("home region"), max_length=40, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    id_last_four = models.CharField(
        _("last four of the ID card"),
        max_length=4,
        blank=True,
        help_text=_("Only the last four characters are kept. People confirm with them that a phone is theirs."),
    )
    hired_on = models.DateField(_("hire date"), null=True, blank=True)
    left_on = models.DateField(_("leave date"), null=True, blank=True)
    erased_on = models.DateField(null=True, editable=False)  # the row points at nobody any more

    objects = WorkerQuerySet.as_manager()
    history = history_of(without=("name_pinyin",))

    class Meta:
        verbose_name = by_enrolment(_("employee"), _("learner"))
        verbose_name_plural = by_enrolment(_("employees"), _("learners"))
        ordering = ["name_pinyin", "employee_number"]
        permissions = [
            ("import_roster", "May import the roster"),
            ("export_worker", "May export employees"),
            ("unbind_worker", "May undo a binding and print invitation slips"),
            ("see_all_departments", "Sees the employees of every department, not only of those they lead"),
            ("see_personal_worker", "Sees birth date, phone, education, home region, and who is a minor"),
            ("erase_worker", "May hand out and erase all of a worker's data"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(hired_on__isnull=True) | Q(left_on__gte=models.F("hired_on")),
                name="worker_left_after_hired",
                violation_error_message=_("Nobody leaves before they were hired. Correct one of the two dates."),
            )
        ]

    def __str__(self):
        if self.erased_on:
            return self.name
        return f"{self.name} {self.number_told}" if self.former_number else f"{self.name} ({self.employee_number})"

    @property
    def former_number(self) -> str:
        return number_former(self.employee_number)

    @property
    def number_told(self) -> str:
        return number_told(self.employee_number)

    def is_minor(self, today: date) -> bool:
        """16 or 17 years old on that day."""
        return self.birth_date is not None and self.birth_date > eighteen_since(today)
