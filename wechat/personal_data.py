"""What this room keeps of people, for the register of personal data (workers.privacy.register)."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wechat.models import Follower, InboundCallback
from wechat.services.effects import callbacks_clean
from wechat.services.oauth import states_clean
from workers.models import Worker
from workers.privacy.register import Entry, Kept, Part, Reader, Room, room_register

WITH_PHONE = Kept(
    gettext_lazy("as long as the phone is known; of strangers 12 months after they stopped following"), "strangers_gone"
)


def parts(worker: Worker, is_own: bool) -> Iterable[Part]:
    followers = Follower.objects.filter(contact__worker=worker).order_by("pk")
    yield Part(
        _("WeChat"),
        (_("openid"), _("follows"), _("followed on"), _("unfollowed on"), _("came by")),
        tuple(
            (
                follower.openid if is_own else str(follower),
                follower.is_following,
                follower.subscribed_at,
                follower.unsubscribed_at,
                follower.scene,
            )
            for follower in followers.select_related("scene")
        ),
    )


def forget(worker: Worker) -> dict[str, int]:
    """What came from this person's WeChat and is not yet cleared away. The follower goes with the contact."""
    openids = list(Follower.objects.filter(contact__worker=worker).values_list("openid", flat=True))
    came = InboundCallback.objects.filter(payload__FromUserName__in=openids)
    return {"callbacks": came.delete()[0]}


room_register(
    Room(
        name="wechat",
        entries=(
            Entry(
                "wechat.Follower",
                "account contact scene openid is_following subscribed_at unsubscribed_at",
                gettext_lazy("Followers of the official account"),
                gettext_lazy("to answer and to send in WeChat, and to see which posters work"),
                WITH_PHONE,
                (Reader.SELF, Reader.CHANNEL),
            ),
            Entry(
                "wechat.Follower",
                "changed_at window_closes_at window_left",
                gettext_lazy("WeChat's windows for answering"),
                gettext_lazy("WeChat lets us answer only so often and so long"),
                WITH_PHONE,
                (Reader.NOBODY,),
            ),
            Entry(
                "wechat.InboundCallback",
                "account dedupe_key kind payload state attempts error received_at",
                gettext_lazy("What WeChat has sent"),
                gettext_lazy("to process each thing WeChat sends once, even after a failure; words are not kept"),
                Kept(gettext_lazy("7 days, failed ones 30 days"), "callbacks_gone"),
                (Reader.CHANNEL,),
            ),
            Entry(
                "wechat.OAuthState",
                "account nonce_hash browser_hash next_path restarts used_at",
                gettext_lazy("Way through WeChat's sign-in"),
                gettext_lazy("to bring a browser back from WeChat to where it was"),
                Kept(gettext_lazy("one hour"), "states_gone"),
                (Reader.NOBODY,),
            ),
            Entry(
                "wechat.MessageDelivery",
                "message follower way tried_at doubtful_since msgid report reported_at",
                gettext_lazy("Delivery of messages"),
                gettext_lazy("to send each message once and to know whether it arrived"),
                Kept(gettext_lazy("as long as the message"), "messages_gone"),
                (Reader.CHANNEL,),
            ),
        ),
        for_worker=(
            (
                gettext_lazy("Your number in WeChat (openid)"),
                gettext_lazy("to recognise you and to write to you. It says nothing of your other chats."),
                gettext_lazy("as long as your phone is known here"),
            ),
        ),
        parts=parts,
        sweeps={"callbacks_gone": lambda now: callbacks_clean(), "states_gone": lambda now: states_clean()},
        forget=forget,
    )
)
