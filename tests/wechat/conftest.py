from secrets import token_hex

import pytest
from django.core.cache import cache

from tests.wechat.simulated import Simulator, simulator_start
from tests.wechat.wire import Wire
from wechat.models import Account
from wechat.services import account_create
from wechat.services.accounts import account_save

AES_KEY = "kqZ0bL9vT3xYwR7mN2cJ5hF8dS1gA4pU6eIoWzXtVuQ"  # its last character carries two unused bits that are set
SECRET = "f1e2d3c4b5a697887766554433221100"
TOKEN = "sunrisetoken01"


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


@pytest.fixture(scope="session")
def simulator_process(tmp_path_factory):
    process, simulator = simulator_start(tmp_path_factory.mktemp("simulator"))
    yield simulator
    process.terminate()
    process.wait(10)


@pytest.fixture
def simulator(simulator_process, settings) -> Simulator:
    """WeChat's addresses lead to the simulator; nothing is cached of an earlier test."""
    settings.WECHAT_API_BASE = settings.WECHAT_OAUTH_BASE = simulator_process.url
    cache.clear()
    simulator_process.ask("DELETE", "/faults")
    return simulator_process


@pytest.fixture
def connected(account, simulator) -> Account:
    """Sunrise's account, known to the simulator; a new AppID each time, so that no test sees another's tokens."""
    account.appid = f"wx{token_hex(8)}"
    account.original_id = f"gh_{token_hex(6)}"
    account_save(account=account)
    simulator.register(account)
    return account


@pytest.fixture
def lakeside_client(lakeside, site_client):
    """A browser on the other factory's site. Ask for it before anything that enters Sunrise."""
    return site_client(lakeside)
