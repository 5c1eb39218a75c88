"""Made-up frames against real sockets: nobody is closed with 1011, and witnesses here and on
another site miss nothing.

FUZZ=… sends more (tests/testkit/fuzzing.py); the seed is that of the run.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import Phase, given, seed, settings
from websockets.exceptions import ConnectionClosed

from tests.hostile.conftest import OTHER_ORIGIN, Stage
from tests.hostile.shapes import FRAMES, SAMPLES
from tests.hostile.test_sockets import raw_frame
from tests.testkit.fuzzing import times
from tests.testkit.wire import ORIGIN, Client

FRAMES_EACH = 120
ATTACKERS = 3
SAY_EVERY_SECONDS = 0.04
# How a socket may end that sends such things; None: it did not.
ENDS = {None, 1000, 1002, 1005, 1006, 1007, 1009, 4000, 4500, 4501, 4502, 4507}


def made_up(number: int) -> list[str | bytes]:
    """So many messages, the same for the same seed."""
    found: list[str | bytes] = []

    @seed(number)
    @settings(times(FRAMES_EACH), phases=[Phase.generate], database=None)
    @given(FRAMES)
    def draw(message: str | bytes) -> None:
        found.append(message)

    draw()
    return found


class Witness:
    """Two people of one room: one speaks all the time, the other listens."""

    def __init__(self, speaker: Client, listener: Client) -> None:
        self.speaker = speaker
        self.listener = listener
        self.delays: list[float] = []

    @classmethod
    async def come(cls, stage: Stage, key: str, origin: str) -> Witness:
        speaker = await Client.greet(stage.server, key, "lobby", origin=origin)
        return cls(speaker, await Client.greet(stage.server, key, "lobby", origin=origin))

    async def talk(self, is_over: Callable[[], bool]) -> None:
        loop = asyncio.get_running_loop()
        while not is_over():
            said_at = loop.time()
            cid = await self.speaker.say("here")
            await self.listener.expect("message", cid=cid)
            self.delays.append(loop.time() - said_at)
            await self.speaker.ack(cid)
            await asyncio.sleep(SAY_EVERY_SECONDS)

    def p99_ms(self) -> float:
        return sorted(self.delays)[int(len(self.delays) * 0.99)] * 1000


async def attack(
    stage: Stage, messages: list[str | bytes], dice: random.Random
) -> list[int | None]:
    """Sends all of them, on a new socket after each close. Returns how each of them ended."""
    ends: list[int | None] = []
    rest = list(messages)
    while rest:
        client = await Client.greet(stage.server, stage.key, "lobby")
        with suppress(ConnectionClosed):
            while rest and client.socket.close_code is None:
                message = rest.pop()
                if dice.random() < 0.05:
                    first = dice.choice([0x81, 0x82, 0x83, 0x89, 0xC1, 0x01, 0x80])
                    odd = message.encode(errors="replace") if isinstance(message, str) else message
                    client.socket.transport.write(raw_frame(first, odd, masked=dice.random() < 0.8))
                elif isinstance(message, str):
                    await client.socket.send(message.encode(errors="replace"), text=True)
                else:
                    await client.socket.send(message, text=dice.random() < 0.8)
                if dice.random() < 0.3:
                    await client.send(dice.choice(SAMPLES))
                await asyncio.sleep(0.005)
        await client.close()
        ends.append(client.socket.close_code)
    return ends


@pytest.mark.timeout(240)
async def test_made_up_frames_harm_nobody(stage: Stage, request: pytest.FixtureRequest) -> None:
    number = int(request.config.getoption("randomly_seed", 1))
    messages = made_up(number)
    near = await Witness.come(stage, stage.key, ORIGIN)
    far = await Witness.come(stage, stage.other_key, OTHER_ORIGIN)
    share = len(messages) // ATTACKERS
    attacks = [
        asyncio.ensure_future(
            attack(stage, messages[n * share : (n + 1) * share], random.Random(number + n))
        )
        for n in range(ATTACKERS)
    ]
    talks = [
        asyncio.ensure_future(witness.talk(lambda: all(it.done() for it in attacks)))
        for witness in (near, far)
    ]
    ends = [end for some in await asyncio.gather(*attacks) for end in some]
    await asyncio.gather(*talks)
    assert set(ends) <= ENDS, f"seed {number}"
    for witness, where in ((near, "in the room"), (far, "on another site")):
        seqs = [frame["seq"] for frame in witness.listener.of("message")]
        assert seqs == sorted(set(seqs)), f"seed {number}"
        assert not witness.listener.of("bye")
        report = f"{len(witness.delays)} messages, p99 {witness.p99_ms():.0f} ms"
        print(f"seed {number}, {len(messages)} frames: the witness {where} saw {report}")


def test_what_is_made_up_is_the_same_for_a_seed() -> None:
    assert made_up(3) == made_up(3) != made_up(4)
    assert len(set(made_up(3))) > FRAMES_EACH / 2
