"""A notice to an audience; and to a private one, whose people nobody may find out."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.contrib.auth.models import Permission, User
from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import override
from django_tenants.utils import tenant_context
from python_calamine import CalamineWorkbook

from announcements.admin.sending import size_told
from announcements.models import Announcement, Receipt
from announcements.services import (
    AnnouncementRefused,
    aim_words,
    announcement_aim,
    announcement_schedule,
    announcement_send,
    announcement_send_due,
    announcement_unschedule,
)
from tenants.audit.models import AuditEntry
from tenants.roles import COMMUNICATIONS, role_on
from tests.announcements.notices import admin_url, draft
from tests.config.rows import row_make
from wechat.models import InboundCallback
from workers.models import Audience, Broadcast, Contact, Worker, WorkerMessage
from workers.services.audience_rules import Rule
from workers.services.audience_words import RuleWords
from workers.services.audiences import Aim, AudienceRefused, AudienceSize, audience_save, with_use_count


@pytest.fixture(autouse=True)
def _nothing_asked(in_sunrise):
    cache.clear()


@pytest.fixture
def to_parents(crowd) -> Announcement:
    return draft(Rule(groups=("parent",)), requires_confirmation=True)


# --- aiming ----------------------------------------------------------------------------------------------------------
def test_a_notice_goes_to_whom_the_rule_finds_when_it_is_sent(crowd, hr):
    announcement = draft(Rule(hired_within_days=30))
    Worker.objects.filter(pk=crowd[0].pk).update(hired_on=timezone.localdate())
    sent = announcement_send(announcement=announcement, by=hr)
    assert (Receipt.objects.get().worker, sent.recipient_count, sent.is_private) == (crowd[0], 1, False)
    assert not sent.broadcast.is_private


def test_to_whom_it_went_stays_said_when_the_audience_changes_or_goes(crowd, hr):
    sent = announcement_send(announcement=draft(Rule(genders=("female",))), by=hr)
    words = sent.aimed_at
    audience_save(audience=sent.audience, rule=Rule(minors=True))
    sent.refresh_from_db()
    assert sent.aimed_at == words != ""
    Audience.objects.all().delete()
    sent.refresh_from_db()
    assert (sent.aimed_at, sent.audience, sent.receipts.count()) == (words, None, 40)


def test_whoever_may_not_see_personal_facts_learns_none_by_sending(crowd, li_na, hr):
    """One person's position and a sex: that it goes, or that nobody is found, would be the answer."""
    sender = User.objects.create_user("xuan", is_staff=True)
    Worker.objects.filter(pk=crowd[0].pk).update(position="唯一的岗位")
    for gender in ("female", "male"):
        one = draft(Rule(positions=("唯一的岗位",), genders=(gender,)))
        with pytest.raises(AudienceRefused):
            announcement_send(announcement=one, by=sender)
        with pytest.raises(AudienceRefused):
            announcement_schedule(announcement=one, at=timezone.now() + timedelta(hours=1), by=sender)
        Audience.objects.all().delete()
    assert not Receipt.objects.exists()
    for gender in ("female", "male"):
        sent = announcement_send(announcement=draft(Rule(genders=(gender,))), by=sender)
        assert sent.is_sent, "among many it goes whoever it finds, nobody too"
        Audience.objects.all().delete()


def test_an_audience_called_as_its_rule_is_said_once(in_sunrise):
    rule = Rule(groups=("line_manager",))
    with override("zh-hans"):
        words = RuleWords()(rule)
        assert aim_words(Aim(audience=Audience(name=words, rule=rule.document()))) == words
        assert aim_words(Aim(audience=Audience(name="带班的", rule=rule.document()))) == f"带班的：{words}"


def test_hr_reads_whom_it_went_to_in_the_words_of_that_day(sunrise, crowd, hr, hr_client):
    sent = announcement_send(announcement=draft(Rule(genders=("female",))), by=hr)
    for page in ("announcement_changelist", "announcement_change"):
        args = () if page.endswith("list") else (sent.pk,)
        assert sent.aimed_at in hr_client.get(admin_url(f"announcements_{page}", *args)).content.decode()


