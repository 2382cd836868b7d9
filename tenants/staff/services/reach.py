"""Nobody hands on more than they hold."""

from django.contrib.auth.models import Group, Permission, User
from django.db.models import Q, QuerySet

MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"


def roles_within_reach(user: User) -> QuerySet[Group]:
    """The roles somebody may hand on: those that hold no permission which they lack themselves."""
    if user.is_superuser:
        return Group.objects.order_by("pk")
    own = Permission.objects.filter(Q(group__user=user) | Q(user=user))
    beyond = Permission.objects.exclude(pk__in=own.values("pk"))
    return Group.objects.exclude(permissions__in=beyond).order_by("pk")


def users_who_may(permission: str) -> QuerySet[User]:
    """Everybody who can sign in and holds "app.codename"; in the present schema."""
    return User.objects.with_perm(permission, backend=MODEL_BACKEND).filter(is_staff=True)


def is_within_reach(user: User, other: User) -> bool:
    if user.is_superuser or user == other:
        return True
    return not other.is_superuser and other.get_all_permissions() <= user.get_all_permissions()
