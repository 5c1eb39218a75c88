"""Who is writing, and that nobody is called so who has stopped."""

from __future__ import annotations

import asyncio

from tests.testkit.server import Server
from tests.testkit.wire import Client, Frame

TYPING = {"type": "typing", "room": "lobby"}
# A visitor gets it within four; a slow machine may take longer to say so.
OVER_SECONDS = 6


def _names(frame: Frame) -> set[str]:
    return {who["name"] for who in frame["who"]}


async def test_who_stops_writing_is_taken_off_without_another_word(
    server: Server, key: str
) -> None:
    amber = await Client.greet(server, key, "lobby")
    olive = await Client.greet(server, key, "lobby")
    await amber.send(TYPING)
    assert _names(await olive.expect("typing")) == {amber.visitor["name"]}
    assert _names(await olive.expect("typing", seconds=OVER_SECONDS)) == set()


async def test_who_goes_on_stays_when_another_stops(server: Server, key: str) -> None:
    amber = await Client.greet(server, key, "lobby")
    basil = await Client.greet(server, key, "lobby")
    olive = await Client.greet(server, key, "lobby")
    both = {amber.visitor["name"], basil.visitor["name"]}
    await amber.send(TYPING)
    await basil.send(TYPING)
    await olive.expect("typing", where=lambda frame: _names(frame) == both)
    await asyncio.sleep(3.05)  # as often as one may
    await basil.send(TYPING)
    only = {basil.visitor["name"]}
    await olive.expect("typing", where=lambda frame: _names(frame) == only, seconds=OVER_SECONDS)


async def test_a_message_ends_it_without_a_frame_of_its_own(server: Server, key: str) -> None:
    amber = await Client.greet(server, key, "lobby")
    olive = await Client.greet(server, key, "lobby")
    await amber.send(TYPING)
    await olive.expect("typing")
    await amber.ack(await amber.say("Done"))
    await olive.expect("message")
    await asyncio.sleep(4)
    assert len(olive.of("typing")) == 1
