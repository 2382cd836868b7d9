"""Notices to an audience, and where HR reads of them."""

from django.urls import reverse

from announcements.models import Announcement
from announcements.services import announcement_aim_set
from workers.models import Audience
from workers.services.audience_rules import Rule
from workers.services.audiences import Aim, audience_save


def draft(rule: Rule, **columns) -> Announcement:
    audience = audience_save(audience=Audience(name="有孩子的"), rule=rule)
    announcement = Announcement(title="亲子开放日", body="<p>周六。</p>", **columns)
    announcement_aim_set(announcement, Aim(audience=audience))
    announcement.save()
    return announcement


def admin_url(name: str, *args) -> str:
    return reverse(f"admin:{name}", args=args, urlconf="config.urls_tenant")