def test_a_draft_whose_audience_was_deleted_goes_to_nobody_and_never_to_all(sunrise, crowd, hr, hr_client):
    announcement = draft(Rule(hired_within_days=30))
    Audience.objects.all().delete()
    announcement.refresh_from_db()
    with pytest.raises(AnnouncementRefused) as refusal:
        announcement_send(announcement=announcement, by=hr)
    assert refusal.value.code == "audience_gone"
    assert not Receipt.objects.exists()
    for page in ("announcement_changelist", "announcement_send", "announcement_change"):
        args = () if page.endswith("list") else (announcement.pk,)
        assert hr_client.get(admin_url(f"announcements_{page}", *args)).status_code == 200


@pytest.mark.parametrize("kind", ["everybody", "department", "audience"])
def test_hr_chooses_whom_it_is_for_in_one_select(sunrise, crowd, li_na, hr_client, kind):
    with tenant_context(sunrise):
        audience = audience_save(audience=Audience(name="女工"), rule=Rule(genders=("female",)))
    value = {"everybody": "everybody", "department": f"department:{li_na.department_id}"}.get(
        kind, f"audience:{audience.pk}"
    )
    values = {"title": "周六停电", "body": "<p>请提前保存。</p>", "aim": value, "_save": "1"}
    response = hr_client.post(admin_url("announcements_announcement_add"), values)
    with tenant_context(sunrise):
        aim = announcement_aim(Announcement.objects.get())
        assert aim.workers(timezone.localdate()).count() == {"everybody": 41, "department": 1, "audience": 40}[kind]
    page = hr_client.get(response["Location"].replace("send/", "change/")).content.decode()
    assert f'value="{value}" selected' in page


@pytest.mark.parametrize("value", ["", "audience:999999", "audience:x", "department:-1", "everybody:1", "nobody"])
def test_what_is_not_in_the_select_is_refused(sunrise, li_na, hr_client, value):
    values = {"title": "x", "body": "<p>x</p>", "aim": value, "_save": "1"}
    response = hr_client.post(admin_url("announcements_announcement_add"), values)
    assert list(response.context["adminform"].form.errors) == ["aim"]


# --- private ---------------------------------------------------------------------------------------------------------
def test_a_private_notice_reaches_its_people_and_names_none(sunrise, to_parents, crowd, hr, hr_client):
    size = hr_client.get(admin_url("announcements_announcement_send", to_parents.pk)).context["size"]
    assert "13" not in str(size)
    hr_client.post(admin_url("announcements_announcement_send", to_parents.pk))
    with tenant_context(sunrise):
        sent = Announcement.objects.get()
        assert sent.is_private
        assert Broadcast.objects.get().is_private
        assert {receipt.worker for receipt in sent.receipts.all()} == set(crowd[:13])
        assert WorkerMessage.objects.count() == 13
        assert sent.recipient_count == (size.about or 0), "the figure of the day: to look at the sending tells no more"
        assert sent.recipient_count % 10 == 0
    pages = [
        admin_url("announcements_receipt_changelist") + f"?announcement__id__exact={sent.pk}",
        admin_url("announcements_receipt_changelist"),
        admin_url("announcements_announcement_change", sent.pk),
        admin_url("announcements_announcement_changelist"),
        admin_url("workers_workermessage_changelist"),
    ]
    for page in pages:
        assert "周婷" not in hr_client.get(page).content.decode(), page
    for page in (page.partition("?")[0] for page in pages if "/change/" not in page):
        workbook = CalamineWorkbook.from_filelike(BytesIO(b"".join(hr_client.get(f"{page}sheet/").streaming_content)))
        assert "周婷" not in str(workbook.get_sheet_by_index(0).to_python()), page
    with tenant_context(sunrise):
        message = WorkerMessage.objects.first()
    assert hr_client.get(admin_url("workers_workermessage_change", message.pk)).status_code == 302


