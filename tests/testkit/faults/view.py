"""One client's state of one room: the rules of `tests.testkit.reducer`, kept small,
with the outbox beside it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from tests.testkit.reducer import Client as Reducer

Frame = dict[str, Any]


def digest_of(cid: str | None, body: str, deleted: str | None) -> int:
    """What a message shows, in one number: 300 clients with thousands of messages each fit into
    memory.
    """
    return hash((cid, body, deleted))


class Pending:
    """A message of mine that is not resolved yet."""

    def __init__(self, cid: str, body: str, attachments: Sequence[str] = ()) -> None:
        self.cid = cid
        self.body = body
        self.attachments = list(attachments)
        self.tries = 0


class View(Reducer):
    """`shows` is called once for every message, the moment it is first shown."""

    def __init__(self, slug: str, me: str, shows: Callable[[str, Frame, bool], None]) -> None:
        super().__init__(me)
        self.slug = slug
        self.outbox: deque[Pending] = deque()
        self.in_flight: Pending | None = None
        self.is_syncing = False
        self.inversions = 0
        self.received = 0
        self.has_skipped = False
        self._shows = shows
        self._fresh = False
        self._highest = 0

    @property
    def is_behind(self) -> bool:
        """Whether a number arrived that is not applied yet, or a `sync` with what no number has."""
        return self.received > self.since or self.has_skipped

    def take(self, frame: Frame) -> None:
        is_sync = frame["type"] == "sync"
        self._fresh = is_sync and frame["mode"] == "snapshot"
        if self._fresh:
            self._highest, self.received = 0, max(self.held, default=0)
        self.received = max(self.received, frame["upto"] if is_sync else frame["rev"])
        if is_sync:
            self.has_skipped = not self._fresh and frame["since"] > self.since
        super().take(frame)

    def _apply(self, frame: Frame) -> None:
        if frame["type"] == "room":
            super()._apply(frame)
            return
        seq = frame["seq"]
        if frame["author"]["id"] == self.me:
            self.waiting.pop(frame["cid"], None)
        known = self.messages.get(seq)
        if seq < self.floor or (known is not None and known[0] > frame["rev"]):
            return
        kept: Any = (frame["rev"], digest_of(frame["cid"], frame["body"], frame["deleted"]))
        self.messages[seq] = kept
        if known is None:
            # A new message belongs below all that are shown;
            # one that is not is a jump before people's eyes.
            self.inversions += seq < self._highest
            self._highest = max(self._highest, seq)
            self._shows(self.slug, frame, self._fresh)

    def forget(self) -> None:
        """Numbers of another epoch mean nothing: all but the outbox goes."""
        self.epoch, self.since, self.floor = None, 0, 0
        self.messages, self.held, self.room = {}, {}, {}
        self._highest = self.received = 0

    def resolve(self, cid: str) -> bool:
        """Takes a message out of the outbox: it is stored, or refused for good."""
        for pending in self.outbox:
            if pending.cid == cid:
                self.outbox.remove(pending)
                if self.in_flight is pending:
                    self.in_flight = None
                return True
        return False
