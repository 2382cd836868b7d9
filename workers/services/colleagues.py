"""People who sign in to the admin, as employees and as phones."""

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.expressions import Combinable
from django.urls import reverse
from django.utils.translation import gettext as _

from tenants.audit.services import audit_record
from tenants.errors import DomainError
from tenants.staff.models import Scan
from tenants.staff.phones import Phones
from tenants.staff.services.scans import scan_answer
from workers.models import Colleague, Contact


class PhoneTaken(DomainError):
    """The phone is linked with another colleague's account."""

    code = "phone_taken"


class WeChatPhones(Phones):
    def is_offered(self) -> bool:
        return Contact.objects.exists()

    def is_linked(self, user: User) -> bool:
        return Colleague.objects.filter(user=user, contact__isnull=False).exists()

    def linked_expression(self) -> Combinable:
        return Exists(Colleague.objects.filter(user=OuterRef("pk"), contact__isnull=False))

    def forget(self, user: User) -> None:
        Colleague.objects.filter(user=user).update(contact=None)

    def path(self, secret: str) -> str:
        return reverse("workers:sign-in-scan", args=[secret])


def is_own_phone(*, user: User, contact_id: int) -> bool:
    return Colleague.objects.filter(user=user, contact=contact_id).exists()


def phone_may_answer(*, scan: Scan, contact_id: int) -> bool:
    """To sign in: the account's own phone and no other. To link: one that is no other colleague's."""
    if scan.purpose == Scan.Purpose.SIGN_IN:
        return is_own_phone(user=scan.user, contact_id=contact_id)
    return not Colleague.objects.filter(contact=contact_id).exclude(user=scan.user).exists()


@transaction.atomic
def phone_answer(*, scan: Scan, contact_id: int, is_me: bool) -> bool:
    """The phone's answer to the question; False when there was one before. To confirm a link is to make it.

    Raises PhoneTaken when the phone may not answer; nothing has been written then.
    """
    contact = Contact.objects.select_for_update().get(pk=contact_id)
    if not phone_may_answer(scan=scan, contact_id=contact_id):
        raise PhoneTaken(_("This WeChat is not linked with the account. Use the one that is."))
    if not scan_answer(scan=scan, is_me=is_me):
        return False
    if is_me and scan.purpose == Scan.Purpose.LINK:
        Colleague.objects.update_or_create(user=scan.user, defaults={"contact": contact})
        audit_record(by=scan.user, action="phone_linked", about=scan.user)
    return True
