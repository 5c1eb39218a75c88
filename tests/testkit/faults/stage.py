"""What a fault happens to: a database, perhaps Redis, some processes of one installation,
a proxy before each part.

visitors ──> Proxy ──> inglenook serve ──> Proxy ──> Redis
                                       └─> Proxy ──> PostgreSQL (or a file of SQLite)
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit, urlunsplit

import httpx

from tests.testkit import services
from tests.testkit.faults.cast import Cast, prepared
from tests.testkit.faults.proxy import Proxy
from tests.testkit.process import free_port, remove_at_exit
from tests.testkit.server import DEFECTS, Server

# The rules of politeness would stop the load that the fault needs; what is tested here is not them.
GENEROUS = {
    "INGLENOOK_SENDS_PER_10S": "1000000",
    "INGLENOOK_BURST": "1000000",
    "INGLENOOK_SOCKETS_PER_ADDRESS": "100000",
    "INGLENOOK_SESSIONS_PER_MINUTE": "1000000",
    "INGLENOOK_UPLOADS_PER_MINUTE": "1000000",
}


async def in_thread(work: Callable[..., Any], *args: Any) -> Any:
    """Starting and stopping programs waits; the visitors go on meanwhile."""
    return await asyncio.to_thread(work, *args)


class Stage:
    """`async with Stage(...)`: everything runs; afterwards everything has ended, by its own pid."""

    cast: Cast

    def __init__(
        self,
        *,
        database: str = "postgres",
        redis: bool = True,
        processes: int = 2,
        server: str = "uvicorn",
        rooms: int = 4,
        visitors: int = 40,
        newcomers: int = 0,
        **variables: str,
    ) -> None:
        self.database = database
        self.servers: list[Server] = []
        self.postgres: services.Postgres | None = None
        self.redis: services.Redis | None = None
        self.database_url = ""
        self.to_postgres: Proxy | None = None
        self.to_redis: Proxy | None = None
        self.fronts: list[Proxy] = []
        self.balancer = Proxy()
        self._uses_redis = redis
        self._processes = processes
        self._server = server
        self._wanted = (rooms, visitors, newcomers)
        self._env = {**GENEROUS, **variables}
        self._folder = remove_at_exit(Path(tempfile.mkdtemp(prefix="inglenook-faults-")))
        self._log_starts: dict[Server, int] = {}

    async def __aenter__(self) -> Self:
        try:
            await self.open()
            await self.enter()
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.leave()
        self.close()

    async def open(self) -> None:
        """Starts what runs: the database and Redis if nobody did, and the processes."""
        self.cast = await in_thread(prepared, self.database, *self._wanted)
        self._env |= self.cast.env
        if self.database == "postgres":
            self.postgres = await in_thread(services.postgres)
            self.database_url = await in_thread(self.postgres.new_database, self.cast.template)
            self.to_postgres = Proxy(_port_of(self.database_url), port=free_port())
            self._env["DATABASE_URL"] = _at_port(self.database_url, self.to_postgres.port)
        else:
            shutil.copyfile(self.cast.template, self.sqlite_file)
            self._env["DATABASE_URL"] = f"sqlite:///{self.sqlite_file}"
        if self._uses_redis:
            self.redis = await in_thread(services.redis)
            self.to_redis = Proxy(_port_of(self.redis.url), port=free_port())
            self._env["REDIS_URL"] = _at_port(self.redis.url, self.to_redis.port)
        for proxy in self._inner():
            await proxy.start()
        for _ in range(self._processes):
            self.new_server()
        await asyncio.gather(*(in_thread(server.start) for server in self.servers))

    async def enter(self) -> None:
        """The proxies listen, in this event loop; what is in the logs
        already is somebody else's.
        """
        self.servers = [server for server in self.servers if server.process.is_running()]
        self._log_starts = {server: len(server.log_text()) for server in self.servers}
        self.fronts = [Proxy(server.port) for server in self.servers]
        self.balancer = Proxy(*(server.port for server in self.servers))
        for proxy in (*self._inner(), *self.fronts, self.balancer):
            await proxy.start()

    async def leave(self) -> None:
        for proxy in (*self.fronts, self.balancer, *self._inner()):
            await proxy.close()

    def close(self) -> None:
        for server in reversed(self.servers):
            server.kill()

    @property
    def is_whole(self) -> bool:
        return sum(server.process.is_running() for server in self.servers) == self._processes

    @property
    def sqlite_file(self) -> Path:
        return self._folder / "faults.sqlite3"

    @property
    def key(self) -> str:
        return self.cast.key

    def _inner(self) -> list[Proxy]:
        return [proxy for proxy in (self.to_postgres, self.to_redis) if proxy is not None]

    def new_server(self) -> Server:
        """One more process of this installation, not started yet."""
        env = dict(self._env)
        if self.servers:
            first = self.servers[0].env
            env["INGLENOOK_BASE_URL"] = first["INGLENOOK_BASE_URL"]
        server = Server(self._folder, server=self._server, env=env)
        self.servers.append(server)
        return server

    # --- what went wrong

    def defects(self) -> list[str]:
        """The lines of the logs that must not be there, of this stage's time."""
        return [
            line
            for server in self.servers
            for line in server.log_text()[self._log_starts.get(server, 0) :].splitlines()
            if DEFECTS.search(line)
        ]

    # --- how the processes feel

    async def status(self, path: str, number: int = 0) -> int:
        """The status of a page of one process, asked past every proxy; 0 when nobody answers."""
        try:
            async with httpx.AsyncClient(timeout=10) as http:
                return (await http.get(self.servers[number].base_url + path)).status_code
        except httpx.HTTPError:
            return 0

    def resident_kib(self, number: int = 0) -> int:
        status = Path(f"/proc/{self.servers[number].process.pid}/status").read_text()
        (line,) = (line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1])

    def open_files(self, number: int = 0) -> int:
        return len(list(Path(f"/proc/{self.servers[number].process.pid}/fd").iterdir()))


async def until(is_so: Callable[[], bool] | Callable[[], Awaitable[bool]], seconds: float) -> bool:
    """Looks twenty times a second; False when it did not come true in time."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while True:
        answer = is_so()
        if answer if isinstance(answer, bool) else await answer:
            return True
        if loop.time() > deadline:
            return False
        await asyncio.sleep(0.05)


def _port_of(url: str) -> int:
    port = urlsplit(url).port
    assert port is not None
    return port


def _at_port(url: str, port: int) -> str:
    parts = urlsplit(url)
    name = f"{parts.username}@" if parts.username else ""
    if parts.password:
        name = f"{parts.username}:{parts.password}@"
    return urlunsplit(parts._replace(netloc=f"{name}127.0.0.1:{port}"))
