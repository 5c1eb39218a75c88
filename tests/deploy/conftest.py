"""An installation as docs/production.md builds it: nginx, two processes, PostgreSQL, Redis;
and one site on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.testkit import blank, services
from tests.testkit.clients_end import clients_end  # noqa: F401  (a fixture)
from tests.testkit.fronts.caddy import Caddy
from tests.testkit.fronts.front import Front, make_certificate
from tests.testkit.fronts.nginx import Nginx
from tests.testkit.server import Server
from tests.testkit.wire import ORIGIN


@dataclass
class House:
    """What clients are given in place of a server: its addresses are those
    of what stands in front.
    """

    front: Front
    servers: list[Server]
    key: str

    @property
    def base_url(self) -> str:
        return self.front.base_url

    @property
    def ws_url(self) -> str:
        return self.front.ws_url


@pytest.fixture(scope="session")
def nginx(certificate: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Nginx:
    return Nginx(tmp_path_factory.mktemp("fronts") / "nginx", certificate)


@pytest.fixture(scope="session")
def caddy(certificate: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Caddy:
    return Caddy(tmp_path_factory.mktemp("fronts") / "caddy", certificate)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="session")
def installation(
    nginx: Nginx, caddy: Caddy, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[list[Server], str]]:
    """The processes and a site's key; both fronts stand before the same processes."""
    folder = tmp_path_factory.mktemp("installation")
    env = {
        "DATABASE_URL": blank.new_postgres(),
        "REDIS_URL": services.redis().url,
        "INGLENOOK_SECRET_KEY": "a secret of the tests alone, long enough, guarding nothing",
        "INGLENOOK_BASE_URL": nginx.base_url,
        "INGLENOOK_TRUSTED_PROXIES": "127.0.0.1",
        # A busy machine is no outage of Redis: both processes go on counting together.
        "INGLENOOK_REDIS_WAIT_MS": "8000",
        "INGLENOOK_SENDS_PER_10S": "1000",
        "INGLENOOK_BURST": "1000",
    }
    servers = [Server(folder, env=env) for _ in range(2)]
    try:
        with ThreadPoolExecutor() as threads:
            starting = [threads.submit(server.start) for server in servers]
            # Without an account every page of the workspace leads to the set-up.
            servers[0].run("owner", "create", "--email", "owner@shop.example")
            site = servers[0].ask("site", "create", "--name", "Shop", "--origin", ORIGIN)
            key = str(site["site_key"])
            for start in starting:
                start.result()
        ports = [server.port for server in servers]
        nginx.start(ports)
        caddy.start(ports)
        yield servers, key
    finally:
        for front in (nginx, caddy):
            front.stop()
        for server in servers:
            server.stop()
    for server in servers:
        server.assert_clean()
    assert nginx.defects() == []


@pytest.fixture
def house(installation: tuple[list[Server], str], nginx: Nginx) -> House:
    return House(nginx, *installation)


@pytest.fixture
def house_of_caddy(installation: tuple[list[Server], str], caddy: Caddy) -> House:
    return House(caddy, *installation)


@pytest.fixture(autouse=True)
def _trusts_the_certificate(
    certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever the tests' clients talk to by TLS has this certificate or is somebody else."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
