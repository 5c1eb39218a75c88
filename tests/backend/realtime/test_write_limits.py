"""Every frame by which a visitor writes has a limit; a new one without a limit fails here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from inglenook.protocol import frames
from tests.testkit.server import Server
from tests.testkit.wire import Client, new_cid

OFTEN = 60
Frame = dict[str, Any]
ACTS: dict[str, Callable[[int], Frame]] = {
    "send": lambda n: {"body": f"number {n}"},
    "edit": lambda n: {"seq": 1, "body": f"number {n}"},
    "delete": lambda n: {"seq": 1 + n % 3},
    "react": lambda n: {"seq": 1, "emoji": "👍", "on": bool(n % 2)},
}
# Announced or stored at most so often, whatever comes; nothing is refused.
MERGED = {"typing", "seen"}
# They read, or are the team's alone.
OTHERS = {"hello", "join", "leave", "sync", "history", "pong", "pin"}


def test_every_frame_is_walked_over() -> None:
    assert set(frames.CLIENT_FRAMES) == set(ACTS) | MERGED | OTHERS


@pytest.mark.parametrize("kind", ACTS)
async def test_every_frame_that_writes_has_a_limit(server: Server, key: str, kind: str) -> None:
    amber = await Client.greet(server, key, "lobby")
    for n in range(3):
        await amber.ack(await amber.say(f"{n}"))
    for n in range(OFTEN):
        await amber.send({"type": kind, "cid": new_cid(), "room": "lobby", **ACTS[kind](n)})
    refused = await amber.expect("nack")
    assert refused["code"] == "rate"
    assert refused["final"] is False
    assert refused["retry_ms"] > 0


async def test_marks_and_typing_are_announced_seldom(server: Server, key: str) -> None:
    amber = await Client.greet(server, key, "lobby")
    other_tab = await Client.greet(server, key, "lobby", token=amber.token)
    olive = await Client.greet(server, key, "lobby")
    for n in range(8):
        await olive.ack(await olive.say(f"{n}"))
    await amber.expect("message", seq=8)
    for n in range(OFTEN):
        await amber.send({"type": "typing", "room": "lobby"})
        await amber.send({"type": "seen", "room": "lobby", "rev": 1 + n % 8})
    await other_tab.expect("seen", rev=8)
    await olive.expect("typing")
    await amber.ack(await amber.say("the last of it"))
    assert len(other_tab.of("seen")) <= 3
    assert len(olive.of("typing")) <= 2


async def test_a_pin_of_a_visitor_changes_nothing(server: Server, key: str) -> None:
    amber = await Client.greet(server, key, "lobby")
    await amber.ack(await amber.say("mine"))
    for _ in range(OFTEN):
        cid = new_cid()
        await amber.send({"type": "pin", "cid": cid, "room": "lobby", "seq": 1, "on": True})
        assert (await amber.expect("nack", cid=cid))["code"] == "forbidden"