def test_no_figure_of_a_private_notice_is_exact(sunrise, to_parents, crowd, hr, hr_client):
    announcement_send(announcement=to_parents, by=hr)
    Receipt.objects.filter(worker__in=crowd[:12]).update(opened_at=timezone.now(), confirmed_at=timezone.now())
    context = hr_client.get(admin_url("announcements_announcement_changelist")).context["cl"]
    admin = context.model_admin
    row = context.result_list[0]
    shown = [str(figure(row)) for figure in (admin.recipients, admin.opened, admin.confirmed)]
    assert not {"12", "13"} & set("".join(filter(lambda c: c.isdigit() or c == " ", " ".join(shown))).split())
    for lookup in (
        "recipient_count=13",
        "recipient_count__gte=11",
        "receipts__worker=1",
        "broadcast__messages__worker=1",
    ):
        response = hr_client.get(admin_url("announcements_announcement_changelist") + f"?{lookup}")
        assert response.status_code in (302, 400), lookup
    for lookup in (f"worker__id={crowd[0].pk}", f"worker__name={crowd[0].name}", "announcement__is_private=1"):
        page = hr_client.get(admin_url("announcements_receipt_changelist") + f"?{lookup}")
        assert page.status_code in (302, 400) or not page.context["cl"].result_count


def test_sending_to_nobody_looks_like_sending_to_a_few(crowd, hr):
    """Had a refusal come back, HR would know that not one of the thirty has said so."""
    sent = announcement_send(announcement=draft(Rule(child_elsewhere=True)), by=hr)
    assert (sent.is_sent, sent.receipts.count()) == (True, 0)
    assert sent.recipient_count % 10 == 0


def test_a_private_audience_that_has_become_narrow_is_not_sent_to(to_parents, crowd, hr):
    Worker.objects.exclude(pk__in=[worker.pk for worker in crowd[:20]]).update(left_on=timezone.localdate())
    with pytest.raises(AudienceRefused):
        announcement_send(announcement=to_parents, by=hr)
    assert not Receipt.objects.exists()


def test_a_phone_that_hr_binds_as_well_shows_no_private_notice(sunrise, to_parents, crowd, hr, site_client):
    announcement_send(announcement=to_parents, by=hr)
    own = site_client(sunrise).force_phone(crowd[0].contacts.get())
    address = f"/announcements/{to_parents.uuid}/"
    assert own.get(address).status_code == 200
    with tenant_context(sunrise):
        second = Contact.objects.create(channel="wechat", address="hr", worker=crowd[0], bound_at=timezone.now())
        other = site_client(sunrise).force_phone(second)
    for client in (own, other):
        assert client.get(address).status_code == 404
        assert "亲子" not in client.get("/announcements/").content.decode()
        assert client.post(f"{address}confirm/").status_code == 404
    with tenant_context(sunrise):
        Contact.objects.filter(address=f"o-{crowd[0].pk}").update(worker=None)
    assert other.get(address).status_code == 404


def test_an_announcement_by_personal_facts_names_its_people_only_to_who_may_know(sunrise, crowd, hr, site_client):
    sent = announcement_send(announcement=draft(Rule(genders=("female",))), by=hr)
    assert (sent.is_private, sent.is_personal) == (False, True)
    client = site_client(sunrise)
    with tenant_context(sunrise):
        user = User.objects.create_user("tong", password=None, is_staff=True)
        known = ("view_announcement", "view_receipt")
        user.user_permissions.set(Permission.objects.filter(codename__in=known))
        client.force_login(user)
    receipts = admin_url("announcements_receipt_changelist")
    assert "周婷" not in client.get(receipts).content.decode()
    assert client.get(admin_url("announcements_announcement_change", sent.pk)).status_code == 200
    with tenant_context(sunrise):
        user.user_permissions.add(Permission.objects.get(codename="see_personal_worker"))
    assert "周婷" in client.get(receipts).content.decode()


def test_a_notice_is_one_use_of_its_audience_however_often_it_was_written(to_parents):
    to_parents.title = "改过的标题"
    to_parents.save()
    assert to_parents.history.count() == 2
    assert with_use_count(Audience.objects.all()).get().use_count == 1


def test_nobody_is_preset_as_whom_it_is_for(sunrise, hr_client):
    page = hr_client.get(admin_url("announcements_announcement_add"))
    assert page.context["adminform"].form["aim"].value() is None
    answer = hr_client.post(admin_url("announcements_announcement_add"), {"title": "停电", "body": "<p>周六。</p>"})
    assert "aim" in answer.context["adminform"].form.errors
    with tenant_context(sunrise):
        assert not Announcement.objects.exists()


