"""A busy room reaches everybody in one order by every way out: ready-made frames and the server's
own `send`, on both servers.
"""

from __future__ import annotations

import asyncio

import pytest

from tests.backend.realtime.test_liveness import Stalled, new_key
from tests.conftest import Serve
from tests.testkit.server import Server
from tests.testkit.wire import Client, open_session

# As many write at once that what is stored together comes together, however slow the machine.
SPEAKERS = 8
ROUNDS = 8
SENDS_A_ROUND = 20


@pytest.fixture(params=["uvicorn", "daphne", "uvicorn, plain", "daphne, plain"])
def tier(request: pytest.FixtureRequest, serve: Serve) -> Server:
    server, _, plain = request.param.partition(", ")
    return serve(
        server=server,
        INGLENOOK_READY_FRAMES="false" if plain else "true",
        INGLENOOK_BURST="5000",
        INGLENOOK_SENDS_PER_10S="5000",
        INGLENOOK_UNPROVEN_BYTES=str(128 * 1024),
    )


async def test_a_busy_room_comes_in_arrays_and_in_order_and_a_stalled_reader_is_let_go(
    tier: Server,
) -> None:
    key = new_key(tier)
    people = [await Client.greet(tier, key, "lobby") for _ in range(SPEAKERS + 1)]
    token = (await open_session(tier.base_url, key))["token"]
    stalled = Stalled(tier.port, key, token)
    await asyncio.sleep(0.2)
    cids: list[str] = []
    # In rounds: where only a `pong` proves what was read, it must not stand behind a long line of
    # sends.
    for _ in range(ROUNDS):
        said = [await people[n % SPEAKERS].say("x" * 1990) for n in range(SENDS_A_ROUND)]
        for number, cid in enumerate(said):
            await people[number % SPEAKERS].ack(cid)
        cids += said
    for client in people:
        await client.expect("message", rev=len(cids))
        assert [frame["rev"] for frame in client.of("message")] == list(range(1, len(cids) + 1))
        assert client.arrays > 0
        assert not client.of("bye")
    for client in people[:SPEAKERS]:
        seen = 0
        for frame in client.frames:
            if frame["type"] == "message":
                seen = frame["rev"]
            elif frame["type"] == "ack":
                assert frame["rev"] <= seen, "an ack overtook what it follows"
    codes = await asyncio.get_running_loop().run_in_executor(None, stalled.read_to_the_end)
    # It finds the reason behind what it had not read; or it was cut while it still did not read.
    assert codes in ([4001], [])
