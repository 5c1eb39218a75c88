"""SIGTERM on both servers: nobody new, an answer to each sender, then `bye` to everybody."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from contextlib import suppress

import httpx
import pytest
from websockets.exceptions import InvalidHandshake, InvalidStatus

from tests.conftest import Serve
from tests.testkit.wire import ORIGIN, Client

# More than one batch of those who are let go together: the drain takes a moment, in which to look.
SOCKETS = 120


@pytest.mark.parametrize("kind", ["uvicorn", "daphne"])
async def test_a_server_that_ends_answers_what_is_sent_and_lets_nobody_in(
    serve: Serve, kind: str
) -> None:
    server = serve(server=kind, INGLENOOK_SOCKETS_PER_VISITOR="1000")
    key = str(server.ask("site", "create", "--name", "Shop", "--origin", ORIGIN)["site_key"])
    first = await Client.greet(server, key, "lobby")
    others = [
        await Client.greet(server, key, "lobby", token=first.token) for _ in range(SOCKETS - 1)
    ]
    speakers = [await Client.greet(server, key, "lobby") for _ in range(5)]
    cids = [await speaker.say("on the way") for speaker in speakers]
    began = time.monotonic()
    os.kill(server.process.pid, signal.SIGTERM)
    await first.closed()
    # Of those who ask now, each is refused: the port is closed already, the answer is no, or the
    # process ended between taking the connection and answering.
    with pytest.raises((OSError, InvalidHandshake)) as refused:
        await Client.open(server.ws_url, key)
    if isinstance(refused.value, InvalidStatus):
        assert refused.value.response.status_code in (503, 403)
    async with httpx.AsyncClient() as http:
        with suppress(httpx.HTTPError):  # it takes no connection any more
            assert (await http.get(f"{server.base_url}/readyz")).status_code == 503
    for client in (*others, *speakers):
        assert await client.closed(20) == 1012
    while server.process.is_running():
        assert time.monotonic() - began < 15
        await asyncio.sleep(0.1)
    assert server.stop() == 0
    for speaker, cid in zip(speakers, cids, strict=True):
        await speaker.ack(cid)
    windows = [tuple(client.of("bye")[0]["retry_ms"]) for client in (first, *others)]
    assert all(0 < low < high for low, high in windows)
