"""A figure of the first page and the rows that it leads to are the same."""

from datetime import datetime, time, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from lessons.models import Lesson, Series
from progress.models import LessonProgress
from tests.config.rows import row_make
from tests.config.test_dashboard import signed_in, somebody
from workers.models import Colleague, Contact, Department, Worker


@pytest.fixture
def line(in_sunrise) -> Department:
    line = row_make(Department, name="一线", path="")
    Department.objects.filter(pk=line.pk).update(path=f"{line.pk}/")
    return line


def completed_at_each_edge(worker: Worker) -> None:
    """The first moment of the seven days, the last before them (within 168 hours, or not), and now."""
    began = timezone.make_aware(datetime.combine(timezone.localdate() - timedelta(days=6), time.min))
    series = row_make(Series, privacy=Series.Privacy.TRACKED)
    for moment in (began, began - timedelta(seconds=1), timezone.now()):
        columns = {"opened_at": moment, "read_at": moment, "completed_at": moment}
        row_make(LessonProgress, worker=worker, lesson=row_make(Lesson, series=series), **columns)


def rows_behind(client, figure) -> int:
    return client.get(figure.href).context["cl"].result_count


def test_who_is_counted_as_bound_is_who_the_figure_leads_to(in_sunrise, site_client):
    bound, _other, _third = (row_make(Worker) for _n in range(3))
    row_make(Contact, worker=bound), row_make(Contact, worker=bound)
    hr = signed_in(site_client, in_sunrise, get_user_model().objects.get(username="hr"))
    (figure,) = (figure for figure in hr.get("/admin/").context["figures"] if figure.label == "已绑定员工")
    assert figure.value == rows_behind(hr, figure) == 1


@pytest.mark.parametrize("role", ["hr", "line_leader"])
def test_what_was_completed_in_seven_days_is_what_the_figure_leads_to(in_sunrise, site_client, line, role):
    leader = row_make(Worker, department=line)
    Department.objects.filter(pk=line.pk).update(leader=leader)
    completed_at_each_edge(leader)
    user = get_user_model().objects.get(username="hr") if role == "hr" else somebody(role)
    Colleague.objects.create(user=user, worker=leader)
    client = signed_in(site_client, in_sunrise, user)
    (figure,) = (figure for figure in client.get("/admin/").context["figures"] if "completed_at" in figure.href)
    assert figure.value == rows_behind(client, figure) == 2
