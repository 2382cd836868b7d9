"""Paper that binds: a one-time code for each employee, and how far each department has come."""

import hmac
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from secrets import choice

import segno
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from tenants.audit.services import audit_record
from tenants.errors import DomainError
from workers.models import BindCode, Contact, Department, Worker
from workers.services.departments import DepartmentTree

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # what nobody takes for something else on paper: no 0, O, 1, I, L
CODE_LENGTH = 8
REFERENCE_LENGTH = 12
MOST_SLIPS = 600
PER_PAGE = 10


class SlipsRefused(DomainError):
    """codes: slips_none, slips_too_many. Nothing has been made."""

    code = "slips_none"


@dataclass
class Slip:
    """What is printed once and kept nowhere. reference: what the QR code says; it opens the page, it proves nothing."""

    worker: Worker
    code: str
    reference: str
    expires_at: datetime
    qr: str = ""

    @property
    def code_shown(self) -> str:
        return f"{self.code[:4]} {self.code[4:]}"


@dataclass(frozen=True)
class SlipPage:
    """A sheet of A4. cover: the first one of a department, with a strip for whoever hands the slips out."""

    department: Department | None
    slips: list[Slip]
    cover: bool
    total: int


@dataclass(frozen=True)
class Progress:
    """How many of a department's people, with all below it, are bound; None: those of no department."""

    department: Department | None
    bound: int
    total: int

    @property
    def percent(self) -> int:
        """To the nearest; 100 only of all."""
        nearest = (200 * self.bound + self.total) // (2 * self.total) if self.total else 0
        return nearest if self.bound == self.total else min(nearest, 99)

    @property
    def unbound(self) -> int:
        return self.total - self.bound


def code_clean(text: str) -> str:
    """As it was printed, however it is typed: full width, small letters, in groups."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).upper()))[:40]


def is_code(text: str) -> bool:
    return len(code_clean(text)) == CODE_LENGTH


def code_hash(*, worker_id: int, code: str) -> str:
    """Keyed with the server's secret: a stolen database cannot be searched for 31**8 codes."""
    said = f"{connection.schema_name}:{worker_id}:{code}"
    return salted_hmac("workers.bind_code", said, algorithm="sha256").hexdigest()


def slip_workers(
    *, department: Department | None = None, worker: Worker | None = None, unbound_only: bool = True
) -> QuerySet[Worker]:
    """Whom slips are for: one employee, or those of a department and below (of all), in the order of the tree."""
    people = Worker.objects.employed()
    if worker is not None:
        people, unbound_only = people.filter(pk=worker.pk), False
    if department is not None:
        people = people.in_department(department)
    if unbound_only:
        people = people.filter(~Exists(Contact.objects.filter(worker=OuterRef("pk"))))
    places = ("department__parent__parent", "department__leader")
    return people.select_related(*places).order_by("department__path", "name_pinyin", "employee_number")


