"""The processes are restarted one after the other under 50 messages a second;
nobody's message fails, is lost or is doubled.
"""

from __future__ import annotations

import asyncio
import time

import httpx

from tests.deploy.conftest import House
from tests.testkit.events import visitor_headers
from tests.testkit.fronts.speaker import PostSpeaker, SocketSpeaker, Speaker
from tests.testkit.server import Server
from tests.testkit.wire import Frame, open_session

SOCKETS = 4
EVERY_SECONDS = 0.2  # five through each front, five messages a second each


async def test_a_rolling_restart_fails_no_send(house: House, house_of_caddy: House) -> None:
    fronts = (house, house_of_caddy)
    posters: list[Speaker] = [PostSpeaker(front, every=EVERY_SECONDS) for front in fronts]
    speakers: list[Speaker] = posters + [
        SocketSpeaker(front, every=EVERY_SECONDS) for front in fronts for _ in range(SOCKETS)
    ]
    end: asyncio.Future[float] = asyncio.get_running_loop().create_future()
    speaking = [asyncio.ensure_future(speaker.speak(end)) for speaker in speakers]
    await asyncio.sleep(1)
    for server in house.servers:
        await asyncio.to_thread(restart, server)
    await asyncio.sleep(1)
    end.set_result(time.monotonic())
    await asyncio.wait_for(asyncio.gather(*speaking), 30)

    assert [speaker.failures for speaker in speakers] == [[]] * len(speakers)
    assert sum(speaker.comebacks for speaker in speakers) >= 1, "nothing was interrupted"
    # nginx asks the other process: what it cannot save is a request that was on
    # its way at the very moment.
    # (Caddy's older versions cannot ask again with a body; see its file.)
    assert posters[0].comebacks <= 2
    # The window of the `bye` is up to 5 s long, and a busy machine adds its own.
    assert max(speaker.longest for speaker in speakers) < 15
    await all_is_stored_once_and_in_order(house, speakers)


async def all_is_stored_once_and_in_order(house: House, speakers: list[Speaker]) -> None:
    said = [cid for speaker in speakers for cid in speaker.said]
    place = {}
    for message in await history(house):
        assert message["cid"] not in place
        place[message["cid"]] = message["seq"]
    assert set(said) <= set(place)
    for speaker in speakers:
        acked = [speaker.acks[cid]["seq"] for cid in speaker.said]
        assert acked == [place[cid] for cid in speaker.said]
        assert acked == sorted(acked)


def restart(server: Server) -> None:
    """As `systemctl restart` does it: SIGTERM, then a start that is over when it is ready."""
    assert server.stop() == 0
    server.start()


async def history(house: House) -> list[Frame]:
    """All of the room, as a newcomer reads it through nginx."""
    token = (await open_session(house.base_url, house.key))["token"]
    found: list[Frame] = []
    before: dict[str, int] = {}
    async with httpx.AsyncClient() as http:
        while True:
            answer = await http.get(
                f"{house.base_url}/api/v1/{house.key}/rooms/lobby/messages",
                params={"limit": 100, **before},
                headers=visitor_headers(token),
            )
            page = answer.json()
            found = page["messages"] + found
            if not page["more"]:
                return found
            before = {"before": page["messages"][0]["seq"]}
