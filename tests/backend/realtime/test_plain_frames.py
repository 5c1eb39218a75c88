"""Frames that the server reads without the library, and frames that it leaves to the library."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode

from inglenook.realtime.servers.plain_frames import plain_texts
from inglenook.realtime.servers.queues import WriteGate

MANY = 1000
SHORT = Frame(Opcode.TEXT, b"Hello").serialize(mask=True)


@given(st.lists(st.text(max_size=400), max_size=4))
def test_the_library_and_we_read_the_same(texts: list[str]) -> None:
    frames = [Frame(Opcode.TEXT, text.encode()).serialize(mask=True) for text in texts]
    data = b"".join(frames)
    assert plain_texts(data, MANY) == (texts, len(data))


@pytest.mark.parametrize("length", [125, 126, 65_535])
def test_each_form_of_a_length_is_read_but_the_longest(length: int) -> None:
    frame = Frame(Opcode.TEXT, b"x" * length).serialize(mask=True)
    assert plain_texts(frame, MANY) == (["x" * length], len(frame))
    longer = Frame(Opcode.TEXT, b"x" * 65_536).serialize(mask=True)
    assert plain_texts(longer, MANY) == ([], 0)


def test_a_frame_that_is_not_whole_is_left_to_the_library() -> None:
    for cut in range(1, len(SHORT)):
        assert plain_texts(SHORT[:cut], MANY) == ([], 0)
        assert plain_texts(SHORT + SHORT[:cut], MANY) == (["Hello"], len(SHORT))


def test_no_more_are_read_at_once_than_may_wait() -> None:
    assert plain_texts(SHORT * 5, 3) == (["Hello"] * 3, 3 * len(SHORT))


@pytest.mark.parametrize(
    "other",
    [
        Frame(Opcode.TEXT, b"begun", fin=False).serialize(mask=True),
        Frame(Opcode.CONT, b"ended").serialize(mask=True),
        Frame(Opcode.BINARY, b"bytes").serialize(mask=True),
        Frame(Opcode.PING, b"").serialize(mask=True),
        Frame(Opcode.CLOSE, b"\x03\xe8").serialize(mask=True),
        b"\xc1" + SHORT[1:],  # a reserved bit
        Frame(Opcode.TEXT, b"not masked").serialize(mask=False),
        Frame(Opcode.TEXT, b"\xff").serialize(mask=True),
        b"\x81\xfe\x00\x05\0\0\0\0Hello",  # a length in a longer form than it needs
    ],
)
def test_all_else_is_left_to_the_library(other: bytes) -> None:
    assert plain_texts(other, MANY) == ([], 0)
    assert plain_texts(SHORT + other, MANY) == (["Hello"], len(SHORT))


async def test_a_gate_lets_everybody_through_when_it_opens() -> None:
    gate = WriteGate()
    await gate.wait()
    gate.clear()
    waiting = [asyncio.ensure_future(gate.wait()) for _ in range(3)]
    await asyncio.sleep(0)
    assert not any(one.done() for one in waiting)
    waiting[0].cancel()
    gate.set()
    await asyncio.gather(*waiting[1:])
    await gate.wait()
