"""Bounds of a request's head, and of the trailers behind its body, measured while they come."""

from __future__ import annotations

from inglenook.protocol.limits import HEAD_BYTES, HEAD_FIELDS
from inglenook.realtime.servers.body_limits import declared_bytes

# The colon, the blank and the line break, which the parser does not hand over.
FIELD_EXTRA_BYTES = 4


class HeadTooLarge(Exception):
    """More bytes or fields than a head may have."""


class Head:
    """Counts one head, or one set of trailers."""

    __slots__ = ("_bytes", "_unseen", "fields")

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        self.fields = 0
        self._bytes = 0
        self._unseen = 0

    def add(self, size: int) -> None:
        """The parser handed over `size` bytes. Raises HeadTooLarge."""
        self._unseen = 0
        self._bytes += size
        self._judge()

    def add_field(self, size: int) -> None:
        """The parser handed over a whole field; the caller judges how many there are."""
        self.fields += 1
        self.add(size + FIELD_EXTRA_BYTES)

    def goes_on(self) -> None:
        """The parser handed over a part of the body."""
        self._unseen = 0

    def feed(self, size: int) -> None:
        """The parser gets `size` bytes, and holds those of a field until the field ends."""
        self._unseen += size

    def fed(self) -> None:
        """The parser has taken what it got. Raises HeadTooLarge."""
        self._judge()

    @property
    def has_too_many_fields(self) -> bool:
        return self.fields > HEAD_FIELDS

    def _judge(self) -> None:
        if self._bytes + self._unseen > HEAD_BYTES:
            raise HeadTooLarge


def declares_body(headers: list[tuple[bytes, bytes]]) -> bool:
    """Whether the head says that a body follows."""
    is_chunked = any(name == b"transfer-encoding" for name, _ in headers)
    return is_chunked or declared_bytes(headers) > 0
