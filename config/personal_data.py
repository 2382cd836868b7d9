"""Those who sign in to an admin site, for the register of personal data: models of rooms that lie below it."""

from django.utils.translation import gettext_lazy as _

from workers.privacy.register import Entry, Kept, Reader, Room, room_register

WITH_ACCOUNT = Kept(_("as long as the account"))
OWNER = (Reader.SELF, Reader.OWNER)
NOBODY = (Reader.NOBODY,)

room_register(
    Room(
        name="config",
        entries=(
            Entry(
                "auth.User",
                "username first_name last_name email is_active is_staff is_superuser groups user_permissions date_joined"
                " last_login",
                _("Accounts of colleagues"),
                _("to sign in to the admin, with the rights of a role"),
                WITH_ACCOUNT,
                OWNER,
            ),
            Entry(
                "auth.User",
                "password",
                _("Passwords of accounts"),
                _("to check a password; only its hash is kept"),
                WITH_ACCOUNT,
                NOBODY,
            ),
            Entry(
                "staff.Account",
                "user asked_at reset_by reset_at",
                _("State of the second factor"),
                _("to ask for a second factor, and to say who took one away"),
                WITH_ACCOUNT,
                OWNER,
            ),
            Entry(
                "staff.SignIn",
                "user session_key address browser started_at seen_at",
                _("Where colleagues are signed in"),
                _("so that people see where they are signed in, and can end it"),
                Kept(_("until the session ends")),
                OWNER,
            ),
            Entry(
                "staff.Invitation",
                "name email roles user invited_by secret_hash expires_at used_at",
                _("Invitations of colleagues"),
                _("to let a colleague in once, or set a new password"),
                Kept(_("until it is used or its time is over")),
                (Reader.OWNER,),
            ),
            Entry(
                "staff.SavedFilter",
                "user path query name",
                _("Filters kept under a name"),
                _("to see lists the way somebody likes them"),
                WITH_ACCOUNT,
                (Reader.SELF,),
            ),
            Entry(
                "staff.Scan",
                "user purpose state secret_hash number address browser expires_at",
                _("Codes waiting to be scanned"),
                _("to sign in with one's own phone"),
                Kept(_("some minutes")),
                NOBODY,
            ),
            Entry(
                "sessions.Session",
                "session_key session_data expire_date",
                _("Sessions of the admin"),
                _("to stay signed in"),
                Kept(_("12 hours")),
                NOBODY,
            ),
            Entry(
                "staff.AppKey",
                "user key is_confirmed last_step drift",
                _("Authenticator apps of colleagues"),
                _("the second factor of signing in"),
                WITH_ACCOUNT,
                NOBODY,
            ),
            Entry(
                "otp_totp.TOTPDevice",
                "user name confirmed throttling_failure_timestamp throttling_failure_count last_used_at key step t0 digits"
                " tolerance drift last_t",
                _("Authenticator apps as they were kept before; nothing is added"),
                _("the second factor of signing in"),
                WITH_ACCOUNT,
                NOBODY,
            ),
            Entry(
                "otp_static.StaticDevice",
                "user name confirmed throttling_failure_timestamp throttling_failure_count last_used_at",
                _("Recovery codes of the second factor"),
                _("the second factor of signing in"),
                WITH_ACCOUNT,
                NOBODY,
            ),
            Entry(
                "otp_static.StaticToken",
                "device token",
                _("The codes themselves"),
                _("one code each, for when the phone is lost"),
                WITH_ACCOUNT,
                NOBODY,
            ),
            Entry(
                "admin.LogEntry",
                "action_time user content_type object_id object_repr action_flag change_message",
                _("Log of edits"),
                _("to see who has edited what"),
                Kept(_("for good; of an erased employee without the name")),
                (Reader.OWNER,),
            ),
            Entry(
                "audit.AuditEntry",
                "number at actor action object_kind object_id subject_ids detail support previous_hash hash",
                _("Audit trail"),
                _("to prove who did or saw what of personal data; of employees it names numbers, never names"),
                Kept(_("for good: it cannot be edited")),
                (Reader.OWNER,),
            ),
        ),
    )
)
