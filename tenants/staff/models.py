"""What belongs to somebody who signs in to an admin site."""

from base64 import b32encode
from secrets import token_bytes

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tenants.fields import EncryptedTextField
from tenants.models import TimestampedModel


def app_key_new() -> str:
    return b32encode(token_bytes(20)).decode()


class SavedFilter(TimestampedModel):
    """A list as somebody likes to see it: `path` of the admin page and its query, under a name of their own."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_filters")
    path = models.CharField(max_length=200)
    query = models.CharField(max_length=1000)
    name = models.CharField(_("name"), max_length=40)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["user", "path", "name"], name="saved_filter_named_once")]

    def __str__(self):
        return self.name


class Account(TimestampedModel):
    """What a user's row has no place for. asked_at: when a second factor was first asked of them; the days of grace run
    from then. reset_by, reset_at: a colleague took their second factors away; they are told when they sign in next."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="account")
    asked_at = models.DateTimeField(null=True)
    reset_by = models.CharField(max_length=150, blank=True)
    reset_at = models.DateTimeField(null=True)

    def __str__(self):
        return f"account of {self.user_id}"


class AppKey(TimestampedModel):
    """What an authenticator app shares with us, base32; a stolen database is not enough to compute a code.

    is_confirmed: its first code was right; until then an earlier one counts. last_step: of the last code taken, each works
    once. drift: by how many steps of 30 seconds the phone's clock was off then.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="app_keys")
    key = EncryptedTextField(default=app_key_new)
    is_confirmed = models.BooleanField(default=False)
    last_step = models.BigIntegerField(default=-1)
    drift = models.SmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "is_confirmed"], name="one_app_counts_and_one_waits")]

    def __str__(self):
        return f"app of {self.user_id}"


class SignIn(models.Model):
    """A browser somebody is signed in with. It ends with its session, and the session with it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sign_ins")
    session_key = models.CharField(max_length=40, unique=True)
    address = models.GenericIPAddressField(_("from where"), null=True)
    browser = models.CharField(_("browser"), max_length=60, blank=True)
    started_at = models.DateTimeField(_("signed in"), auto_now_add=True)
    seen_at = models.DateTimeField(_("last seen"), auto_now_add=True)

    class Meta:
        ordering = ["-seen_at"]

    def __str__(self):
        return f"sign-in {self.pk}"


class OneTimeQuerySet(models.QuerySet):
    def open(self):
        return self.filter(used_at__isnull=True, expires_at__gt=Now())


class Invitation(TimestampedModel):
    """A one-time address: a colleague to be makes an account, or one who is there already sets a new password (`user`).

    Only the hash of what makes the address secret is kept. roles: what the account will hold.
    """

    name = models.CharField(_("full name"), max_length=150)
    email = models.EmailField(_("e-mail"), blank=True)
    roles = models.ManyToManyField(Group, related_name="+", verbose_name=_("Roles"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="resets", null=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        verbose_name=_("invited by"),
    )
    secret_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(_("good until"))
    used_at = models.DateTimeField(pgettext_lazy("invitation", "used"), null=True)

    objects = OneTimeQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at"]
        default_permissions = ("view", "add", "delete")

    def __str__(self):
        return self.name


class Scan(models.Model):
    """A QR code on a screen that waits for somebody's own phone: to let them in, or to be linked with their account.

    number: two digits, shown on both, to be compared. address, browser: of the screen.
    """

    class Purpose(models.TextChoices):
        SIGN_IN = "sign_in", "sign in"
        LINK = "link", "link a phone"

    class State(models.TextChoices):
        WAITING = "waiting", "waiting"
        CONFIRMED = "confirmed", "confirmed"
        REFUSED = "refused", "refused"
        USED = "used", "used"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="scans")
    purpose = models.CharField(max_length=7, choices=Purpose.choices)
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    secret_hash = models.CharField(max_length=64, unique=True)
    number = models.PositiveSmallIntegerField()
    address = models.GenericIPAddressField(null=True)
    browser = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()

    def __str__(self):
        return f"scan {self.pk}"
