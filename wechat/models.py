"""One factory's official account: how WeChat reaches us, who follows, what came in, what went out."""

import uuid
from datetime import timedelta

from django.contrib.postgres.indexes import BrinIndex
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from tenants.history import history_of
from tenants.models import TimestampedModel
from wechat.fields import EncryptedTextField

SCENE_CODE = r"^[A-Za-z0-9_-]{1,64}\Z"


class AccountQuerySet(models.QuerySet):
    def with_sign(self):
        """With `is_heard`: WeChat has called us. Its calls are kept for a week, whom they showed for good."""
        calls = InboundCallback.objects.filter(account=OuterRef("pk"))
        shown = Follower.objects.filter(account=OuterRef("pk"), subscribed_at__isnull=False)
        return self.annotate(is_heard=Exists(calls) | Exists(shown))

    def complete(self):
        """All that can be known is right: the keys, WeChat's way to us, a template for notices."""
        return self.with_sign().filter(status=Account.Status.OK, is_heard=True).exclude(template_ids={})


class Account(TimestampedModel):
    """The factory's verified service account, with the keys its HR has entered. One is active at a time.

    Secrets are encrypted at rest and leave the process towards WeChat only. `template_ids` says how each kind of message is
    shown as a template message: kind -> {"id": template id, "fields": {keyword: "title" | "summary" | "time" | fixed text}};
    kind "default" stands for all others.
    """

    class Mode(models.TextChoices):
        SAFE = "safe", _("safe (encrypted)")
        COMPATIBLE = "compatible", _("compatible")
        PLAIN = "plain", _("plain text")

    class Status(models.TextChoices):
        UNCHECKED = "unchecked", _("not tested yet")
        OK = "ok", _("works")
        TROUBLE = "trouble", _("needs you")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("account name"), max_length=60)
    appid = models.CharField(
        "AppID", max_length=64, unique=True, validators=[RegexValidator(r"^[A-Za-z0-9_-]{3,64}\Z")]
    )
    original_id = models.CharField(
        _("original ID"), max_length=64, unique=True, help_text=_("Starts with gh_; shown in the account's settings.")
    )
    app_secret = EncryptedTextField("AppSecret")
    token = EncryptedTextField(
        "Token", validators=[RegexValidator(r"^[A-Za-z0-9]{3,32}\Z", _("3 to 32 letters and digits."))]
    )
    encoding_aes_key = EncryptedTextField(
        "EncodingAESKey",
        blank=True,
        validators=[
            RegexValidator(r"^[A-Za-z0-9+/]{43}\Z", _("43 letters and digits, as WeChat's console makes them."))
        ],
    )
    previous_encoding_aes_key = EncryptedTextField(blank=True, editable=False)
    mode = models.CharField(_("message mode"), max_length=10, choices=Mode.choices, default=Mode.SAFE)
    template_ids = models.JSONField(_("template messages"), default=dict, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)
    status = models.CharField(
        _("state"), max_length=10, choices=Status.choices, default=Status.UNCHECKED, editable=False
    )
    last_error = models.TextField(_("what is wrong"), blank=True, editable=False)
    checked_at = models.DateTimeField(_("tested at"), null=True, editable=False)

    # Never a secret, not even encrypted: an old one would outlive its change.
    history = history_of(
        without=(
            *("uuid", "app_secret", "token", "encoding_aes_key", "previous_encoding_aes_key"),
            *("template_ids", "status", "last_error", "checked_at"),
        )
    )

    objects = AccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("official account")
        verbose_name_plural = _("official account")
        constraints = [
            models.UniqueConstraint(
                fields=["is_active"],
                condition=Q(is_active=True),
                name="wechat_account_one_active",
                violation_error_message=_("Another account is active. Switch that one off first."),
            ),
            models.CheckConstraint(
                condition=Q(mode="plain") | ~Q(encoding_aes_key=""), name="wechat_account_key_unless_plain"
            ),
        ]

    def __str__(self):
        return self.name


