"""What happened, as all clients together saw it: when each message was said, acked,
and shown by whom.
"""

from __future__ import annotations

import time
from array import array
from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Said:
    room: str
    server: int
    at: float
    author: str = ""
    acked_at: float | None = None
    seq: int | None = None
    failed: str = ""
    held_at: float | None = None
    is_as_sent: bool = False
    is_refused: bool = False
    is_pushed: bool = True


@dataclass
class Journal:
    """`server` numbers are those of the processes that clients use;
    -1 where a balancer chooses.

    Of those who ask for news from time to time only `polled_after` is kept:
    how late they are is of their own choice.
    """

    said: dict[str, Said] = field(default_factory=dict)
    closes: Counter[int] = field(default_factory=Counter)
    nacks: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    refused: Counter[int] = field(default_factory=Counter)
    resent: int = 0
    dups: int = 0
    syncs: Counter[str] = field(default_factory=Counter)
    shown_said_at: array[float] = field(default_factory=lambda: array("d"))
    shown_after: array[float] = field(default_factory=lambda: array("d"))
    shown_across: array[int] = field(default_factory=lambda: array("b"))

    polled_after: array[float] = field(default_factory=lambda: array("d"))

    def say(
        self, cid: str, room: str, server: int, is_pushed: bool = True, author: str = ""
    ) -> None:
        self.said[cid] = Said(room, server, time.monotonic(), author, is_pushed=is_pushed)

    def show(self, cid: str, server: int, is_pushed: bool = True) -> None:
        said = self.said.get(cid)
        if said is None:
            return
        if not is_pushed:
            self.polled_after.append(time.monotonic() - said.at)
            return
        self.shown_said_at.append(said.at)
        self.shown_after.append(time.monotonic() - said.at)
        self.shown_across.append(server != said.server)

    def ack(self, cid: str, seq: int | None, dup: bool) -> None:
        said = self.said.get(cid)
        self.dups += dup
        if said is not None and said.acked_at is None:
            said.acked_at = time.monotonic()
            said.seq = seq

    def hold(self, cid: str, is_as_sent: bool) -> None:
        """It is stored, and waits for the team, or its author alone sees it."""
        said = self.said.get(cid)
        if said is not None and said.held_at is None:
            said.held_at, said.is_as_sent = time.monotonic(), is_as_sent

    def refuse(self, cid: str) -> None:
        if cid in self.said:
            self.said[cid].is_refused = True

    def fail(self, cid: str, code: str) -> None:
        if cid in self.said:
            self.said[cid].failed = code

    # --- figures

    def delays(
        self, since: float = 0.0, until: float = float("inf"), *, across: bool = False
    ) -> list[float]:
        """Seconds from said to shown, for each receiver, of what was said in that time, sorted."""
        return sorted(
            after
            for at, after, crossed in zip(
                self.shown_said_at, self.shown_after, self.shown_across, strict=True
            )
            if since <= at <= until and (crossed or not across)
        )

    def acks(
        self, since: float = 0.0, until: float = float("inf"), *, pushed: bool = False
    ) -> list[float]:
        """Seconds from said to acked of what was said in that time, sorted; `pushed`:
        by those alone.
        """
        return sorted(
            said.acked_at - said.at
            for said in self.said.values()
            if since <= said.at <= until
            and said.acked_at is not None
            and (said.is_pushed or not pushed)
        )

    def acked_between(self, since: float, until: float = float("inf")) -> int:
        return sum(
            1
            for said in self.said.values()
            if said.acked_at is not None and since <= said.acked_at <= until
        )

    def first_ack_after(self, moment: float) -> float | None:
        """Seconds until something was acked, of what was acked after the moment."""
        found = [
            s.acked_at - moment for s in self.said.values() if s.acked_at and s.acked_at >= moment
        ]
        return min(found, default=None)


def percentile(values: list[float], share: float) -> float:
    """Of sorted values; 0 where there are none."""
    return values[min(len(values) - 1, int(len(values) * share))] if values else 0.0
