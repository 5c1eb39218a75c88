"""Whole conversations, handshake and frames, come to the same as by the `websockets` library.

The server reads plain handshakes and plain text frames itself and leaves the rest to the library.
So what matters is where one hands over to the other: in any byte, before the response and after it.
The reference is the library alone, which gets the same bytes at once. FUZZ=… plays more.
"""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from uvicorn import Config
from uvicorn.server import ServerState
from websockets.frames import Close, Frame, Opcode
from websockets.http11 import Request
from websockets.server import ServerProtocol

from inglenook.protocol.limits import HARD_FRAME_BYTES
from inglenook.realtime.servers.streaming_http import StreamingHttp
from inglenook.realtime.servers.uvicorn_websocket import UvicornWebSocket
from tests.backend.realtime.test_plain_handshake import (
    CHROMIUM,
    FIREFOX,
    LINES,
    PROXIED,
    Transport,
    request_of,
)
from tests.testkit.fuzzing import FUZZ

CONVERSATIONS = 1_300 * FUZZ  # times the share of each way of cutting
END_OF_HEAD = b"\r\n\r\n"
# A handshake that the library judges, and one that is plain but for an offer nobody takes.
ODD = [
    (name, b"Upgrade, keep-alive" if name == b"Connection" else value) for name, value in CHROMIUM
]
PLAIN = [header for header in CHROMIUM if header[0] != b"Sec-WebSocket-Extensions"]
HANDSHAKES = [request_of(LINES[0], headers) for headers in (CHROMIUM, FIREFOX, PROXIED, PLAIN, ODD)]
TEXTS = ("", "a", "Hello", "grüße", "日本語", "👋🏽 hi", '{"type":"send"}')
# A ping of a conversation is answered at once up to this number.
PINGS_MOST = 4
# Turns of the loop in which a piece is parsed, its messages are taken, and reading goes on.
TURNS = 6


@dataclass
class Outcome:
    """`written`: what the server sent behind its response. `end`: a close code; None for none."""

    messages: list[str | bytes] = field(default_factory=list)
    written: bytes = b""
    end: int | None = None


# --- what a client says


def whole(dice: random.Random) -> bytes:
    lengths = (dice.randrange(300), 125, 126, 127, dice.choice([1000, 5000, 65_535, 65_536]))
    text = dice.choice(TEXTS) or "x" * dice.choices(lengths, (60, 10, 10, 10, 1))[0]
    return Frame(Opcode.TEXT, text.encode()).serialize(mask=True)


def fragments(dice: random.Random) -> bytes:
    """A message in pieces, cut inside of characters too, with control frames between them."""
    raw = "".join(dice.choices(TEXTS, k=3)).encode()
    cuts = sorted(dice.choices(range(len(raw) + 1), k=dice.randint(0, 3)))
    parts = [raw[start:end] for start, end in itertools.pairwise((0, *cuts, len(raw)))]
    first = dice.choice([Opcode.TEXT, Opcode.TEXT, Opcode.BINARY])
    found = b""
    for index, part in enumerate(parts):
        opcode = Opcode.CONT if index else first
        found += Frame(opcode, part, fin=index == len(parts) - 1).serialize(mask=True)
        if dice.random() < 0.2:
            found += pong(dice)
    return found


def binary(dice: random.Random) -> bytes:
    return Frame(Opcode.BINARY, dice.randbytes(dice.randrange(140))).serialize(mask=True)


def ping(dice: random.Random) -> bytes:
    return Frame(Opcode.PING, dice.randbytes(dice.choice([0, 3, 125]))).serialize(mask=True)


def pong(dice: random.Random) -> bytes:
    return Frame(Opcode.PONG, dice.randbytes(dice.choice([0, 3, 125]))).serialize(mask=True)


def close(dice: random.Random) -> bytes:
    codes = (1000, 1001, 1011, 3000, 4999, 999, 1004, 1005, 1006, 1015, 2999, 5000)
    reason = dice.choice([b"", b"bye", b"\xff", b"r" * 123])
    payload = dice.choice([b"", b"\x03", dice.choice(codes).to_bytes(2, "big") + reason])
    return Frame(Opcode.CLOSE, payload).serialize(mask=True)


def fault(dice: random.Random) -> bytes:
    """What RFC 6455 forbids, or what a length may not be."""
    text = Frame(Opcode.TEXT, b"Hello").serialize(mask=True)
    return dice.choice(
        [
            bytes([text[0] | dice.choice([0x10, 0x20, 0x40])]) + text[1:],  # a reserved bit
            bytes([0x80 | dice.choice([3, 7, 11, 15])]) + text[1:],  # an unknown opcode
            Frame(Opcode.TEXT, b"Hello").serialize(mask=False),
            Frame(Opcode.CONT, b"of nothing").serialize(mask=True),
            Frame(Opcode.TEXT, b"begun", fin=False).serialize(mask=True) + text,
            Frame(Opcode.TEXT, b"bad \xff end").serialize(mask=True),
            Frame(Opcode.TEXT, "ü".encode()[:1]).serialize(mask=True),
            b"\x09" + text[1:],  # a ping in pieces
            b"\x89\xfe\x00\x7e\0\0\0\0" + b"x" * 126,  # a ping that is too long
            b"\x81\xfe\x00\x05\0\0\0\0Hello",  # lengths in longer forms than they need
            b"\x81\xff" + (5).to_bytes(8, "big") + b"\0\0\0\0Hello",
            b"\x81\xff" + (1 << 63).to_bytes(8, "big") + b"\0\0\0\0",
            b"\x81\xff" + (HARD_FRAME_BYTES + 1).to_bytes(8, "big") + b"\0\0\0\0",
            dice.randbytes(dice.randint(1, 12)),
        ]
    )


