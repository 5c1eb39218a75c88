"""An installation as docs/production.md builds it: nginx, two processes, PostgreSQL, Redis; and one site on it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from tests import services
from tests.deploy.nginx import Nginx
from tests.events import close_streams
from tests.server import Server
from tests.wire import ORIGIN, close_all


@dataclass
class House:
    """Clients are given this in place of a server: its addresses are nginx's."""

    front: Nginx
    servers: list[Server]
    key: str

    @property
    def base_url(self) -> str:
        return self.front.base_url

    @property
    def ws_url(self) -> str:
        return self.front.ws_url


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("house")
    (folder / "nginx").mkdir()
    front = Nginx(folder / "nginx")
    env = {
        "DATABASE_URL": services.postgres().new_database(),
        "REDIS_URL": services.redis().url,
        "INGLENOOK_SECRET_KEY": "a secret of the tests alone, long enough, guarding nothing",
        "INGLENOOK_BASE_URL": front.base_url,
        "INGLENOOK_TRUSTED_PROXIES": "127.0.0.1",
        "INGLENOOK_SENDS_PER_10S": "1000",
        "INGLENOOK_BURST": "1000",
    }
    servers = [Server(folder / f"process-{number}", env=env) for number in (1, 2)]
    try:
        servers[0].run("migrate")
        with ThreadPoolExecutor() as threads:
            starting = [threads.submit(server.start) for server in servers]
            site = servers[0].ask("site", "create", "--name", "Shop", "--origin", ORIGIN)
            for start in starting:
                start.result()
        front.start([server.port for server in servers])
        yield House(front, servers, str(site["site_key"]))
    finally:
        front.stop()
        for server in servers:
            server.stop()
    for server in servers:
        server.assert_clean()
    assert front.defects() == []


@pytest.fixture(autouse=True)
def _trusts_the_certificate(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever the tests' clients talk to by TLS has this certificate or is somebody else."""
    monkeypatch.setenv("SSL_CERT_FILE", str(house.front.certificate))


@pytest.fixture(autouse=True)
async def _clients_end() -> AsyncIterator[None]:
    yield
    await close_all()
    await close_streams()
