"""What a hostile or unlucky network does to whole WebSocket frames:
doubles, drops and swaps them between the two ends.
"""

from __future__ import annotations

import random
from collections.abc import Callable

Change = Callable[[bytes, bytes], list[bytes]]


class FrameFilter:
    """Cuts the bytes of one direction into frames once the handshake is over.
    `change(payload, frame)` says what goes on.

    What is no WebSocket passes as it is.
    """

    def __init__(self, change: Change) -> None:
        self._change = change
        self._rest = b""
        self._is_open = False
        self._is_other = False

    def __call__(self, data: bytes) -> list[bytes]:
        if self._is_other:
            return [data]
        self._rest += data
        out: list[bytes] = []
        if not self._is_open:
            head, found, rest = self._rest.partition(b"\r\n\r\n")
            if not found:
                return []
            if b"upgrade: websocket" not in head.lower():
                self._is_other = True
                return [self._rest]
            self._is_open, self._rest = True, rest
            out.append(head + found)
        while (frame := self._take()) is not None:
            out += self._change(*frame)
        return out

    def _take(self) -> tuple[bytes, bytes] | None:
        """The next whole frame as (payload, bytes). The clients of these tests mask with zeros."""
        data = self._rest
        if len(data) < 2:
            return None
        length, start = data[1] & 0x7F, 2
        if length == 126:
            length, start = int.from_bytes(data[2:4], "big"), 4
        elif length == 127:
            length, start = int.from_bytes(data[2:10], "big"), 10
        start += 4 if data[1] & 0x80 else 0
        if len(data) < start + length:
            return None
        frame, self._rest = data[: start + length], data[start + length :]
        return frame[start:], frame


def doubling(dice: random.Random, share: float) -> Callable[[], FrameFilter]:
    """Some `send` frames arrive twice, some once more much later."""

    def make() -> FrameFilter:
        kept: list[bytes] = []

        def change(payload: bytes, frame: bytes) -> list[bytes]:
            if b'"type": "send"' not in payload:
                return [frame]
            out = [frame]
            if dice.random() < share:
                out.append(frame)
            if kept and dice.random() < share:
                out.append(dice.choice(kept))
            kept.append(frame)
            return out

        return FrameFilter(change)

    return make


def losing_acks(dice: random.Random, lost: float, swapped: float) -> Callable[[], FrameFilter]:
    """Some acks never arrive, some arrive after what was sent behind them."""

    def make() -> FrameFilter:
        late: list[bytes] = []

        def change(payload: bytes, frame: bytes) -> list[bytes]:
            chance = dice.random()
            if payload.startswith(b'{"type":"ack"'):
                if chance < lost:
                    return []
                if chance < lost + swapped:
                    late.append(frame)
                    return []
            out = [frame, *late]
            late.clear()
            return out

        return FrameFilter(change)

    return make