def sheet_count(workers: QuerySet[Worker]) -> int:
    """How many sheets of A4 their slips fill."""
    counts = workers.order_by().values("department_id").annotate(count=Count("pk")).values_list("count", flat=True)
    return sum(-(-count // PER_PAGE) for count in counts)


def codes_open(workers: QuerySet[Worker]) -> int:
    """How many printed codes of theirs are still good, and would not be after a new printing."""
    return BindCode.objects.filter(
        worker__in=workers.order_by().values("pk"), used_at=None, expires_at__gt=timezone.now()
    ).count()


@transaction.atomic
def slips_make(*, workers: QuerySet[Worker], by: User) -> list[Slip]:
    """A new code for each; earlier ones of theirs are void from now on. The codes are returned once and never again.

    Raises SlipsRefused.
    """
    people = list(workers[: MOST_SLIPS + 1])
    if not people:
        raise SlipsRefused(_("There is nobody to print a slip for. Choose another department."))
    if len(people) > MOST_SLIPS:
        text = _("More than %(most)d slips at once are too many. Choose a smaller department.")
        raise SlipsRefused(text % {"most": MOST_SLIPS}, code="slips_too_many")
    now = timezone.now()
    codes = [(worker, "".join(choice(ALPHABET) for _each in range(CODE_LENGTH))) for worker in people]
    rows = [
        BindCode(
            worker=worker,
            code_hash=code_hash(worker_id=worker.pk, code=code),
            printed_at=now,
            expires_at=now + timedelta(days=settings.BIND_CODE_DAYS),
        )
        for worker, code in codes
    ]
    changed = ["code_hash", "printed_at", "expires_at", "used_at", "updated_at"]
    BindCode.objects.bulk_create(rows, update_conflicts=True, unique_fields=["worker"], update_fields=changed)
    audit_record(by=by, action="slips_printed", subjects=[worker.pk for worker in people], count=len(people))
    return [
        Slip(worker, code, _reference(row), row.expires_at) for (worker, code), row in zip(codes, rows, strict=True)
    ]


def slip_pages(slips: Iterable[Slip]) -> Iterator[SlipPage]:
    """Sheets of A4, a new one for each department, so that the stack can be handed to its leader."""
    for _key, group in groupby(slips, key=lambda slip: slip.worker.department_id):
        all_of_it = list(group)
        for start in range(0, len(all_of_it), PER_PAGE):
            page = all_of_it[start : start + PER_PAGE]
            yield SlipPage(page[0].worker.department, page, cover=start == 0, total=len(all_of_it))


def slip_qr(address: str) -> str:
    """Inline SVG for paper: sharp at any size."""
    return segno.make(address, error="m", micro=False).svg_inline(scale=1, border=0, omitsize=True, dark="#111")


def slip_worker(reference: str) -> Worker | None:
    """Whose slip it is, while it is good; None for one that is used, expired, replaced or made up."""
    pk = reference.partition("-")[0]
    if not (reference.isascii() and pk.isdecimal()) or len(pk) > 18:
        return None
    good = BindCode.objects.filter(worker_id=int(pk), used_at=None, expires_at__gt=timezone.now())
    code = good.exclude(code_hash=BindCode.NONE_YET).select_related("worker").first()
    if code is None or not hmac.compare_digest(_reference(code).encode(), reference.encode()):
        return None
    return code.worker if code.worker.left_on is None else None


def _reference(code: BindCode) -> str:
    signed = salted_hmac(
        "workers.slip", f"{connection.schema_name}:{code.worker_id}:{code.code_hash}", algorithm="sha256"
    )
    return f"{code.worker_id}-{signed.hexdigest()[:REFERENCE_LENGTH]}"


def binding_progress(*, within: Department | None = None) -> list[Progress]:
    """Each department that has people, in the order of the tree, counted with all below it; then those of none."""
    bound = Exists(Contact.objects.filter(worker=OuterRef("pk")))
    people = Worker.objects.employed().annotate(is_bound=bound)
    rows = (
        people.order_by()
        .values("department_id")
        .annotate(total=Count("pk"), bound=Count("pk", filter=Q(is_bound=True)))
    )
    own = {row["department_id"]: (row["bound"], row["total"]) for row in rows}
    departments = list(Department.objects.order_by("path"))
    bounds, totals = Counter[int](), Counter[int]()
    for department in departments:
        for above in department.path.strip("/").split("/"):
            bounds[int(above)] += own.get(department.pk, (0, 0))[0]
            totals[int(above)] += own.get(department.pk, (0, 0))[1]
    shown = [Progress(each, bounds[each.pk], totals[each.pk]) for each in departments if totals[each.pk]]
    if None in own:
        shown.append(Progress(None, *own[None]))
    return shown


def progress_rows(progress: Iterable[Progress]) -> tuple[list[str], list[list[str | int]]]:
    """(headings, rows) of the table, the same on the screen and in Excel."""
    tree = DepartmentTree()
    headings = [_("Department"), _("Bound"), _("Not yet bound"), _("Employees"), _("Bound (%)")]
    return headings, [
        [
            tree.label(each.department.pk) if each.department else _("in no department"),
            each.bound,
            each.unbound,
            each.total,
            each.percent,
        ]
        for each in progress
    ]
