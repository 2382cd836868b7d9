"""What this room keeps of people: officers only. A case has no link to a worker, so there is nothing to hand out or erase."""

from django.utils.translation import gettext_lazy as _

from workers.privacy.register import Entry, Kept, Reader, Room, room_register

room_register(
    Room(
        name="grievances",
        entries=(
            Entry(
                "grievances.Officer",
                "user admitted_by place name state box_key sign_key passphrase_wrap recovery_wrap enrolled_on left_on",
                _("Officers and their keys"),
                _("so that workers can choose who reads their case, and only these can"),
                Kept(_("as long as a case names the officer")),
                (Reader.SELF, Reader.OWNER),
            ),
        ),
        for_worker=(
            (
                _("What you report to the officers"),
                _("locked on your phone. Nobody can link it with you, so it is not in your data here."),
                _("that page tells you how long"),
            ),
        ),
    )
)
