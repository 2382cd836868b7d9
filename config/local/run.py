"""`make run`: services, then the simulator, the product's own preparation, then web, worker and beat, until Ctrl-C."""

import json
import os
import shutil
import sys
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from config.local import catalogues, postgres, table, valkey
from config.local.environment import (
    LOOPBACK,
    DataFolder,
    Problem,
    fernet_key,
    readable_password,
    require_free_ports,
    secret,
    web_port,
)
from config.local.supervisor import Program, Stopped, Supervisor, last_line, say

BIN = Path(sys.executable).parent
READY_SECONDS = 90
WEB_OPTIONS = ["--workers=2", "--blocking-threads=4", "--respawn-failed-workers"]


def main() -> int:
    """Returns 0 after Ctrl-C or SIGTERM. Raises Problem, and then nothing is left running."""
    started = time.monotonic()
    port = web_port()
    data = DataFolder.default()
    with data.lock(note=f"http://localhost:{port}"):
        supervisor = Supervisor(data.path)
        try:
            supervisor.end_leftovers()
            require_free_ports(port)
            _start(supervisor, data, port)
            _announce(data, time.monotonic() - started)
            while True:
                supervisor.attend(3600)
        except Stopped:
            say("\nStopping …")
        finally:
            supervisor.stop()
        say("Stopped. The data is kept: the next `make run` goes on from here.")
    return 0


def reset() -> int:
    """Delete the demo's data, the database included."""
    data = DataFolder.default()
    with data.lock(note="being emptied"):
        Supervisor(data.path).end_leftovers()
        postgres.forget(data)
        shutil.rmtree(data.path)
    say(f"{data.path} is deleted: the next `make run` starts with a new demo.")
    return 0


def _start(supervisor: Supervisor, data: DataFolder, port: int) -> None:
    catalogues.compile_changed()
    say("Starting PostgreSQL and Valkey …")
    environment = _environment(supervisor, data, port)
    simulator, web, *background = _programs(data, port, environment)
    supervisor.start(simulator)
    supervisor.until(lambda: _answers(port + 1, "/") > 0, name=simulator.name, seconds=READY_SECONDS)
    prepare = Program("prepare", [sys.executable, "-m", "config.local.prepare", _info_file(data)], environment)
    if supervisor.run_once(prepare, console=True):
        log = data.path / "log" / "prepare.log"
        raise Problem(f"That last step failed; the log, {log}, ends with: {last_line(log)}")
    say("Starting the web server …")
    supervisor.start(web)
    supervisor.until(lambda: _answers(port, "/readyz") == 200, name=web.name, seconds=READY_SECONDS)
    for program in background:  # after it: the three together would keep the first page waiting
        supervisor.start(program)


def _environment(supervisor: Supervisor, data: DataFolder, port: int) -> dict[str, str]:
    """Start the services that the environment does not name, and write down what commands in another shell need."""
    settings = {
        "DATA_DIR": str(data.path),
        "DEMO": "1",
        "PORT": str(port),
        "SIMULATOR_URL": f"http://localhost:{port + 1}",
        "BASE_DOMAIN": data.setting("BASE_DOMAIN", lambda: "localhost"),
        "SECRET_KEY": data.setting("SECRET_KEY", secret),
        "FIELD_KEY": data.setting("FIELD_KEY", fernet_key),
        "DEMO_PASSWORD": data.setting("DEMO_PASSWORD", readable_password),
        "PG_BIN": postgres.tools(),
        "DATABASE_URL": os.environ.get("DATABASE_URL") or postgres.start(supervisor, data, durable=True),
        "CELERY_BROKER_URL": os.environ.get("CELERY_BROKER_URL") or valkey.start(supervisor, data, durable=True),
        "VOLATILE_URL": os.environ.get("VOLATILE_URL") or valkey.start_volatile(supervisor, data),
    }
    data.values |= {name: value for name, value in settings.items() if name != "DATA_DIR"}
    data.save()
    return {**os.environ, **settings, "PYTHONUNBUFFERED": "1"}


def _programs(data: DataFolder, port: int, environment: dict[str, str]) -> list[Program]:
    """The WeChat simulator, then the product. Prefork workers: only they can hold a task to its time limit."""
    serve = [sys.executable, "-m", "config.serve", "config.wsgi:application", "--interface=wsgi", "--no-ws"]
    celery = [str(BIN / "celery"), "--app=config"]
    commands = {
        "simulator": [sys.executable, "-m", "simulator", f"--port={port + 1}", f"--data={data.path / 'simulator'}"],
        "web": [*serve, f"--host={LOOPBACK}", f"--port={port}", *WEB_OPTIONS],
        "worker": [*celery, "worker", "--loglevel=INFO", "--concurrency=2", "--without-mingle", "--without-gossip"],
        "beat": [*celery, "beat", "--loglevel=INFO"],
    }
    return [Program(name, command, environment) for name, command in commands.items()]


def _info_file(data: DataFolder) -> Path:
    return data.path / "demo_info.json"


def _answers(port: int, path: str) -> int:
    """The HTTP status that a program on the loopback address answers, 0 when it does not."""
    connection = HTTPConnection(LOOPBACK, port, timeout=5)
    try:
        connection.request("GET", path, headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status
    except (OSError, HTTPException):
        return 0
    finally:
        connection.close()


def _announce(data: DataFolder, seconds: float) -> None:
    info = json.loads(_info_file(data).read_text())
    say(f"\nWeSupport is running (started in {seconds:.0f} s)\n")
    say(table.render(table.rows(info)))
    say(f"\nLogs are in {data.path / 'log'}. Ctrl-C stops everything and keeps the data.")
