"""Ways to run the product: one process, two with PostgreSQL and Redis, daphne. One interface."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol

from demo_site.server import DemoServer
from tests.testkit import blank, services
from tests.testkit.browser.demo import Demo, Speaker
from tests.testkit.browser.lossy import IS_LOSSY, LOSSY_SETTINGS
from tests.testkit.process import free_port
from tests.testkit.server import Server


class Installation(Protocol):
    """Two pages of one site, each with its host. With one process both hosts are the same."""

    @property
    def hosts(self) -> tuple[str, str]:
        """Host and port of the process that serves the shop's tag, and of the article's."""
        ...

    @property
    def shop(self) -> str: ...

    @property
    def article(self) -> str: ...

    @property
    def room_page(self) -> str: ...

    def kill(self) -> None: ...

    def start(self) -> Any: ...

    def stop(self) -> None: ...

    def history(self) -> list[dict[str, Any]]: ...

    def assert_clean(self) -> None: ...


class OneProcess:
    """What `make run` starts."""

    def __init__(self, folder: Path, *, server: str = "uvicorn") -> None:
        self.demo = Demo(folder, server=server)

    @property
    def hosts(self) -> tuple[str, str]:
        return (self.demo.base_url.partition("//")[2],) * 2

    @property
    def shop(self) -> str:
        return f"{self.demo.pages_url}/shop"

    @property
    def article(self) -> str:
        return f"{self.demo.pages_url}/article"

    @property
    def room_page(self) -> str:
        return self.demo.room_page()

    def kill(self) -> None:
        self.demo.kill()

    def start(self) -> None:
        self.demo.start()

    def stop(self) -> None:
        self.demo.stop()

    def history(self) -> list[dict[str, Any]]:
        with closing(self.demo.speaker()) as speaker:
            return speaker.history()

    def assert_clean(self) -> None:
        self.demo.assert_clean()


class TwoProcesses:
    """Two `inglenook serve` on one PostgreSQL and one Redis.
    The shop's tag is of the first, the article's of the second.

    Only the first is killed: who is with the second stays and goes on. `is_lossy`:
    Redis loses, doubles and swaps their events.
    """

    def __init__(self, folder: Path, *, is_lossy: bool = IS_LOSSY) -> None:
        shared = {
            "DATABASE_URL": blank.new_postgres(),
            "REDIS_URL": services.redis().url,
            "INGLENOOK_SECRET_KEY": "of both processes, and long enough to be taken for a secret",
        }
        if is_lossy:
            shared |= LOSSY_SETTINGS
        self.servers = [Server(folder, env=shared) for _ in range(2)]
        ports = [free_port(in_a_row=2) for _ in self.servers]
        origins = [word for port in ports for word in ("--origin", f"http://127.0.0.1:{port}")]
        site = self.servers[0].ask("site", "create", "--name", "Two hosts", *origins)
        self.site_key: str = site["site_key"]
        self.pages = [
            DemoServer(base_url=server.base_url, site_key=self.site_key, port=port)
            for server, port in zip(self.servers, ports, strict=True)
        ]
        self._are_pages_up = False

    @property
    def hosts(self) -> tuple[str, str]:
        first, second = (server.base_url.partition("//")[2] for server in self.servers)
        return first, second

    @property
    def shop(self) -> str:
        return f"http://127.0.0.1:{self.pages[0].pages.port}/shop"

    @property
    def article(self) -> str:
        return f"http://127.0.0.1:{self.pages[1].pages.port}/article"

    @property
    def room_page(self) -> str:
        return f"{self.servers[1].base_url}/s/{self.site_key}/r/lobby/"

    def start(self) -> None:
        for server in self.servers:
            if not server.process.is_running():
                server.start()
        if not self._are_pages_up:
            for pages in self.pages:
                pages.start()
        self._are_pages_up = True

    def kill(self) -> None:
        self.servers[0].kill()

    def stop(self) -> None:
        if self._are_pages_up:
            for pages in self.pages:
                pages.close()
        for server in self.servers:
            server.stop()

    def history(self) -> list[dict[str, Any]]:
        server, origin = self.servers[0], f"http://127.0.0.1:{self.pages[0].pages.port}"
        with closing(Speaker(server.base_url, self.site_key, origin)) as speaker:
            return speaker.history()

    def assert_clean(self) -> None:
        for server in self.servers:
            server.assert_clean()


INSTALLATIONS: dict[str, Callable[[Path], Installation]] = {
    "one process": OneProcess,
    "two processes, PostgreSQL and Redis": TwoProcesses,
    "two processes and a Redis that loses": lambda folder: TwoProcesses(folder, is_lossy=True),
    "daphne": lambda folder: OneProcess(folder, server="daphne"),
}