# --- what sending tells whoever may not see personal facts -------------------------------------------------------------
@pytest.fixture
def sender(in_sunrise) -> User:
    user = User.objects.create_user("xuan", is_staff=True)
    user.groups.add(role_on(COMMUNICATIONS))
    return user


@pytest.mark.parametrize("gender", ["female", "male"])
def test_a_plan_of_hr_tells_nothing_of_an_audience_that_somebody_made_narrow_since(crowd, hr, sender, gender):
    """HR may plan for one person; whoever may change the audience reads in the list what became of it."""
    hr.user_permissions.add(Permission.objects.get(codename="see_personal_worker"))
    by = User.objects.get(pk=hr.pk)
    planned = announcement_schedule(
        announcement=draft(Rule(genders=("female",))), at=timezone.now() + timedelta(hours=1), by=by
    )
    Worker.objects.filter(pk=crowd[0].pk).update(position="唯一的岗位")
    audience_save(audience=planned.audience, rule=Rule(positions=("唯一的岗位",), genders=(gender,)))
    Announcement.objects.update(send_at=timezone.now() - timedelta(minutes=1))
    announcement_send_due(announcement_id=planned.pk)
    planned.refresh_from_db()
    told = size_told(planned, planned.recipient_count)
    assert (planned.is_sent, planned.unsent_because, told) == (True, "", AudienceSize(about=0))


def test_the_size_of_what_went_by_personal_facts_has_a_lot_and_no_edge(crowd, li_na, sender):
    """Rounded alone it would jump where one person is taken out."""
    told, shown = [], []
    for number, region in enumerate(("湖南", "四川", "贵州", "河南"), start=1):
        Worker.objects.filter(pk__in=[worker.pk for worker in crowd[: 10 * number]]).update(home_region=region)
        notice = draft(Rule(home_regions=(region,)))
        told.append(announcement_aim(notice).size(timezone.localdate(), sees_personal=False))
        sent = announcement_send(announcement=notice, by=sender)
        shown.append(size_told(sent, sent.recipient_count))
        Audience.objects.all().delete()
    assert shown == told


def test_reports_of_wechat_cannot_be_counted(sunrise, hr_client):
    """One for each message that arrived: their number is that of a private audience."""
    report = {"kind": "templatesendjobfinish", "received_at": timezone.now()}
    for state in ("done", "done", "received", "failed"):
        row_make(InboundCallback, **report, state=state)
    row_make(InboundCallback, kind="text", state="done")
    assert InboundCallback.objects.count() == 5
    found = hr_client.get(admin_url("wechat_inboundcallback_changelist")).context["cl"].result_list
    assert {(row.kind, row.state) for row in found} == {("templatesendjobfinish", "failed"), ("text", "done")}


# --- the trail -------------------------------------------------------------------------------------------------------
def test_what_was_planned_taken_back_and_sent_is_in_the_trail_without_who_got_it(to_parents, hr):
    announcement_schedule(announcement=to_parents, at=timezone.now() + timedelta(hours=1), by=hr)
    announcement_unschedule(announcement=to_parents, by=hr)
    announcement_send(announcement=to_parents, by=hr)
    sent, back, planned = AuditEntry.objects.order_by("-number")[:3]
    assert [entry.action for entry in (planned, back, sent)] == [
        "announcement_planned",
        "announcement_taken_back",
        "announcement_sent",
    ]
    assert (sent.actor, sent.object_id, sent.subject_ids) == ("hr", str(to_parents.pk), [])
    assert sent.detail == {"rests_on": "SAID"}


def test_the_page_of_a_receipt_is_called_as_its_employee(sunrise, crowd, hr, hr_client):
    with tenant_context(sunrise):
        sent = announcement_send(announcement=Announcement.objects.create(title="停电", body="<p>x</p>"), by=hr)
        receipt = sent.receipts.get(worker=crowd[0])
    page = hr_client.get(admin_url("announcements_receipt_change", receipt.pk)).content.decode()
    assert str(crowd[0]) in page.partition("<title>")[2].partition("</title>")[0]
    assert f"{sent.pk}/{crowd[0].pk}" not in page
