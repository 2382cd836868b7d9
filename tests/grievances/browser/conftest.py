"""The real vault in a real browser, on a page that has nothing else."""

import pytest

from tests.grievances.browser.page import Site, VaultPage


@pytest.fixture(scope="module")
def site():
    with Site() as address:
        yield address


@pytest.fixture(scope="module")
def _page(chromium, site):
    page = chromium.new_page()
    yield VaultPage(page, site)
    page.close()


@pytest.fixture
def vault(_page):
    """The vault, locked at first; it must say nothing on the console."""
    _page.call("lock")
    yield _page
    assert _page.said == []


@pytest.fixture
def opened(chromium, site):
    """`opened(path)`: another page, whose vault is loaded from that path."""
    pages = []

    def open_page(path: str, *, before: str = "") -> VaultPage:
        pages.append(chromium.new_page())
        if before:
            pages[-1].add_init_script(before)
        return VaultPage(pages[-1], f"{site}?vault={path}")

    yield open_page
    for page in pages:
        page.close()
