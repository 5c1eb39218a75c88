"""The product under test: `inglenook serve` with a site, its rooms and visitors,
on the core for servers.

The limits of politeness are settings; they are raised, as the load would be refused otherwise.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.machine import SERVER_CORE, pin, tree_of
from tests.testkit import services
from tests.testkit.faults.cast import prepared
from tests.testkit.server import Server

VARIABLES = {
    "INGLENOOK_SENDS_PER_10S": "100000000",
    "INGLENOOK_BURST": "100000000",
    "INGLENOOK_ADDRESS_SENDS_PER_10S": "0",
    "INGLENOOK_SOCKETS_PER_VISITOR": "100000",
    "INGLENOOK_SOCKETS_PER_ADDRESS": "100000",
    "INGLENOOK_SESSIONS_PER_MINUTE": "1000000",
    # A full core answers late; that is measured, and no reason to hang up.
    "INGLENOOK_HELLO_S": "60",
    "INGLENOOK_PONG_S": "60",
    "INGLENOOK_LOG_LEVEL": "WARNING",
}
ROOMS = 10
VISITORS = 100


class Product:
    """One installation; `add` starts a process of it."""

    def __init__(
        self,
        folder: Path,
        *,
        database: str,
        redis: bool,
        rooms: int = ROOMS,
        people: int = VISITORS,
    ) -> None:
        self.folder = folder
        self.cast = prepared(database, rooms, people, is_durable=database == "postgres")
        self.env = {**VARIABLES, **self.cast.env}
        if database == "postgres":
            self.database_url = services.postgres(is_durable=True).new_database(self.cast.template)
        else:
            file = folder / "bench.sqlite3"
            shutil.copyfile(self.cast.template, file)
            self.database_url = f"sqlite:///{file}"
        self.env["DATABASE_URL"] = self.database_url
        # Events of another installation on the same Redis would reach this one's rooms.
        self.redis = services.own_redis() if redis else None
        if self.redis is not None:
            self.env["REDIS_URL"] = self.redis.url
        self.servers: list[Server] = []

    def add(self, server: str = "uvicorn", *, core: int = SERVER_CORE, **variables: str) -> Server:
        more = dict(variables)
        if self.servers:
            more["INGLENOOK_BASE_URL"] = self.servers[0].env["INGLENOOK_BASE_URL"]
        started = Server(self.folder, server=server, env={**self.env, **more}).start()
        self.servers.append(started)
        pin(tree_of(started.process.pid), core)
        return started

    def end(self) -> None:
        for started in self.servers:
            started.kill()
        if self.redis is not None:
            self.redis.owned().kill()

    def words(self, rooms: int = 1) -> dict[str, Any]:
        """What a crowd needs to speak to us."""
        return {
            "path": f"/ws/v1/{self.cast.key}/",
            "is_in": '"type":"sync"',
            "tokens": [person["token"] for person in self.cast.people],
            "rooms": self.cast.rooms[:rooms],
        }

    def job(self, **more: Any) -> dict[str, Any]:
        """A job for bench.load against the first process."""
        redis = self.redis.owned() if self.redis is not None else None
        return {
            "port": self.servers[0].port,
            "dialect": "inglenook",
            "words": self.words(more.pop("rooms", 1)),
            "pids": [server.process.pid for server in self.servers],
            "beside": [redis.pid] if redis else [],
            **more,
        }


@contextmanager
def product(
    *,
    server: str = "uvicorn",
    database: str = "sqlite",
    redis: bool = True,
    processes: int = 1,
    rooms: int = ROOMS,
    people: int = VISITORS,
    **variables: str,
) -> Iterator[Product]:
    folder = Path(tempfile.mkdtemp(prefix="inglenook-bench-"))
    made = None
    try:
        made = Product(folder, database=database, redis=redis, rooms=rooms, people=people)
        made.env.update(variables)
        for _ in range(processes):
            made.add(server)
        yield made
    finally:
        if made is not None:
            made.end()
        shutil.rmtree(folder, ignore_errors=True)
