import pytest

from tests.wechat.wire import Wire
from wechat import queries
from wechat.models import Account
from wechat.services import account_create

AES_KEY = "kqZ0bL9vT3xYwR7mN2cJ5hF8dS1gA4pU6eIoWzXtVuQ"  # its last character carries two unused bits that are set
SECRET = "f1e2d3c4b5a697887766554433221100"
TOKEN = "sunrisetoken01"


@pytest.fixture(autouse=True)
def _no_memory():
    queries._cards.clear()


@pytest.fixture
def account(in_sunrise) -> Account:
    """Sunrise's account, in safe mode."""
    return account_create(
        name="晨光电子员工之家",
        appid="wx0000000000sunrise",
        original_id="gh_sunrise",
        app_secret=SECRET,
        token=TOKEN,
        encoding_aes_key=AES_KEY,
    )


@pytest.fixture
def wire(account, sunrise, site_client) -> Wire:
    return Wire(site_client(sunrise), account)
