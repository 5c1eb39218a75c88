"""One served product for the whole table, with a witness in the room and one on another site."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import pytest

from tests.testkit.clients_end import clients_end  # noqa: F401  (a fixture)
from tests.testkit.server import Server
from tests.testkit.wire import ORIGIN, Client

OTHER_ORIGIN = "http://other.test"


@dataclass
class Stage:
    server: Server
    key: str
    other_key: str
    disabled_key: str
    is_daphne: bool


@pytest.fixture(scope="module", params=["uvicorn", "daphne"])
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp(f"hostile-{request.param}")
    # The witnesses speak often, and are not what is limited here.
    env = {"INGLENOOK_HELLO_S": "3", "INGLENOOK_BURST": "1000", "INGLENOOK_SENDS_PER_10S": "1000"}
    server = Server(folder, server=request.param, env=env).start()
    keys = [
        server.ask("site", "create", "--name", name, "--origin", origin)["site_key"]
        for name, origin in (("Shop", ORIGIN), ("Other", OTHER_ORIGIN), ("Off", ORIGIN))
    ]
    server.run("site", "disable", "--site", keys[2])
    yield Stage(server, *keys, is_daphne=request.param == "daphne")
    server.stop()
    server.assert_clean()


@pytest.fixture
async def stage(served: Stage) -> AsyncIterator[Stage]:
    """Afterwards the witnesses still get each other's messages: what was tried changed nothing for
    anybody else.
    """
    pairs = []
    for key, origin in ((served.key, ORIGIN), (served.other_key, OTHER_ORIGIN)):
        pairs.append(
            [await Client.greet(served.server, key, "lobby", origin=origin) for _ in range(2)]
        )
    yield served
    for speaker, listener in pairs:
        cid = await speaker.say("still here")
        await listener.expect("message", cid=cid)
        await speaker.ack(cid)
        for client in (speaker, listener):
            assert not client.of("error")
            assert not client.of("bye")
            await client.close()
