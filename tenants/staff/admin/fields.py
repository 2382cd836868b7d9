from django.contrib.auth.models import Group
from django.forms import ModelMultipleChoiceField
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from tenants.roles import role_description, role_title


class RolesField(ModelMultipleChoiceField):
    widget = UnfoldAdminCheckboxSelectMultipleWidget

    def label_from_instance(self, group: Group) -> str:
        description = role_description(group.name)
        return f"{role_title(group.name)} · {description}" if description else role_title(group.name)
