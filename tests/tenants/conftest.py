"""Somebody who signs in to Sunrise's admin, and their browser."""

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _no_waits_of_earlier_tests():
    cache.clear()


@pytest.fixture
def hr(in_sunrise):
    return get_user_model().objects.get(username="hr")


@pytest.fixture
def browser(in_sunrise, site_client):
    return site_client(in_sunrise)
