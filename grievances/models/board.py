"""What is said in the open: "you said, we did", and the words officers begin their answers with."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from grievances.models.cases import Case, Category
from grievances.models.officers import Officer


class BoardEntry(models.Model):
    """An idea or a complaint that led to something, told in the officers' words. Two officers approve before it shows.

    Drafted only from a closed case whose worker agreed. Days only: when something was written says nothing about who.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("waiting for approval")
        PUBLISHED = "published", _("on the board")
        WITHDRAWN = "withdrawn", _("taken off the board")

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="board_entry", verbose_name=_("case"))
    category = models.CharField(_("category"), max_length=10, choices=Category.choices)
    you_said = models.TextField(
        _("you said"),
        max_length=500,
        help_text=_("In your own words. Leave out names, places, days and all that could tell who wrote."),
    )
    we_did = models.TextField(_("we did"), max_length=1000)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    drafted_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+", verbose_name=_("drafted by"))
    drafted_on = models.DateField(_("drafted on"))
    published_on = models.DateField(_("published on"), null=True, blank=True)

    class Meta:
        verbose_name = _("entry of the board")
        verbose_name_plural = _("You said, we did")
        ordering = ["-published_on", "-drafted_on", "pk"]

    def __str__(self):
        return self.you_said[:40]


class BoardApproval(models.Model):
    """One officer has read these words and agrees to publish them. A change of words deletes the approvals."""

    entry = models.ForeignKey(BoardEntry, on_delete=models.CASCADE, related_name="approvals")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "officer"], name="board_approval_once")]

    def __str__(self):
        return f"{self.entry_id} by {self.officer_id}"


class ReplyTemplate(models.Model):
    """Words that officers begin an answer with. They hold nothing of any case."""

    title = models.CharField(_("title"), max_length=40)
    text = models.TextField(_("text"), max_length=2000)

    class Meta:
        verbose_name = _("reply template")
        verbose_name_plural = _("reply templates")
        ordering = ["title"]

    def __str__(self):
        return self.title
