"""A fast parser for the frames that browsers nearly always send: whole short text frames.

The library (`websockets`) parses every form of WebSocket frame, in generators, one byte string
after the other. A whole text message in one frame always has one form: 0x81, its length, a mask,
the masked text (RFC 6455 5.2).
"""

from __future__ import annotations

try:
    from websockets.speedups import apply_mask
except ImportError:  # a platform for which there is no wheel
    from websockets.utils import apply_mask


def plain_texts(data: bytes, most: int) -> tuple[list[str], int]:
    """The texts at the beginning of `data`, `most` of them at most, and where they end.

    It parses whole, masked, unfragmented text frames of valid UTF-8, and stops at anything else.
    """
    texts: list[str] = []
    at, end = 0, len(data)
    while at < end and len(texts) < most:
        if end - at < 6 or data[at] != 0x81 or data[at + 1] < 0x80:
            break
        length, mask_at = data[at + 1] & 0x7F, at + 2
        if length == 126:
            length, mask_at = int.from_bytes(data[at + 2 : at + 4], "big"), at + 4
            if length < 126:  # RFC 6455 5.2: the shortest form must be used
                break
        elif length == 127:  # the library parses long ones
            break
        text_at = mask_at + 4
        after = text_at + length
        if after > end:
            break
        raw = apply_mask(data[text_at:after], data[mask_at:text_at])
        try:
            texts.append(raw.decode())
        except UnicodeDecodeError:
            break
        at = after
    return texts, at
