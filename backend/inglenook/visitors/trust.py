"""How far a visitor is trusted: new, then known, then trusted. Pure.

Trust is fixed by hand, or earned by time and by messages that stand. Both count from the first
stored message; after a sanction they count from its end.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, Literal

from msgspec import Struct

Trust = Literal["new", "known", "trusted"]
LEVELS: Final[tuple[Trust, ...]] = ("new", "known", "trusted")


class TrustRules(Struct, frozen=True):
    """What a site asks for. `trusted_days` 0: the team alone makes somebody trusted."""

    known_minutes: int
    known_messages: int
    trusted_days: int
    trusted_messages: int

    @property
    def most_messages(self) -> int:
        """Beyond so many messages no further one matters."""
        return max(self.known_messages, self.trusted_messages if self.trusted_days else 0)


class TrustRecord(Struct, frozen=True):
    """What is stored of a visitor. `fixed` is empty where trust is earned; `since` None: never."""

    fixed: str = ""
    since: datetime | None = None
    messages: int = 0
    is_signed: bool = False


def trust_of(record: TrustRecord, rules: TrustRules, now: datetime) -> Trust:
    if record.fixed:
        return _level(record.fixed)
    if record.since is not None:
        age = now - record.since
        is_old = bool(rules.trusted_days) and age >= timedelta(days=rules.trusted_days)
        if is_old and record.messages >= rules.trusted_messages:
            return "trusted"
        is_known = age >= timedelta(minutes=rules.known_minutes)
        if is_known and record.messages >= rules.known_messages:
            return "known"
    return "known" if record.is_signed else "new"


def rises_at(record: TrustRecord, rules: TrustRules, now: datetime) -> datetime | None:
    """When time alone raises the trust next; None where it never does."""
    if record.fixed or record.since is None:
        return None
    times = []
    if record.messages >= rules.known_messages:
        times.append(record.since + timedelta(minutes=rules.known_minutes))
    if rules.trusted_days and record.messages >= rules.trusted_messages:
        times.append(record.since + timedelta(days=rules.trusted_days))
    return min((time for time in times if time > now), default=None)


def is_at_least(trust: str, wanted: str) -> bool:
    return LEVELS.index(_level(trust)) >= LEVELS.index(_level(wanted))


def wire_role(trust: Trust) -> str:
    """A visitor's role on the wire."""
    return "trusted" if trust == "trusted" else "visitor"


def _level(word: str) -> Trust:
    return next((level for level in LEVELS if level == word), "new")
