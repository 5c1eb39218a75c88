"""What a room of the hub notes of its readers."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from inglenook.chat.own_part import OwnPart
from inglenook.protocol.frame_parts import May
from inglenook.realtime.hub.encoded_frames import EncodedFrame
from inglenook.realtime.hub.rooms import HubRoom, Mode


class Reader:
    """A connection that takes frames."""

    def __init__(self) -> None:
        self.participant = SimpleNamespace(id="v_amber")
        self.is_closing = False
        self.frames: list[Any] = []

    def write(self, frame: Any) -> None:
        self.frames.append(frame)


CAME = EncodedFrame(b'{"type":"presence"}')
NEXT = EncodedFrame(b'{"type":"message"}', "epoch", 6)


def locked(code: str | None) -> OwnPart:
    return OwnPart(may=May(send=code, until=None, files=[]))


@pytest.mark.parametrize(
    ("mode", "sent", "is_written"),
    [
        (Mode.LIVE, 5, True),
        (Mode.AHEAD, 6, True),
        (Mode.AHEAD, 9, False),
        (Mode.READING, 5, False),
        (Mode.BEHIND, 5, False),
    ],
)
def test_what_a_reader_may_do_is_noted_as_said_only_where_it_was(
    monkeypatch: pytest.MonkeyPatch, mode: Mode, sent: int, is_written: bool
) -> None:
    """Else nobody would say it to them any more."""
    monkeypatch.setattr("inglenook.realtime.hub.rooms.encode_frame", lambda frame: frame)
    room = HubRoom(1, "lobby")
    room.start_epoch("epoch", 5)
    reader: Any = Reader()
    subscription = room.begin_reading(reader)
    subscription.mode, subscription.sent, subscription.own = mode, sent, locked(None)
    now = locked("room_locked")
    page: Any = SimpleNamespace(
        upto=8, more=False, own={"v_amber": now}, for_reader=lambda *_: "a sync"
    )
    room.broadcast_page(page)
    assert (reader.frames == ["a sync"]) is is_written
    assert (subscription.own is now) is is_written


@pytest.mark.parametrize("mode", [Mode.LIVE, Mode.AHEAD, Mode.BEHIND])
async def test_who_comes_reaches_a_reader_in_every_mode(mode: Mode) -> None:
    """Nobody says it again: the list of a reader who missed it would stay wrong."""
    room = HubRoom(1, "lobby")
    room.start_epoch("epoch", 5)
    reader: Any = Reader()
    subscription = room.begin_reading(reader)
    subscription.sent = 9 if mode is Mode.AHEAD else 5
    if mode is Mode.BEHIND:
        subscription.mode = mode
    else:
        room._go_live(subscription)
    assert subscription.mode is mode
    room.broadcast_now(CAME)
    assert reader.frames == [CAME]
    assert subscription.mode is mode


@pytest.mark.parametrize("more", [False, True])
async def test_who_comes_while_a_page_is_read_follows_the_page(more: bool) -> None:
    room = HubRoom(1, "lobby")
    room.start_epoch("epoch", 5)
    reader: Any = Reader()
    subscription = room.begin_reading(reader)
    room.broadcast_now(CAME)
    await asyncio.sleep(0)
    room.broadcast_change(6, NEXT)
    room.fan_out.release()
    assert reader.frames == []
    page: Any = SimpleNamespace(
        upto=5, more=more, room=SimpleNamespace(pk=1, kind="public"), epoch="epoch", head=5
    )
    sync = EncodedFrame(b'{"type":"sync"}', "epoch", 5)
    room.send_page(subscription, page, sync)
    assert reader.frames == ([sync, CAME] if more else [sync, CAME, NEXT])
    room.close()


async def test_a_reader_ahead_gets_of_a_batch_what_the_page_had_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("inglenook.realtime.hub.rooms.batch_frames", list)
    room = HubRoom(1, "lobby")
    room.start_epoch("epoch", 5)
    reader: Any = Reader()
    subscription = room.begin_reading(reader)
    subscription.sent = 6
    room._go_live(subscription)
    later = EncodedFrame(b'{"type":"message"}', "epoch", 7)
    room._on_batch([NEXT, CAME, later])
    assert reader.frames == [CAME, later]
    assert subscription.mode is Mode.LIVE