KINDS: dict[Callable[[random.Random], bytes], int] = {
    whole: 60,
    fragments: 12,
    binary: 5,
    ping: 6,
    pong: 4,
    close: 5,
    fault: 8,
}


def spoken(dice: random.Random) -> tuple[bytes, bytes]:
    """A request, and the frames behind it."""
    kinds = dice.choices(list(KINDS), list(KINDS.values()), k=dice.randint(1, 9))
    pings = itertools.count()
    said = [kind(dice) for kind in kinds if kind is not ping or next(pings) < PINGS_MOST]
    return dice.choice(HANDSHAKES), b"".join(said)


def cut_nowhere(_dice: random.Random, length: int) -> Iterator[int]:
    yield from (0, length)


def cut_at_every_byte(_dice: random.Random, length: int) -> Iterator[int]:
    yield from range(length + 1)


def cut_here_and_there(dice: random.Random, length: int) -> Iterator[int]:
    yield from sorted((0, length, *dice.choices(range(length + 1), k=dice.randint(1, 6))))


# --- by the library alone


def by_the_library(request: bytes, frames: bytes) -> Outcome:
    library = ServerProtocol(max_size=HARD_FRAME_BYTES)
    library.receive_data(request)
    (asked,) = library.events_received()
    assert isinstance(asked, Request)
    library.send_response(library.accept(asked))
    library.data_to_send()
    library.receive_data(frames)
    outcome, parts, is_text = Outcome(), list[bytes](), True
    for event in library.events_received():
        assert isinstance(event, Frame)
        if event.opcode in (Opcode.TEXT, Opcode.BINARY):
            is_text = event.opcode is Opcode.TEXT
        elif event.opcode is not Opcode.CONT:
            continue
        parts.append(bytes(event.data))
        if not event.fin:
            continue
        raw, parts = b"".join(parts), []
        try:
            outcome.messages.append(raw.decode() if is_text else raw)
        except UnicodeDecodeError:  # the library leaves that to who reads it
            at_fault = Frame(Opcode.CLOSE, Close(1007, "").serialize()).serialize(mask=False)
            return Outcome(outcome.messages, at_fault, 1007)
    outcome.written = b"".join(library.data_to_send())
    if library.parser_exc is not None:
        assert library.close_sent is not None
        outcome.end = library.close_sent.code
    elif library.close_rcvd is not None:
        outcome.end = library.close_rcvd.code
    return outcome


# --- by the server


class Connections:
    """Connections one after the other, with our protocols and an application that listens."""

    def __init__(self) -> None:
        self.received: list[dict[str, Any]] = []
        config = Config(
            self._application,
            http=StreamingHttp,
            ws=UvicornWebSocket,
            ws_max_size=HARD_FRAME_BYTES,
            ws_per_message_deflate=False,
            interface="asgi3",
            proxy_headers=False,
            lifespan="off",
            log_config=None,
        )
        config.load()
        self.config = config

    async def _application(self, _scope: Any, receive: Any, send: Any) -> None:
        received = self.received
        received.append(await receive())
        await send({"type": "websocket.accept", "subprotocol": "inglenook.v1"})
        while received[-1]["type"] != "websocket.disconnect":
            received.append(await receive())

    async def outcome(self, data: bytes, cuts: Iterator[int]) -> Outcome:
        self.received, state = [], ServerState()
        http = StreamingHttp(config=self.config, server_state=state, app_state={})
        transport = Transport()
        transport.protocol = http
        http.connection_made(transport)
        for start, end in itertools.pairwise(cuts):
            await _until_it_reads(transport)
            if start < end and not transport.is_closed:
                transport.protocol.data_received(data[start:end])
        await _until_it_reads(transport)
        for _ in range(TURNS):
            await asyncio.sleep(0)
        received = list(self.received)
        written = transport.written
        transport.close()
        transport.protocol.connection_lost(None)
        await asyncio.gather(*state.tasks)
        head, _, rest = written.partition(END_OF_HEAD)
        assert head.startswith(b"HTTP/1.1 101 "), head
        assert received[0] == {"type": "websocket.connect"}
        ends = [message for message in received if message["type"] == "websocket.disconnect"]
        return Outcome(
            [
                message["text"] if message.get("text") is not None else message["bytes"]
                for message in received
                if message["type"] == "websocket.receive"
            ],
            rest,
            ends[0]["code"] if ends else None,
        )


async def _until_it_reads(transport: Transport) -> None:
    while transport.is_paused and not transport.is_closed:  # noqa: ASYNC110  a turn or two
        await asyncio.sleep(0)


@pytest.mark.parametrize(
    ("cut", "share"), [(cut_nowhere, 2), (cut_here_and_there, 5), (cut_at_every_byte, 1)]
)
async def test_whatever_is_said_the_library_and_we_come_to_the_same(
    cut: Callable[[random.Random, int], Iterator[int]], share: int
) -> None:
    connections, first = Connections(), random.getrandbits(64)
    for number in range(CONVERSATIONS * share):
        dice = random.Random(first + number)
        request, frames = spoken(dice)
        expected = by_the_library(request, frames)
        found = await connections.outcome(request + frames, cut(dice, len(request + frames)))
        if found.written != expected.written and 1007 in (found.end, expected.end):
            # Pings before a text that is no UTF-8 may be answered, or not: the socket ends.
            found.written = expected.written
        assert found == expected, f"conversation {first + number}: {frames!r}"
