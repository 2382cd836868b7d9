"""The account's tags on its followers: set in WeChat's console or by the factory's other programs, read here, never written."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from tenants.errors import DomainError
from wechat.client import AccountClient, client_of
from wechat.models import Account, Follower
from wechat.services.accounts import refusals_noted
from workers.models import Contact

OF_WECHAT = range(3)  # ids 0 to 2 are WeChat's own groups, the blocked among them
MOST_TAGS = 100  # an account has no more
MOST_PAGES = 60  # of one tag; a page holds up to 10,000
LONGEST_NAME = Contact._meta.get_field("tags").base_field.max_length


class TagsUnreadable(DomainError):
    code = "tags_unreadable"


@dataclass(frozen=True)
class TagsRead:
    """How many tags there are, how many followers have one, and for how many something has changed."""

    tags: int
    tagged: int
    changed: int


def tags_read(*, account: Account) -> TagsRead:
    """Bring the tags of all contacts of an account up to date. All is read before anything is written.

    Raises WeChatRefused (HR's to mend: noted on the account), WeChatUnavailable, TagsUnreadable.
    """
    client = client_of(account)
    names: dict[str, set[str]] = defaultdict(set)  # openid -> names of its tags
    with refusals_noted(account_id=account.pk):
        found = client.call(lambda: client.get("tags/get"))["tags"]
        tags = [tag for tag in found if tag["id"] not in OF_WECHAT][:MOST_TAGS]
        for tag in tags:
            for openid in _members(client, tag["id"]):
                names[openid].add(str(tag["name"])[:LONGEST_NAME])
    return TagsRead(tags=len(tags), tagged=len(names), changed=_store(account, names))


def _members(client: AccountClient, tag_id: int) -> Iterator[str]:
    """Page after page; the last has no people, or leads nowhere new."""
    after, seen = "", set()
    for _page in range(MOST_PAGES):
        answer = client.call(partial(client.tag.get_tag_users, tag_id, after or None))
        openids = (answer.get("data") or {}).get("openid") or []
        yield from openids
        seen.add(after)
        after = answer.get("next_openid") or ""
        if not openids or not after or after in seen:
            return
    raise TagsUnreadable(_("WeChat gives more and more followers of one tag. Try again later."))


@transaction.atomic
def _store(account: Account, names: dict[str, set[str]]) -> int:
    followers = Follower.objects.filter(account=account).select_related("contact").only("openid", "contact__tags")
    changed = []
    for follower in followers.iterator(chunk_size=2000):
        contact, tags = follower.contact, sorted(names.get(follower.openid, ()))
        if sorted(contact.tags) != tags:
            contact.tags = tags
            changed.append(contact)
    Contact.objects.bulk_update(changed, ["tags"], batch_size=1000)
    return len(changed)
