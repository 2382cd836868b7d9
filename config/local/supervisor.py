"""Starts programs, starts them again when they die, and ends them all together.

Why not supervisord: it cannot wait for a database to answer before the next program starts, its programs outlive it
when it is killed, and it brings a configuration file and another start-up to every `make run`. We need this page.

Every program leads a process group of its own, so that Ctrl-C in the terminal reaches the launcher alone, which then
stops the programs in order. On Linux the kernel tells them when the launcher is killed; on every system the next
launcher finds them in the list of `running.json` and ends what is left.
"""

import contextlib
import ctypes
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from config.local.environment import ROOT, Problem

PR_SET_PDEATHSIG = 1
STOP_SECONDS = 10.0
SERVICE_STOP_SECONDS = 30.0
STEADY_SECONDS = 60.0
LONGEST_PAUSE_SECONDS = 30.0
WORD_SECONDS = 10.0
LOG_BYTES = 5_000_000
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class Stopped(Exception):
    """Ctrl-C, SIGTERM or a closed terminal."""

    def __init__(self, signum: int) -> None:
        super().__init__(signal.Signals(signum).name)
        self.exit_code = 128 + signum


@dataclass(frozen=True)
class Program:
    """What to run. `account` are Popen's user, group and extra_groups; `before` runs ahead of every start."""

    name: str
    command: Sequence[str | Path]
    env: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    account: Mapping[str, Any] = field(default_factory=dict)
    before: Callable[[], object] = lambda: None
    stop_signal: int = signal.SIGTERM
    is_service: bool = False  # others need it: started first, stopped last


class _Run:
    def __init__(self, program: Program, process: subprocess.Popen[bytes]) -> None:
        self.program = program
        self.process = process
        self.started_at = time.monotonic()
        self.deaths_in_a_row = 0
        self.restart_at: float | None = None


def say(text: str) -> None:
    print(text, flush=True)


def follow_parent(signum: int) -> None:
    """Ask the kernel to send this process `signum` when its parent dies (Linux only)."""
    if _libc:
        _libc.prctl(PR_SET_PDEATHSIG, signum)


def last_line(log: Path) -> str:
    lines = log.read_bytes()[-4000:].decode(errors="replace").splitlines() if log.exists() else []
    return next((line.strip() for line in reversed(lines) if line.strip()), "its log is empty")


