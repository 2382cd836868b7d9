from django.contrib.auth.password_validation import UserAttributeSimilarityValidator
from django.utils.translation import gettext as _


class UnlikeTheirNames(UserAttributeSimilarityValidator):
    """Django's, which calls the sign-in name by another word than our pages."""

    def get_error_message(self) -> str:
        return _("The password is too much like the sign-in name, the full name or the e-mail. Choose another one.")
