"""Two short pages above the list of lessons: a Word file or a set of pictures becomes a draft."""

from collections.abc import Callable

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import action

from lessons.admin.forms import PicturesForm, WordForm
from lessons.services.drafts import Draft, draft_from_docx, draft_from_pictures, own_series
from lessons.services.word import BYTES_MAX
from tenants.errors import DomainError


class UploadsAdmin(ModelAdmin):
    @action(description=_("New from Word"), url_path="from-word", permissions=["add"], icon="description")
    def from_word(self, request: HttpRequest) -> HttpResponse:
        return self._upload(request, WordForm, _draft_of_word, _("New from Word"))

    @action(description=_("New from pictures"), url_path="from-pictures", permissions=["add"], icon="photo_library")
    def from_pictures(self, request: HttpRequest) -> HttpResponse:
        return self._upload(request, PicturesForm, _draft_of_pictures, _("New from pictures"))

    def _upload(
        self, request: HttpRequest, form_class: type[Form], make: Callable[[Form], Draft], title: str
    ) -> HttpResponse:
        form = form_class(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            try:
                draft = make(form)
            except DomainError as refusal:
                form.add_error("file" if "file" in form.fields else "files", str(refusal))
            else:
                self.log_addition(request, draft.lesson, [{"added": {}}])
                self.message_user(request, _("The draft is made. Look it over, then publish it."), messages.SUCCESS)
                for note in draft.notes:
                    self.message_user(request, note, messages.WARNING)
                return redirect("admin:lessons_lesson_change", draft.lesson.pk)
        context = {**self.admin_site.each_context(request), "opts": self.model._meta, "form": form, "title": title}
        return TemplateResponse(request, "lessons/admin/upload.html", context)


def _draft_of_word(form: Form) -> Draft:
    data = form.cleaned_data
    return draft_from_docx(
        content=data["file"].read(BYTES_MAX + 1),
        name=data["file"].name,
        series=data["series"] or own_series(),
        audiences=data["audiences"],
        title=data["title"],
    )


def _draft_of_pictures(form: Form) -> Draft:
    data = form.cleaned_data
    return draft_from_pictures(
        files=data["files"],
        title=data["title"],
        series=data["series"] or own_series(),
        audiences=data["audiences"],
        format=data["format"],
    )
