"""A page that is reached from the side bar is headed by its own name, not by that of the list beside it."""

import re

import pytest

HEAD = re.compile(r'truncate tracking-tight">\s*([^<]*?)\s*</(?:a|span)', re.DOTALL)


@pytest.mark.parametrize(
    ("address", "name"),
    [("/admin/workers/privacyrequest/register/", "个人信息说明"), ("/admin/workers/bindingpolicy/slips/", "绑定纸条")],
)
def test_it_has_its_own_name(li_na, hr_client, address, name):
    assert HEAD.findall(hr_client.get(address).content.decode()) == [name]


def test_what_is_kept_of_one_person_does_not_read_like_many(li_na, hr_client):
    page = hr_client.get(f"/admin/workers/worker/{li_na.pk}/personal-data/").content.decode()
    assert "<dt>花名册上的信息</dt>" in page
    assert "<dt>员工</dt>" not in page
