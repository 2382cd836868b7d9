"""Starting and stopping: what a person at the terminal meets."""

import socket
import subprocess
import sys
from pathlib import Path

from tests.simulator.conftest import APPID, ROOT, Program


def start(*arguments: str) -> subprocess.Popen:
    command = [sys.executable, "-m", "simulator", *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_a_port_in_use_is_one_sentence(tmp_path: Path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        process = start("--port", port, "--data", str(tmp_path))
        _, error = process.communicate(timeout=20)
    assert process.returncode == 1
    assert f"127.0.0.1:{port}" in error
    assert len(error.strip().splitlines()) == 1


def test_an_unusable_folder_is_one_sentence(tmp_path: Path):
    (tmp_path / "file").write_text("")
    process = start("--port", "0", "--data", str(tmp_path / "file"))
    _, error = process.communicate(timeout=20)
    assert process.returncode == 1
    assert len(error.strip().splitlines()) == 1


def test_a_second_run_finds_followers_and_chats(tmp_path: Path, webhook):
    for run in (1, 2):
        process = start("--port", "0", "--data", str(tmp_path))
        assert process.stdout
        program = Program(process.stdout.readline().strip().rpartition(" ")[2])
        if run == 1:
            program.account_put(webhook.url)
            program.post("/phone/oAnybody/follow")
            program.post("/phone/oAnybody/text", {"content": "记得我"})
        else:
            assert program.get("/phone/oAnybody/inbox").json[0]["content"] == "记得我"
            assert program.get("/phone/oAnybody/state").json["subscribed"]
            assert program.get("/accounts").json[0]["appid"] == APPID
        process.terminate()
        assert process.wait(timeout=10) == 0
