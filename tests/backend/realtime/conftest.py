"""A served product with one site that lists the tests' origin."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest

from tests.conftest import serving
from tests.testkit.clients_end import clients_end  # noqa: F401  (a fixture)
from tests.testkit.server import Server
from tests.testkit.wire import ORIGIN


@pytest.fixture(scope="module", params=["uvicorn", "daphne"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """Each rule holds on both servers; one of each a file, with a new site for every test."""
    folder = tmp_path_factory.mktemp(f"served-{request.param}")
    served = Server(folder, server=request.param, env={"INGLENOOK_PING_S": "1"}).start()
    yield served
    served.stop()
    served.assert_clean()


@pytest.fixture(scope="module", params=["postgres and redis", "postgres alone", "sqlite alone"])
def pair(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Server, Server]]:
    """Two processes of one installation, over Redis and PostgreSQL, and without Redis by the
    database alone; one pair of each a file, with a new site for every test.
    """
    database = "postgres" if "postgres" in request.param else "sqlite"
    with serving(tmp_path_factory.mktemp("pair")) as serve:
        first = serve(database=database, redis="redis" in request.param)
        yield first, serve(beside=first)


@pytest.fixture
def site(server: Server) -> dict[str, Any]:
    found: dict[str, Any] = server.ask("site", "create", "--name", "Shop", "--origin", ORIGIN)
    return found


@pytest.fixture
def key(site: dict[str, Any]) -> str:
    return str(site["site_key"])


@pytest.fixture
async def owner(server: Server, site: dict[str, Any]) -> AsyncIterator[httpx.AsyncClient]:
    """A program with the site's first key."""
    headers = {"Authorization": f"Bearer {site['secret_key']}"}
    base = f"{server.base_url}/api/v1/manage/"
    async with httpx.AsyncClient(base_url=base, headers=headers, timeout=20) as client:
        yield client
