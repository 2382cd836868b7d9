"""What the web processes load before they are forked: enough to share it, nothing that a fork would break."""

import json
import subprocess
import sys
import time
from http.client import HTTPConnection

import psutil
import pytest

from config.local.environment import LOOPBACK, ROOT, free_port

# Each belongs to one page or task, which loads it when it is asked for.
SELDOM_NEEDED = ["babel", "flask", "jsonschema", "mammoth", "openpyxl", "pypinyin", "scipy"]
SAY_WHAT_IS_LOADED = """
import gc, json, sys
import psutil
from config.serve import load
load()
process = psutil.Process()
print(json.dumps({
    "modules": sorted(sys.modules), "threads": process.num_threads(), "frozen": gc.get_freeze_count(),
    "connections": [str(connection) for connection in process.net_connections()],
}))
"""


@pytest.fixture(scope="module")
def loaded():
    done = subprocess.run(
        [sys.executable, "-c", SAY_WHAT_IS_LOADED], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    return json.loads(done.stdout)


def test_nothing_is_loaded_that_a_fork_would_break(loaded):
    assert loaded["threads"] == 1
    assert loaded["connections"] == []


def test_pages_forms_and_models_are_loaded_and_left_alone_by_the_collector(loaded):
    assert {"config.urls_tenant", "config.urls_public", "progress.views", "workers.admin"} <= set(loaded["modules"])
    assert loaded["frozen"] > 100_000


@pytest.mark.parametrize("name", SELDOM_NEEDED)
def test_what_few_pages_need_is_not_loaded(loaded, name):
    assert name not in loaded["modules"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells how memory is shared")
def test_two_web_processes_take_less_than_two_times_one(tmp_path):
    port = free_port()
    command = [sys.executable, "-m", "config.serve", "config.wsgi:application", "--interface=wsgi", "--no-ws"]
    command += [f"--port={port}", "--workers=2"]
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
    try:
        until_healthy(port)
        sizes = [process.memory_full_info() for process in family(server.pid)]
        assert len(sizes) == 3
        assert sum(size.pss for size in sizes) < 1.5 * max(size.rss for size in sizes)
    finally:
        server.terminate()
        server.wait(20)


def family(pid: int) -> list[psutil.Process]:
    parent = psutil.Process(pid)
    return [parent, *parent.children(recursive=True)]


def until_healthy(port: int) -> None:
    deadline = time.monotonic() + 30
    while True:
        connection = HTTPConnection(LOOPBACK, port, timeout=5)
        try:
            connection.request("GET", "/healthz", headers={"Host": "localhost"})
            assert connection.getresponse().status == 200
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        finally:
            connection.close()
