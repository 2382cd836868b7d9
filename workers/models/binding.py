"""How a phone becomes an employee's."""

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from tenants.history import history_of
from tenants.models import TimestampedModel
from workers.models.contacts import Contact
from workers.models.people import Worker


class BindAttempt(models.Model):
    """Somebody tried to bind. Counted per contact and per employee number, so that neither can be guessed through.

    LIFTED in place of a number, as nobody can type it: HR has lifted the number's lock.
    """

    LIFTED = "lifted"

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="bind_attempts")
    employee_number = models.CharField(max_length=30, db_index=True)
    succeeded = models.BooleanField(default=False)
    attempted_at = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self):
        return f"attempt {self.pk}"


class BindingPolicy(TimestampedModel):
    """What a factory asks of somebody who binds, besides employee number and name. One row."""

    class SecondFactor(models.TextChoices):
        PHONE = "phone", _("last four digits of the phone")
        ID_CARD = "id_card", _("last four of the ID card")
        CODE = "code", _("one-time code on a printed slip")

    MOST_PHONES = 3

    second_factor = models.CharField(
        _("second proof"), max_length=8, choices=SecondFactor.choices, default=SecondFactor.PHONE
    )
    phones_allowed = models.PositiveSmallIntegerField(
        _("phones for each employee"),
        default=2,
        choices=[(number, str(number)) for number in range(1, MOST_PHONES + 1)],
    )

    history = history_of()

    class Meta:
        verbose_name = _("rules of binding")
        verbose_name_plural = _("rules of binding")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="binding_policy_is_one_row")]

    def __str__(self):
        return capfirst(str(self._meta.verbose_name))


class BindCode(TimestampedModel):
    """The one-time code on an employee's slip. Only its hash is kept; a new slip replaces the old one.

    slip_only: somebody else knew what the policy asks for, so nothing but a slip will do, however many are printed. NONE_YET
    in place of a hash: none has been printed since.
    """

    NONE_YET = "slip only"

    worker = models.OneToOneField(Worker, on_delete=models.CASCADE, related_name="bind_code")
    code_hash = models.CharField(max_length=128)
    printed_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    slip_only = models.BooleanField(default=False, db_default=False)

    def __str__(self):
        return f"code of {self.worker_id}"
