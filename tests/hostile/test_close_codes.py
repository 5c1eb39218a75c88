"""The reason of a close is read by whoever goes on writing: what comes behind a violation does not
tear the connection down.
"""

from __future__ import annotations

import asyncio
import contextlib

import pytest

from tests.hostile.conftest import Stage
from tests.hostile.test_sockets import raw_frame
from tests.testkit.faults.frame_socket import FrameSocket
from tests.testkit.wire import ORIGIN

MORE = b"x" * 1_000_000
BROKEN = {
    "invalid UTF-8": (raw_frame(0x81, b"\xff\xfe"), 1007),
    "too large": (raw_frame(0x81, b'"' + b"x" * 70_000 + b'"'), 1009),
    "a reserved bit": (raw_frame(0xC1, b"{}"), 1002),
    "a close frame of one byte": (raw_frame(0x88, b"\x03"), 1002),
    "a close frame with a reserved code": (raw_frame(0x88, b"\x03\xed"), 1002),
    "a close frame whose reason is no text": (raw_frame(0x88, b"\x03\xe8\xff\xfe"), 1007),
    "a close frame": (raw_frame(0x88, b"\x03\xe8"), 1000),
}


@pytest.mark.parametrize("name", BROKEN)
async def test_the_close_code_survives_what_follows(stage: Stage, name: str) -> None:
    raw, code = BROKEN[name]
    sockets = [
        await FrameSocket.open(
            stage.server.port, f"/ws/v1/{stage.key}/", lambda _text: None, origin=ORIGIN
        )
        for _ in range(6)
    ]
    for socket in sockets:
        socket.write_raw(raw + MORE)
    found = [await asyncio.wait_for(asyncio.shield(socket.closed), 8) for socket in sockets]
    assert found == [code] * len(sockets)


@pytest.mark.parametrize("name", ["too large", "a close frame"])
async def test_who_never_stops_writing_is_cut(stage: Stage, name: str) -> None:
    raw, _ = BROKEN[name]
    socket = await FrameSocket.open(
        stage.server.port, f"/ws/v1/{stage.key}/", lambda _text: None, origin=ORIGIN
    )
    socket.stop_reading()
    socket.write_raw(raw)
    with contextlib.suppress(ConnectionError):
        async with asyncio.timeout(12):
            while not socket.closed.done():
                socket.write_raw(MORE[:10_000])
                await asyncio.sleep(0.05)
