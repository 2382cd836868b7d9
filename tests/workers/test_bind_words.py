"""The page of binding says what fits the way somebody came."""

import pytest

from tenants.middleware import domains_forget
from workers.models import BindingPolicy
from workers.privacy.requests import request_open

NEXT = "/me/data/"


def test_who_came_for_their_data_reads_why_they_bind_and_where_leavers_ask(phone):
    page = phone.get(NEXT, follow=True).content.decode()
    assert "哪些信息是你的" in page
    assert "已经离职、绑不上" in page
    assert "哪些信息是你的" not in phone.get("/bind/").content.decode()


def test_where_anybody_may_join_nobody_is_sent_to_hr(open_factory, phone):
    domains_forget()
    page = phone.get(NEXT, follow=True).content.decode()
    assert "先加入，才知道哪些信息是你的" in page
    domains_forget()
    assert "人事" not in page


@pytest.mark.parametrize("query", ["?with=code", "?slip=x"])
def test_who_has_a_slip_is_not_told_of_the_phone_that_hr_lacks(phone, query):
    page = phone.get(f"/bind/{query}").content.decode()
    assert "绑定码不对" in page
    assert "没登记你的手机号" not in page
    assert "没登记你的手机号" in phone.get("/bind/").content.decode()


def test_where_only_a_slip_binds_it_says_so_too(policy, phone):
    policy.second_factor = BindingPolicy.SecondFactor.CODE
    policy.save()
    assert "请人事打印一张给你" in phone.get("/bind/").content.decode()


def test_the_day_of_an_answer_is_not_broken_in_two(li_na, bound_contact, browser_of):
    asked = request_open(worker=li_na, kind="export")
    assert f"<time>{asked.due_on.isoformat()}</time>" in browser_of(bound_contact).get(NEXT).content.decode()
