"""Who follows, asked of WeChat itself: for the farewells that never reached us, and that no message may tell."""

from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils import timezone

from wechat.client import AccountClient, client_of
from wechat.errors import WeChatUnavailable
from wechat.models import Account, Follower
from wechat.services.accounts import refusals_noted
from wechat.services.effects import follower_lost

MOST_PAGES = 100  # a page holds up to 10,000


def following_read(*, account: Account) -> int:
    """Note who has unfollowed without our hearing of it, and return how many. All is read before anything is written.

    Raises WeChatRefused (HR's to mend: noted on the account), WeChatUnavailable.
    """
    began = timezone.now()
    with refusals_noted(account_id=account.pk):
        following = _following(client_of(account))
    return _lost_note(account, following, began)


def _following(client: AccountClient) -> set[str]:
    """The openids of all who follow. Where some are missing it raises: they would be taken for gone."""
    openids: set[str] = set()
    total, after = 0, ""
    for _page in range(MOST_PAGES):
        answer = client.call(partial(client.user.get_followers, after or None))
        total, found = answer["total"], (answer.get("data") or {}).get("openid") or []
        openids.update(found)
        after = answer.get("next_openid") or ""
        if not found or not after:
            break
    if len(openids) < total:
        raise WeChatUnavailable("user/get")
    return openids


@transaction.atomic
def _lost_note(account: Account, following: set[str], began: datetime) -> int:
    """Of whom WeChat has told something since, that holds."""
    known = Follower.objects.filter(account=account, is_following=True).exclude(changed_at__gte=began)
    lost = [pk for pk, openid in known.values_list("pk", "openid") if openid not in following]
    followers = list(known.filter(pk__in=lost).select_related("account").select_for_update(of=("self",)))
    for follower in followers:
        follower_lost(follower=follower, moment=began)
    return len(followers)
