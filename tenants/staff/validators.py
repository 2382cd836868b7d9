from django.contrib.auth.password_validation import MinimumLengthValidator, UserAttributeSimilarityValidator
from django.utils.translation import gettext as _


class UnlikeTheirNames(UserAttributeSimilarityValidator):
    """Django's, which calls the sign-in name by another word than our pages."""

    def get_error_message(self) -> str:
        return _("The password is too much like the sign-in name, the full name or the e-mail. Choose another one.")


class LongEnough(MinimumLengthValidator):
    """Django's, whose Chinese misses the present wording of its English."""

    def get_error_message(self) -> str:
        return _("The password is too short. Take at least %(length)d characters.") % {"length": self.min_length}