class Supervisor:
    def __init__(self, folder: Path) -> None:
        """folder: where the logs (`log/<program>.log`) and the list of running programs are kept."""
        self._logs = folder / "log"
        self._list = folder / "running.json"
        self._runs: dict[str, _Run] = {}
        self._wake, written = os.pipe()
        for end in (self._wake, written):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(written, warn_on_full_buffer=False)
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
            if signum != signal.SIGHUP or signal.getsignal(signum) != signal.SIG_IGN:  # nohup's wish is respected
                signal.signal(signum, lambda *_: None)
        if "MAKELEVEL" in os.environ:
            follow_parent(signal.SIGTERM)

    def start(self, program: Program) -> None:
        self._runs[program.name] = _Run(program, self._open(program))
        self._write_list()

    def attend(self, seconds: float) -> None:
        """Look after the programs until a signal comes, at most so long. Raises Stopped when told to end."""
        pauses = [run.restart_at - time.monotonic() for run in self._runs.values() if run.restart_at]
        for signum in self._signals(max(0.0, min([seconds, *pauses]))):
            if signum != signal.SIGCHLD:
                raise Stopped(signum)
        for run in self._runs.values():
            if run.restart_at is None and run.process.poll() is not None:
                self._note_death(run)
            if run.restart_at is not None and run.restart_at <= time.monotonic():
                self._restart(run)

    def until(self, answers: Callable[[], bool], *, name: str, seconds: float) -> None:
        """Wait for a program to answer. Raises Problem when it keeps dying or the time is up."""
        deadline = time.monotonic() + seconds
        while not answers():
            keeps_dying = self._runs[name].deaths_in_a_row >= 3
            if keeps_dying or time.monotonic() > deadline:
                log = self._logs / f"{name}.log"
                trouble = "ends as soon as it is started" if keeps_dying else f"does not answer after {seconds:.0f} s"
                raise Problem(f"{name} {trouble}; its log, {log}, closes with: {last_line(log)}")
            self.attend(0.05)

    def run_once(self, program: Program, *, console: bool = False) -> int:
        """Run a program to its end beside the others and return its code.

        console: its standard output goes to the screen, with a sign of life while it takes long.
        """
        process = self._open(program, console=console)
        started = said_at = time.monotonic()
        try:
            while process.poll() is None:
                self.attend(1.0)
                if console and time.monotonic() - said_at > WORD_SECONDS:
                    said_at = time.monotonic()
                    say(f"  … still at it, {said_at - started:.0f} s")
        finally:
            self._end(process, program.stop_signal)
        return process.returncode

    def stop(self) -> None:
        """End everything, the services last. A second signal meanwhile shortens the patience."""
        patience = STOP_SECONDS
        for services in (False, True):
            runs = [run for run in self._runs.values() if run.program.is_service is services]
            for run in runs:
                if run.process.poll() is None:
                    run.process.send_signal(run.program.stop_signal)
            deadline = time.monotonic() + (SERVICE_STOP_SECONDS if services else patience)
            while any(run.process.poll() is None for run in runs) and time.monotonic() < deadline:
                if any(signum != signal.SIGCHLD for signum in self._signals(0.2)) and not services:
                    deadline = patience = 0.0
            for run in runs:
                _kill_group(run.process)
        self._runs.clear()
        self._list.unlink(missing_ok=True)

    def end_leftovers(self) -> None:
        """End what an earlier launcher that was killed has left running in this folder, the services last."""
        if not self._list.exists():
            return
        with contextlib.suppress(ValueError):
            for entry in reversed(json.loads(self._list.read_text())):
                _end_leftover(*entry)
        self._list.unlink(missing_ok=True)

    def _open(self, program: Program, *, console: bool = False) -> subprocess.Popen[bytes]:
        program.before()
        launcher = os.getpid()

        def settle_in() -> None:
            follow_parent(program.stop_signal)
            if os.getppid() != launcher:
                os._exit(1)

        log = self._logs / f"{program.name}.log"
        if log.exists() and log.stat().st_size > LOG_BYTES:
            log.replace(log.with_suffix(".log.1"))
        with log.open("ab") as file:
            return subprocess.Popen(
                list(map(str, program.command)),
                cwd="/" if program.account else ROOT,
                env=dict(program.env),
                stdin=subprocess.DEVNULL,
                stdout=None if console else file,
                stderr=file,
                start_new_session=True,
                preexec_fn=settle_in,
                **program.account,
            )

    def _signals(self, seconds: float) -> bytes:
        ready, _, _ = select.select([self._wake], [], [], seconds)
        return os.read(self._wake, 4096) if ready else b""

    def _note_death(self, run: _Run) -> None:
        _kill_group(run.process)
        if time.monotonic() - run.started_at > STEADY_SECONDS:
            run.deaths_in_a_row = 0
        pause = min(2.0 ** (run.deaths_in_a_row - 1), LONGEST_PAUSE_SECONDS) if run.deaths_in_a_row else 0.0
        run.deaths_in_a_row += 1
        run.restart_at = time.monotonic() + pause
        if pause:
            say(f"{run.program.name} ended with code {run.process.returncode}, restarting in {pause:.0f} s")

    def _restart(self, run: _Run) -> None:
        code, run.process = run.process.returncode, self._open(run.program)
        run.started_at, run.restart_at = time.monotonic(), None
        self._write_list()
        if run.deaths_in_a_row == 1:
            say(f"{run.program.name} ended with code {code}, restarted")

    def _end(self, process: subprocess.Popen[bytes], stop_signal: int) -> None:
        if process.poll() is None:
            process.send_signal(stop_signal)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(STOP_SECONDS)
        _kill_group(process)

    def _write_list(self) -> None:
        entries = []
        for run in sorted(self._runs.values(), key=lambda run: not run.program.is_service):
            with contextlib.suppress(psutil.NoSuchProcess):
                created = psutil.Process(run.process.pid).create_time()
                entries.append([run.process.pid, created, int(run.program.stop_signal)])
        self._list.write_text(json.dumps(entries))


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill the process if it still runs, and whatever children of its own it has left."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _end_leftover(pid: int, created: float, stop_signal: int) -> None:
    """End a program and its group. The group's number cannot go to others before its last member is gone."""
    with contextlib.suppress(psutil.NoSuchProcess):
        leader = psutil.Process(pid)
        if abs(leader.create_time() - created) > 0.1:
            return  # the number has gone to somebody else since
        leader.send_signal(stop_signal)
        psutil.wait_procs([leader], timeout=STOP_SECONDS)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
