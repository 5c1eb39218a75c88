"""A frame made ready once, for any number of sockets."""

from __future__ import annotations

from typing import Any

from inglenook.protocol import frames

LINE_BREAK = "\u2028".encode()
PARAGRAPH_BREAK = "\u2029".encode()


class Wire:
    """`text` is the frame's JSON, `raw` the whole WebSocket frame round it (RFC 6455 5.2: text, FIN, not masked).

    `epoch` and `number` say where a client stands that has it: the `rev` of a change, the `upto` of a `sync`. What has no
    number has no epoch.
    """

    __slots__ = ("_event", "_raw", "epoch", "number", "text")

    def __init__(self, text: bytes, epoch: str = "", number: int = 0) -> None:
        self.text = text
        self.epoch = epoch
        self.number = number
        self._raw: bytes | None = None
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
    def event(self) -> bytes:
        """One event of an event stream. Its JSON is one line, also for a reader who knows Unicode's two line breaks."""
        if self._event is None:
            cursor = b"id: %s:%d\n" % (self.epoch.encode(), self.number) if self.epoch else b""
            line = self.text.replace(LINE_BREAK, b"\\u2028").replace(PARAGRAPH_BREAK, b"\\u2029")
            self._event = cursor + b"data: " + line + b"\n\n"
        return self._event


def wire_of(frame: Any) -> Wire:
    """The wire of an unnumbered frame or a `sync`; a change's number is told to Wire itself."""
    if isinstance(frame, frames.Sync):
        return Wire(frames.encode(frame), frame.epoch, frame.upto)
    return Wire(frames.encode(frame))
