"""What may not be deleted while rows lead to it: said with their number, before anybody is asked whether they are sure."""

from collections.abc import Sequence

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.utils import quote
from django.db.models import PROTECT, RESTRICT, Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenants.words import listed


class DeletionMixin(ModelAdmin):
    """held_advice: what to do with the rows that hold one back."""

    held_advice = gettext_lazy("Delete these first, or let them lead to something else.")

    def delete_view(self, request: HttpRequest, object_id: str, extra_context=None) -> HttpResponse:
        row = self.get_object(request, object_id)
        if row is None or not self.has_delete_permission(request, row) or not (held := self._held(request, [row])):
            return super().delete_view(request, object_id, extra_context)
        text = _("“%(name)s” cannot be deleted yet. It still has: %(rows)s. %(advice)s")
        self.message_user(
            request, text % {"name": row, "rows": listed(held), "advice": self.held_advice}, messages.ERROR
        )
        page = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return HttpResponseRedirect(reverse(page, args=[quote(row.pk)]))

    def get_deleted_objects(self, objs: Sequence[Model], request: HttpRequest):
        """Of many at once the page that asks says it."""
        found = super().get_deleted_objects(objs, request)
        held = self._held(request, objs)
        return (*found[:2], set(), [*held, self.held_advice]) if held else found

    def _held(self, request: HttpRequest, rows: Sequence[Model]) -> list[str]:
        """Such as "Employees 29": as far as the reader may see such rows."""
        found = []
        for relation in self.opts.get_fields(include_hidden=True):
            if not (relation.auto_created and relation.one_to_many and relation.on_delete in (PROTECT, RESTRICT)):
                continue
            model, site = relation.related_model, self.admin_site
            if not site.is_registered(model) or not site.get_model_admin(model).has_view_permission(request):
                continue
            if count := model._base_manager.filter(**{f"{relation.field.name}__in": rows}).count():
                found.append(f"{capfirst(model._meta.verbose_name_plural)} {count}")
        return found
