"""The record of who did what, filtered: for the page and for its file."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.dateparse import parse_date
from msgspec import Struct

from inglenook.dashboard.log.words import ACTIONS
from inglenook.sites.models import AuditEntry, Site


class Filters(Struct, frozen=True):
    """Empty: any. `since` and `until` are days, both of them in the list."""

    who: str = ""
    what: str = ""
    about: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def is_any(self) -> bool:
        return self == Filters()

    @property
    def query(self) -> str:
        """As an address has it."""
        asked = QueryDict(mutable=True)
        for name in self.__struct_fields__:
            value = getattr(self, name)
            if value:
                asked[name] = str(value)
        return asked.urlencode()


class Change(Struct, frozen=True):
    """One setting before and after; None where there was nothing."""

    name: str
    before: Any
    after: Any


class Line(Struct, frozen=True):
    entry: AuditEntry
    words: str
    changes: list[Change]


_LONGEST: Final = 100


def read_filters(asked: QueryDict) -> Filters:
    """What means nothing is not asked for."""
    what = asked.get("what", "")
    return Filters(
        who=_plain(asked.get("who", "")),
        what=what if what in ACTIONS else "",
        about=_plain(asked.get("about", "")),
        since=_day(asked.get("since", "")),
        until=_day(asked.get("until", "")),
    )


def entries_of(site: Site, filters: Filters) -> QuerySet[AuditEntry]:
    wanted: dict[str, Any] = {
        "actor_id": filters.who,
        "action": filters.what,
        "target_id": filters.about,
        "at__gte": _midnight(filters.since) if filters.since else None,
        "at__lt": _midnight(filters.until + timedelta(days=1)) if filters.until else None,
    }
    given = {name: value for name, value in wanted.items() if value}
    return AuditEntry.objects.filter(site=site, **given)


def line_of(entry: AuditEntry) -> Line:
    return Line(entry, str(ACTIONS.get(entry.action, entry.action)), _changes(entry))


def _changes(entry: AuditEntry) -> list[Change]:
    before, after = entry.before or {}, entry.after or {}
    return [
        Change(name, before.get(name), after.get(name))
        for name in dict.fromkeys([*before, *after])
        if before.get(name) != after.get(name)
    ]


def _plain(text: str) -> str:
    """PostgreSQL raises on text with a NUL."""
    return text[:_LONGEST] if text.isprintable() else ""


def _day(text: str) -> date | None:
    try:
        day = parse_date(text)
    except ValueError:
        return None
    # The first and the last day have no midnight before or after them.
    return day if day and date.min < day < date.max else None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)
