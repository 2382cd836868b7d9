"""The supervisor: nothing stays dead, nothing stays behind. Each test runs a launcher of its own, for its signals."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable

import psutil
import pytest

from config.local.environment import ROOT

LAUNCHER = """
import sys
from pathlib import Path
from config.local.supervisor import Program, Stopped, Supervisor, say

supervisor = Supervisor(Path(sys.argv[1]))
supervisor.end_leftovers()
supervisor.start(Program("base", ["sleep", "600"], is_service=True))
supervisor.start(Program("family", ["sh", "-c", "sleep 600 & sleep 600"]))
say("up")
try:
    while True:
        supervisor.attend(60)
except Stopped:
    say("stopping")
finally:
    supervisor.stop()
"""


@pytest.fixture
def launch(tmp_path):
    """Starts a launcher; returns it once its three sleepers sleep. What it has left is ended after the test."""
    (tmp_path / "log").mkdir()
    launchers: list[psutil.Popen] = []

    def start() -> psutil.Popen:
        launcher = psutil.Popen(
            [sys.executable, "-c", LAUNCHER, tmp_path],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),  # also where the tests run under nohup
        )
        launchers.append(launcher)
        assert launcher.stdout.readline() == "up\n"
        eventually(lambda: len(sleepers(launcher)) == 3)
        return launcher

    yield start
    for launcher in launchers:
        if launcher.poll() is None:
            launcher.terminate()
            launcher.wait(20)
        launcher.stdout.close()


def sleepers(launcher: psutil.Popen) -> list[psutil.Process]:
    return [process for process in launcher.children(recursive=True) if is_alive(process) and process.name() == "sleep"]


def is_alive(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def eventually(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_program_that_dies_is_started_again_and_it_is_said(launch):
    launcher = launch()
    base = next(child for child in launcher.children() if child.name() == "sleep")
    base.kill()
    assert launcher.stdout.readline() == "base ended with code -9, restarted\n"
    eventually(lambda: len(sleepers(launcher)) == 3)


def test_one_that_keeps_dying_is_given_longer_and_longer_pauses(launch):
    launcher = launch()
    said = []
    for _ in range(3):
        eventually(lambda: len(sleepers(launcher)) == 3)
        next(child for child in launcher.children() if child.name() == "sleep").kill()
        said.append(launcher.stdout.readline())
    assert [line.split(", ")[1] for line in said] == ["restarted\n", "restarting in 1 s\n", "restarting in 2 s\n"]


def test_the_children_of_a_program_that_dies_die_with_it(launch):
    launcher = launch()
    orphans = sleepers(launcher)[-2:]
    next(child for child in launcher.children() if child.name() == "sh").kill()
    assert psutil.wait_procs(orphans, timeout=10)[1] == []


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_everything(launch, signum):
    launcher = launch()
    family = launcher.children(recursive=True)
    launcher.send_signal(signum)
    assert launcher.wait(20) == 0
    assert not any(map(is_alive, family))


def test_a_killed_launcher_leaves_nothing_for_the_next_one(launch):
    launcher = launch()
    family = launcher.children(recursive=True)
    launcher.kill()
    launcher.wait(20)
    launch()
    eventually(lambda: not any(map(is_alive, family)))
