"""A frame made ready once, for any number of sockets; and several in one WebSocket message."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from inglenook.protocol import frames
from inglenook.protocol.limits import MESSAGE_BYTES

LINE_BREAK = "\u2028".encode()
PARAGRAPH_BREAK = "\u2029".encode()


class Wire:
    """`text` is the frame's JSON, `raw` the whole WebSocket frame round it (RFC 6455 5.2: text, FIN, not masked).

    `epoch` and `number` say where a client stands that has it: the `rev` of a change, the `upto` of a `sync`. What has no
    number has no epoch.
    """

    __slots__ = ("_event", "_raw", "_string", "epoch", "number", "text")

    def __init__(self, text: bytes, epoch: str = "", number: int = 0) -> None:
        self.text = text
        self.epoch = epoch
        self.number = number
        self._raw: bytes | None = None
        self._string: str | None = None
        self._event: bytes | None = None

    @property
    def raw(self) -> bytes:
        if self._raw is None:
            length = len(self.text)
            if length < 126:
                header = bytes((0x81, length))
            elif length < 65536:
                header = b"\x81\x7e" + length.to_bytes(2, "big")
            else:
                header = b"\x81\x7f" + length.to_bytes(8, "big")
            self._raw = header + self.text
        return self._raw

    @property
    def string(self) -> str:
        """`text` for a server that takes no bytes."""
        if self._string is None:
            self._string = self.text.decode()
        return self._string

    @property
    def event(self) -> bytes:
        """One event of an event stream. Its JSON is one line, also for a reader who knows Unicode's two line breaks."""
        if self._event is None:
            self._event = self._as_events()
        return self._event

    def _as_events(self) -> bytes:
        cursor = b"id: %s:%d\n" % (self.epoch.encode(), self.number) if self.epoch else b""
        line = self.text.replace(LINE_BREAK, b"\\u2028").replace(PARAGRAPH_BREAK, b"\\u2029")
        return cursor + b"data: " + line + b"\n\n"


class Parcel(Wire):
    """Several frames in order: one WebSocket message, a JSON array; or as many events. It stands where its last number does."""

    __slots__ = ("_wires",)

    def __init__(self, wires: Sequence[Wire]) -> None:
        epoch, number = next(
            ((wire.epoch, wire.number) for wire in reversed(wires) if wire.epoch), ("", 0)
        )
        super().__init__(b"[" + b",".join([wire.text for wire in wires]) + b"]", epoch, number)
        self._wires = wires

    def _as_events(self) -> bytes:
        return b"".join([wire.event for wire in self._wires])


def packed(wires: Sequence[Wire]) -> list[Wire]:
    """The frames in as few messages as MESSAGE_BYTES allows. One that is alone in its message goes as it is."""
    found: list[Wire] = []
    first, size = 0, 1
    for index, wire in enumerate(wires):
        length = len(wire.text) + 1  # with the comma or the bracket behind it
        if index > first and size + length > MESSAGE_BYTES:
            found.append(_one(wires[first:index]))
            first, size = index, 1
        size += length
    if wires:
        found.append(_one(wires[first:]))
    return found


def _one(wires: Sequence[Wire]) -> Wire:
    return wires[0] if len(wires) == 1 else Parcel(wires)


def wire_of(frame: Any) -> Wire:
    """The wire of an unnumbered frame or a `sync`; a change's number is told to Wire itself."""
    if isinstance(frame, frames.Sync):
        return Wire(frames.encode(frame), frame.epoch, frame.upto)
    return Wire(frames.encode(frame))
