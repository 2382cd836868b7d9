"""How people can be reached: what a channel tells us about its addresses."""

from django.db import transaction

from workers.models import Contact, Worker


@transaction.atomic
def contact_seen(*, channel: str, address: str, source: str = "", reachable: bool | None = True) -> Contact:
    """The contact behind an address of a channel, made when it is new.

    source: how the person came; the first one known stays. reachable: whether messages arrive there now; None when the
    sign says nothing about it (a page was opened), then a known contact stays as it is and a new one is not reachable.
    """
    contact, is_new = Contact.objects.select_for_update().get_or_create(
        channel=channel, address=address, defaults={"source": source, "is_reachable": bool(reachable)}
    )
    if is_new:
        return contact
    changed = []
    if source and not contact.source:
        contact.source = source
        changed.append("source")
    if reachable is not None and contact.is_reachable != reachable:
        contact.is_reachable = reachable
        changed.append("is_reachable")
    if changed:
        contact.save(update_fields=[*changed, "updated_at"])
    return contact


def contact_owner(*, channel: str, address: str) -> Worker | None:
    """The employee behind an address, one who left too; None for somebody who is not bound or was never seen."""
    return Worker.objects.filter(contacts__channel=channel, contacts__address=address).first()


def contact_unreachable(*, channel: str, address: str) -> None:
    """The person left the channel: nothing is sent there until they are seen again. Who they are bound to stays."""
    Contact.objects.filter(channel=channel, address=address, is_reachable=True).update(is_reachable=False)
