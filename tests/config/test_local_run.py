"""`make run`: what it refuses in one sentence, and what it remembers."""

import os
import re
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from config.local import bootstrap, table
from config.local.environment import ROOT, DataFolder, free_port, readable_password


def refusal(**environment: str) -> str:
    """What `python -m config.local run` says when it refuses, after checking how it does."""
    result = subprocess.run(
        [sys.executable, "-m", "config.local", "run"],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert result.returncode == 1
    assert result.stdout == ""
    assert len(result.stderr.strip().splitlines()) == 1
    return result.stderr


@pytest.mark.parametrize("port", ["abc", "0", "65535", "-1", "８０００"])
def test_a_port_that_is_no_port_is_refused(port, tmp_path):
    assert "PORT" in refusal(PORT=port, DATA_DIR=str(tmp_path))


@pytest.mark.parametrize("shift", [0, 1], ids=["web", "simulator"])
def test_a_port_in_use_is_named(shift, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        assert str(taken) in refusal(PORT=str(taken - shift), DATA_DIR=str(tmp_path))


def test_a_data_folder_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "file").touch()
    assert "DATA_DIR" in refusal(PORT=str(free_port()), DATA_DIR=str(tmp_path / "file"))


def test_a_data_folder_that_cannot_be_written_is_refused():
    assert "/proc/wesupport" in refusal(PORT=str(free_port()), DATA_DIR="/proc/wesupport")


def test_a_second_run_in_the_same_folder_hears_of_the_first(tmp_path):
    with DataFolder(tmp_path).lock(note="at home"):
        assert "at home" in refusal(PORT=str(free_port()), DATA_DIR=str(tmp_path))


def test_secrets_are_made_once_and_only_their_owner_reads_them(tmp_path):
    first = DataFolder(tmp_path)
    made = first.setting("DEMO_PASSWORD", readable_password)
    first.save()
    assert DataFolder(tmp_path).setting("DEMO_PASSWORD", readable_password) == made
    assert stat.S_IMODE((tmp_path / "env").stat().st_mode) == 0o600


def test_the_environment_wins_over_what_is_remembered(tmp_path, monkeypatch):
    data = DataFolder(tmp_path)
    data.setting("DEMO_PASSWORD", readable_password)
    data.save()
    monkeypatch.setenv("DEMO_PASSWORD", "chosen-by-hand")
    assert DataFolder(tmp_path).setting("DEMO_PASSWORD", readable_password) == "chosen-by-hand"


def test_a_service_keeps_its_port_unless_it_is_taken(tmp_path):
    data = DataFolder(tmp_path)
    port = data.port("VALKEY_PORT")
    assert data.port("VALKEY_PORT") == port
    with socket.create_server(("127.0.0.1", port)):
        assert data.port("VALKEY_PORT") != port


def test_the_password_is_easy_to_type():
    assert re.fullmatch(r"([a-z]{4}-){2}\d{4}", readable_password())


def test_the_table_keeps_its_columns_under_chinese():
    lines = table.render([("工厂", "http://a/"), ("factory", "http://b/")]).splitlines()
    assert [table.width(line.partition("http")[0]) for line in lines] == [9, 9]


def test_an_old_python_is_told_so():
    """The version is what is checked first: nothing has been made yet."""
    code = (
        "import bootstrap, shutil, sys; sys.version_info = (3, 8, 0); "
        "shutil.which = lambda name: None; bootstrap.main()"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=Path(bootstrap.__file__).parent, capture_output=True, text=True, check=False
    )
    assert result.returncode == 1
    assert "3.8" in result.stderr
    assert len(result.stderr.splitlines()) == 1