class Scene(TimestampedModel):
    """Where a QR code hangs: people who follow by it are counted. `url` is what the code says, from WeChat, for good."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="scenes", verbose_name=_("account"))
    code = models.CharField(
        _("code in the QR"),
        max_length=64,
        validators=[RegexValidator(SCENE_CODE, _("Use letters, digits, _ and -, at most 64."))],
        help_text=_("Part of the QR code. It cannot be changed once the code is printed."),
    )
    title = models.CharField(_("where it hangs"), max_length=60)
    department = models.CharField(_("department"), max_length=60, blank=True)
    ticket = models.CharField(max_length=512, blank=True, editable=False)
    url = models.CharField(max_length=1024, blank=True, editable=False)

    class Meta:
        verbose_name = _("poster")
        verbose_name_plural = _("posters")
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["account", "code"], name="wechat_scene_code_once")]

    def __str__(self):
        return self.title


class FollowerQuerySet(models.QuerySet):
    def maybe_following(self):
        """Those a message may reach: who follows, and who was only seen in a page, so that nobody knows."""
        return self.exclude(is_following=False)

    def late_to_bind(self):
        """They follow for more than a day, and nobody knows who they are; who has just followed may be binding now."""
        since = Now() - timedelta(days=1)
        return self.filter(is_following=True, contact__worker=None, subscribed_at__lt=since)


class Follower(TimestampedModel):
    """An openid of an account, which is a contact of `workers`. Never deleted when they unfollow: they may come back.

    is_following: None while only web OAuth has shown them. changed_at: WeChat's time of the newest event applied, so that
    a late one undoes nothing. The window is how long and how often WeChat lets us answer freely: five messages in 48
    hours after a message of theirs, three in a minute after following, scanning or tapping a menu.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="followers")
    contact = models.OneToOneField("workers.Contact", on_delete=models.CASCADE, related_name="wechat_follower")
    scene = models.ForeignKey(
        Scene, on_delete=models.SET_NULL, related_name="followers", null=True, blank=True, verbose_name=_("came by")
    )
    openid = models.CharField(max_length=64, editable=False)
    is_following = models.BooleanField(_("follows"), null=True, editable=False)
    subscribed_at = models.DateTimeField(_("followed on"), null=True, editable=False)
    unsubscribed_at = models.DateTimeField(_("unfollowed on"), null=True, editable=False)
    changed_at = models.DateTimeField(null=True, editable=False)
    window_closes_at = models.DateTimeField(null=True, editable=False)
    window_left = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = FollowerQuerySet.as_manager()

    class Meta:
        verbose_name = _("follower")
        verbose_name_plural = _("followers")
        constraints = [models.UniqueConstraint(fields=["account", "openid"], name="wechat_follower_once")]

    def __str__(self):
        return f"…{self.openid[-4:]}"


LEFT_BEHIND = timedelta(seconds=20)


class InboundCallbackQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(state=InboundCallback.State.RECEIVED)

    def left_behind(self):
        """Those that a task should have worked off by now: the broker was away, or the first try failed."""
        return self.waiting().filter(received_at__lt=timezone.now() - LEFT_BEHIND)


class InboundCallback(models.Model):
    """What WeChat has sent, stored before it is answered and worked off by a task. Deleted after a week, failed after a month.

    dedupe_key: the same for every delivery of one message or event. payload: who, when and
    which event; the words people wrote are not kept.
    """

    class State(models.TextChoices):
        RECEIVED = "received", _("not yet worked off")
        DONE = "done", _("worked off")
        FAILED = "failed", _("given up")

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="callbacks", verbose_name=_("account"))
    dedupe_key = models.CharField(max_length=80)
    kind = models.CharField(_("kind"), max_length=60)
    payload = models.JSONField()
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.RECEIVED)
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    error = models.CharField(_("what went wrong"), max_length=300, blank=True)
    received_at = models.DateTimeField(_("received at"))

    objects = InboundCallbackQuerySet.as_manager()

    class Meta:
        verbose_name = _("incoming message")
        verbose_name_plural = _("incoming messages")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["account", "dedupe_key"], name="wechat_callback_once")]
        indexes = [
            models.Index(fields=["id"], name="wechat_callback_waiting", condition=Q(state="received")),
            BrinIndex(fields=["received_at"], name="wechat_callback_by_day"),
        ]

    def __str__(self):
        return date_format(timezone.localtime(self.received_at), "DATETIME_FORMAT")


class OAuthState(models.Model):
    """One way out to WeChat's authorise page and back, for one browser. Only hashes are kept."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    nonce_hash = models.CharField(max_length=64, unique=True)
    browser_hash = models.CharField(max_length=64)
    next_path = models.CharField(max_length=500)
    restarts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)
    used_at = models.DateTimeField(null=True)

    def __str__(self):
        return f"state {self.pk}"


class MessageDelivery(models.Model):
    """How one message of the outbox was handed to WeChat: written before the call, completed by its answer.

    doubtful_since: since when nobody knows whether WeChat has taken it; sending again is harmless only while WeChat
    remembers our number. msgid: WeChat's own number of a template message; its report comes back with it.
    """

    class Way(models.TextChoices):
        CUSTOMER = "customer", _("chat message")
        TEMPLATE = "template", _("template message")

    message = models.OneToOneField(
        "workers.WorkerMessage", on_delete=models.CASCADE, primary_key=True, related_name="wechat_delivery"
    )
    follower = models.ForeignKey(Follower, on_delete=models.CASCADE, related_name="deliveries")
    way = models.CharField(max_length=10, choices=Way.choices)
    tried_at = models.DateTimeField()
    doubtful_since = models.DateTimeField(null=True)
    msgid = models.BigIntegerField(null=True, unique=True)
    report = models.CharField(max_length=60, blank=True)
    reported_at = models.DateTimeField(null=True)

    def __str__(self):
        return f"delivery of message {self.message_id}"
