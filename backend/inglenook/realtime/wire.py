"""A frame made ready once, for any number of sockets."""

from __future__ import annotations

from typing import Any

from inglenook.protocol import frames


class Wire:
    """`text` is the frame's JSON, `raw` the whole WebSocket frame round it (RFC 6455 5.2: text, FIN, not masked)."""

    __slots__ = ("_raw", "text")

    def __init__(self, text: bytes) -> None:
        self.text = text
        self._raw: bytes | None = None

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


def wire_of(frame: Any) -> Wire:
    return Wire(frames.encode(frame))
