"""What goes in and out. The rules of a roster are its services'; here is only whether something can be read at all."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from tenants.words import listed
from workers.models import Department, Worker

MOST_ROWS = 1000
LARGEST_PAGE = 500
BIGGEST_ID = 2**63 - 1
SPACE_FOR_PLUS = re.compile(r"(T[\d:.]+) (\d\d:?\d\d)$")


class TextField(serializers.CharField):
    """A string of JSON and nothing else: a number would lose its zeros in front. What an empty one means, rules say."""

    def __init__(self, **kwargs):
        super().__init__(allow_blank=True, trim_whitespace=False, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        if "\0" in data:
            raise serializers.ValidationError(_("There is a character of value 0 in it. Take it out."))
        return super().to_internal_value(data)


class OptionalField(TextField):
    """null is as good as nothing."""

    def __init__(self, **kwargs):
        super().__init__(required=False, allow_null=True, **kwargs)


class TruthField(serializers.BooleanField):
    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class IdField(serializers.IntegerField):
    def __init__(self, **kwargs):
        super().__init__(min_value=1, max_value=BIGGEST_ID, **kwargs)

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return super().to_internal_value(data)


class ClosedSerializer(serializers.Serializer):
    """Takes no field that it does not know: a mistyped name is told, not passed over. With all else that is wrong."""

    default_error_messages = {"invalid": _("Send a JSON object here.")}

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if data is None:
            raise serializers.ValidationError({"non_field_errors": [_("Send a JSON object here.")]})
        return super().run_validation(data)

    def to_internal_value(self, data: Any) -> Any:
        unknown = sorted(set(data) - set(self.fields)) if isinstance(data, Mapping) else []
        refusals = {name[:60]: [self.unknown_told()] for name in unknown[:20]}
        try:
            values = super().to_internal_value(data)
        except serializers.ValidationError as refusal:
            raise serializers.ValidationError({**refusal.detail, **refusals}) from None
        if refusals:
            raise serializers.ValidationError(refusals)
        return values

    def unknown_told(self) -> str:
        return gettext("There is no such field.")


class Query(ClosedSerializer):
    """The parameters of an address: those that it takes, each once."""

    def unknown_told(self) -> str:
        if not self.fields:
            return gettext("This address takes no parameters.")
        return gettext("There is no such parameter. There are: %(names)s.") % {"names": listed(self.fields)}


class WorkerInput(ClosedSerializer):
    """One employee. What is left out stays as it is; null or "" empties it."""

    employee_number = TextField(max_length=30, help_text="Known by it. A string: zeros in front count.")
    name = OptionalField(max_length=40, help_text="Needed for somebody new.")
    gender = OptionalField(max_length=10, help_text='"female", "male" or "".')
    birth_date = serializers.DateField(required=False, allow_null=True)
    department = OptionalField(max_length=Department.NAME_LENGTH, help_text="Made if it is not there yet.")
    workshop = OptionalField(max_length=Department.NAME_LENGTH, help_text="Below the department.")
    line = OptionalField(max_length=Department.NAME_LENGTH, help_text="Below the workshop.")
    position = OptionalField(max_length=40)
    shift = OptionalField(max_length=30, help_text="The name of a shift that the factory has.")
    is_line_manager = TruthField(required=False)
    hired_on = serializers.DateField(required=False, allow_null=True)
    phone = OptionalField(max_length=30)
    id_last_four = OptionalField(max_length=4, help_text="Never more than the last four characters of the ID card.")
    education = OptionalField(max_length=10, help_text='"primary", "junior", "senior", "college" or "".')
    home_region = OptionalField(max_length=40)
    left_on = serializers.DateField(
        required=False, allow_null=True, help_text="The day they left; null brings them back."
    )


class BulkInput(ClosedSerializer):
    workers = WorkerInput(many=True, min_length=1, max_length=MOST_ROWS)
    create_departments = TruthField(
        default=True, help_text="false: a department, workshop or line that is not there is a mistake, and is not made."
    )


class BulkOutput(serializers.Serializer):
    rows = serializers.IntegerField()
    created = serializers.IntegerField()
    changed = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    departments_created = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField()),
        help_text="Each by its names from the top down: look whether one of them is a misspelt old one.",
    )


class PlaceOutput(serializers.Serializer):
    id = serializers.IntegerField()
    path = serializers.ListField(child=serializers.CharField(), help_text="Names from the top down.")


class WorkerOutput(serializers.Serializer):
    """What a payroll program needs to compare; birth date, phone, ID and the like go in and never come out."""

    employee_number = serializers.CharField()
    name = serializers.CharField()
    department = serializers.SerializerMethodField()
    position = serializers.CharField()
    shift = serializers.CharField(source="shift.name", allow_null=True, default=None)
    is_line_manager = serializers.BooleanField()
    hired_on = serializers.DateField(allow_null=True)
    left_on = serializers.DateField(allow_null=True)
    changed_at = serializers.DateTimeField(source="updated_at")

    @extend_schema_field(PlaceOutput(allow_null=True))
    def get_department(self, worker: Worker) -> dict[str, Any] | None:
        if worker.department_id is None:
            return None
        tree = self.context["tree"]
        current = tree.current_id(worker.department_id)
        return {"id": current, "path": tree.names(current)}


class WorkerPageOutput(serializers.Serializer):
    next = serializers.CharField(allow_null=True, help_text="The address of the next page; null on the last.")
    results = WorkerOutput(many=True)


class DeactivateInput(ClosedSerializer):
    left_on = serializers.DateField(help_text="Not in the future.")


class PageQuery(Query):
    limit = serializers.IntegerField(min_value=1, max_value=LARGEST_PAGE, default=100)
    cursor = serializers.RegexField(
        r"^[0-9]{1,18}$", required=False, help_text="From `next`. Rows that come or change meanwhile shift nothing."
    )


class MomentField(serializers.DateTimeField):
    """Of an address, where a “+” that is not written as %2B arrives as a space."""

    def to_internal_value(self, value: Any) -> Any:
        return super().to_internal_value(SPACE_FOR_PLUS.sub(r"\1+\2", value))


class WorkerQuery(PageQuery):
    department = serializers.IntegerField(
        min_value=1, max_value=BIGGEST_ID, required=False, help_text="Its id: those of it and of all below it."
    )
    status = serializers.ChoiceField(choices=["employed", "left", "all"], default="employed")
    changed_since = MomentField(required=False, help_text="Changed at that moment or later.")
    number = TextField(max_length=30, required=False, help_text="One employee number.")


class DepartmentOutput(serializers.ModelSerializer):
    class Meta:
        model = Department
        fields = ["id", "name", "kind", "parent"]
        read_only_fields = fields


class DepartmentPageOutput(serializers.Serializer):
    next = serializers.CharField(allow_null=True, help_text="The address of the next page; null on the last.")
    results = DepartmentOutput(many=True)


class KindField(serializers.ChoiceField):
    def __init__(self, **kwargs):
        super().__init__(choices=Department.Kind.choices, **kwargs)


class DepartmentInput(ClosedSerializer):
    name = TextField(max_length=Department.NAME_LENGTH)
    kind = KindField(default=Department.Kind.DEPARTMENT)
    parent = IdField(allow_null=True, default=None, help_text="The id of the one it belongs to; null: a top one.")


class DepartmentChange(ClosedSerializer):
    """What is left out stays as it is."""

    name = TextField(max_length=Department.NAME_LENGTH, required=False)
    kind = KindField(required=False)
    parent = IdField(allow_null=True, required=False, help_text="Moves it, with all below it.")
