"""The search that the end-to-end test relies on finds what it should: a canary nobody can see would prove nothing."""

import base64

import pytest

from tests.grievances.canary import found_in, found_under, packed

CANARY = "金丝雀canary七四一"


@pytest.mark.parametrize(
    "hidden",
    [
        CANARY.encode(),
        base64.b64encode(CANARY.encode()),
        base64.b64encode(b"x" + CANARY.encode() + b"yz"),
        base64.b64encode(b"xy" + CANARY.encode() + b"z"),
        CANARY.encode().hex().encode(),
        CANARY.encode("utf-16-le"),
        CANARY.encode("utf-16-be"),
        packed(b"before" + CANARY.encode()),
        CANARY.encode("unicode_escape"),
    ],
    ids=["raw", "base64", "base64+1", "base64+2", "hex", "utf-16-le", "utf-16-be", "gzip", "escaped"],
)
def test_a_hidden_canary_is_found(hidden, tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "file.bin").write_bytes(b"\0" * 5000 + hidden + b"\0" * 5000)
    assert found_under(tmp_path, CANARY)
    assert not found_in(b"\0" * 5000, CANARY)
