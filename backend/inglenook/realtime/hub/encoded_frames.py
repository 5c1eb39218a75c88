"""A frame encoded once for any number of sockets; and several frames in one WebSocket message."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from inglenook.protocol import frames
from inglenook.protocol.limits import MESSAGE_BYTES

LINE_BREAK = "\u2028".encode()
PARAGRAPH_BREAK = "\u2029".encode()


class EncodedFrame:
    """One frame of our protocol as bytes.

    `text` is the frame's JSON; `raw` is the whole WebSocket frame round it (RFC 6455 5.2: text,
    FIN, not masked). `epoch` and `number` are the cursor of a client that has the frame: the `rev`
    of a change, the `upto` of a `sync`. A frame without a number has no epoch.
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
        """One event of an event stream.

        Its JSON is one line, also for a reader who knows Unicode's two line breaks.
        """
        if self._event is None:
            self._event = self._as_events()
        return self._event

    def _as_events(self) -> bytes:
        cursor = b"id: %s:%d\n" % (self.epoch.encode(), self.number) if self.epoch else b""
        line = self.text.replace(LINE_BREAK, b"\\u2028").replace(PARAGRAPH_BREAK, b"\\u2029")
        return cursor + b"data: " + line + b"\n\n"


class FrameBatch(EncodedFrame):
    """Several frames in order: one WebSocket message with a JSON array, or as many events.

    Its cursor is that of its last frame that has one.
    """

    __slots__ = ("_frames",)

    def __init__(self, encoded: Sequence[EncodedFrame]) -> None:
        epoch, number = next(
            ((frame.epoch, frame.number) for frame in reversed(encoded) if frame.epoch), ("", 0)
        )
        super().__init__(b"[" + b",".join([frame.text for frame in encoded]) + b"]", epoch, number)
        self._frames = encoded

    def _as_events(self) -> bytes:
        return b"".join([frame.event for frame in self._frames])


def batch_frames(encoded: Sequence[EncodedFrame]) -> list[EncodedFrame]:
    """The frames in as few messages as MESSAGE_BYTES allows.

    A frame that is alone in its message stays as it is.
    """
    batches: list[EncodedFrame] = []
    first, size = 0, 1
    for index, frame in enumerate(encoded):
        length = len(frame.text) + 1  # with the comma or the bracket behind it
        if index > first and size + length > MESSAGE_BYTES:
            batches.append(_one_message(encoded[first:index]))
            first, size = index, 1
        size += length
    if encoded:
        batches.append(_one_message(encoded[first:]))
    return batches


def _one_message(encoded: Sequence[EncodedFrame]) -> EncodedFrame:
    return encoded[0] if len(encoded) == 1 else FrameBatch(encoded)


def encode_frame(frame: Any) -> EncodedFrame:
    """Encodes a `sync`, or a frame without a number; for a change call EncodedFrame itself."""
    if isinstance(frame, frames.Sync):
        return EncodedFrame(frames.encode(frame), frame.epoch, frame.upto)
    return EncodedFrame(frames.encode(frame))
