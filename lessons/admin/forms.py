from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.forms import BaseInlineFormSet
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminFileFieldWidget,
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from lessons.models import Asset, Audience, Block, Format, Lesson, Origin, Series
from lessons.services.assets import BYTES_MAX, SUFFIXES, asset_store
from lessons.services.drafts import own_series
from lessons.services.publishing import move_check, privacy_check
from tenants.enrolment import by_enrolment
from tenants.errors import DomainError

PICTURES_ACCEPTED = ",".join(sorted(SUFFIXES))


def picture_field(**options: Any) -> forms.FileField:
    widget = UnfoldAdminFileFieldWidget(attrs={"accept": PICTURES_ACCEPTED})
    return forms.FileField(required=False, widget=widget, **options)


def picture_clean(file: File | None) -> Asset | None:
    """The uploaded picture, stored; a refusal becomes the field's error."""
    if not file:
        return None
    try:
        return asset_store(content=file.read(BYTES_MAX + 1), name=file.name or "")
    except DomainError as refusal:
        raise ValidationError(str(refusal), code=refusal.code) from refusal


def series_offer(field: forms.ModelChoiceField) -> None:
    """Our own series to choose from; where there is none yet, the first is made when the form is saved."""
    field.queryset = Series.objects.filter(origin=Origin.OWN)
    field.label_from_instance = lambda series: f"{series.title} · {series.get_privacy_display()}"
    field.help_text = _(
        "Of a private series you see counts only, never who learned it, and that stays so once a lesson is published."
        " For lessons you assign, first make a series that is tracked by name."
    )
    if not field.queryset.exists():
        field.required = False
        field.empty_label = by_enrolment(
            _("Our own lessons (a new, private series)"),
            pgettext_lazy("of an open account", "Our own lessons (a new, private series)"),
        )


class LessonForm(forms.ModelForm):
    audiences = forms.MultipleChoiceField(
        label=capfirst(_("meant for")), choices=Audience.choices, widget=UnfoldAdminCheckboxSelectMultipleWidget
    )
    cover_file = picture_field(
        label=capfirst(_("new cover")), help_text=_("JPEG, PNG, WebP or GIF, at most 10 MB; best 16 to 9.")
    )

    class Meta:
        model = Lesson
        fields = [
            "title",
            "summary",
            "series",
            "topic",
            "audiences",
            "format",
            "minutes",
            "pass_mark_percent",
            "source",
            "licence",
            "reviewer",
            "position",
            "is_pinned",
            "is_hidden",
        ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "series" in self.fields:
            series_offer(self.fields["series"])

    def clean_cover_file(self) -> Asset | None:
        return picture_clean(self.cleaned_data["cover_file"])

    def clean_series(self) -> Series | None:
        series = self.cleaned_data["series"]
        try:
            if series and self.instance.pk:
                move_check(lesson=self.instance, series=series)
        except DomainError as refusal:
            raise ValidationError(str(refusal), code=refusal.code) from refusal
        return series

    def save(self, commit: bool = True) -> Lesson:
        if not self.instance.series_id:
            self.instance.series = own_series()
        if asset := self.cleaned_data.get("cover_file"):
            self.instance.cover = asset
        return super().save(commit)


class RowForm(forms.ModelForm):
    """A row of an ordered set. Its place is set by dragging; a new row nobody dragged comes last."""

    position = forms.IntegerField(
        label=_("order"), required=False, min_value=0, max_value=32_000, widget=forms.HiddenInput
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance._state.adding:
            self.initial["position"] = None


class RowFormSet(BaseInlineFormSet):
    def save_new(self, form, commit=True):
        if form.instance.position is None:
            taken = [row.instance.position for row in self.forms if row.instance.position is not None]
            form.instance.position = max(taken, default=-1) + 1
        return super().save_new(form, commit)


class BlockForm(RowForm):
    picture = picture_field(label=capfirst(_("picture")), help_text=_("JPEG, PNG, WebP or GIF, at most 10 MB."))

    class Meta:
        model = Block
        fields = ["kind", "position", "body", "alt", "caption"]

    def clean_picture(self) -> Asset | None:
        return picture_clean(self.cleaned_data["picture"])

    def save(self, commit: bool = True) -> Block:
        if asset := self.cleaned_data.get("picture"):
            self.instance.asset = asset
            self.instance.kind = Block.Kind.IMAGE
        return super().save(commit)


class SeriesForm(forms.ModelForm):
    class Meta:
        model = Series
        fields = ["title", "title_en", "summary", "privacy", "position", "followed"]
        widgets = {"privacy": UnfoldAdminRadioSelectWidget}
        help_texts = {
            "privacy": by_enrolment(
                _(
                    "Private: nobody but the worker sees who learned a lesson; you see counts, small ones hidden. For family,"
                    " wellbeing and rights. Tracked by name: you see who learned what; workers are told so. For work skills and"
                    " what you assign. A private series cannot be made tracked once a lesson of it was published: those who"
                    " read it trusted that nobody sees."
                ),
                _(
                    "Private: nobody but the learner sees who learned a lesson; you see counts, small ones hidden. For family,"
                    " wellbeing and rights. Tracked by name: you see who learned what; learners are told so. For work skills and"
                    " what you assign. A private series cannot be made tracked once a lesson of it was published: those who"
                    " read it trusted that nobody sees."
                ),
            ),
            "followed": _("New lessons of this series arrive by themselves, and changes to those you have."),
            "position": _("Small numbers come first."),
        }

    def clean_privacy(self) -> str:
        privacy = self.cleaned_data["privacy"]
        try:
            privacy_check(series=self.instance, privacy=privacy)
        except DomainError as refusal:
            raise ValidationError(str(refusal), code=refusal.code) from refusal
        return privacy


class PicturesInput(UnfoldAdminFileFieldWidget):
    allow_multiple_selected = True


class PicturesField(forms.FileField):
    """Several files from one input."""

    def clean(self, data: Any, initial: Any = None) -> list[File]:
        files = data if isinstance(data, list | tuple) else [data]
        return [super(PicturesField, self).clean(file, initial) for file in files]


class DraftForm(forms.Form):
    """What both ways to a draft ask for."""

    title = forms.CharField(label=capfirst(_("title")), max_length=60, widget=UnfoldAdminTextInputWidget)
    series = forms.ModelChoiceField(
        label=capfirst(_("series")), queryset=Series.objects.none(), widget=UnfoldAdminSelectWidget, empty_label=None
    )
    audiences = forms.MultipleChoiceField(
        label=capfirst(_("meant for")), choices=Audience.choices, widget=UnfoldAdminCheckboxSelectMultipleWidget
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        series_offer(self.fields["series"])


class WordForm(DraftForm):
    file = forms.FileField(
        label=_("Word document"),
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".docx"}),
        help_text=_("A .docx file, at most 10 MB. Headings, lists, bold text and pictures are kept."),
    )
    field_order = ["file", "title", "series", "audiences"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["title"].required = False
        self.fields["title"].help_text = _("Empty: the first line of the document.")


class PicturesForm(DraftForm):
    files = PicturesField(
        label=capfirst(_("pictures")),
        widget=PicturesInput(attrs={"accept": PICTURES_ACCEPTED, "multiple": True}),
        help_text=_("1 to 30 pictures, each at most 10 MB, shown in the order of their names: 1.jpg, 2.jpg, 10.jpg."),
    )
    format = forms.ChoiceField(
        label=capfirst(_("format")), choices=Format.choices, initial=Format.COMIC, widget=UnfoldAdminSelectWidget
    )
    field_order = ["files", "title", "series", "format", "audiences"]
