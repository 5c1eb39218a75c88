"""What a room of the hub notes of its readers."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from inglenook.chat.own_part import OwnPart
from inglenook.protocol.frame_parts import May
from inglenook.realtime.hub.rooms import HubRoom, Mode


class Reader:
    """A connection that takes frames."""

    def __init__(self) -> None:
        self.participant = SimpleNamespace(id="v_amber")
        self.is_closing = False
        self.frames: list[Any] = []

    def write(self, frame: Any) -> None:
        self.frames.append(frame)


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
