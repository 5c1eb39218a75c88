"""What stands in a path or behind the `?`, judged by us: a wrong value is `invalid` with its field, never a page of Django's."""

from __future__ import annotations

import re

from django.http import HttpRequest

from inglenook.chat.sync import Cursor
from inglenook.protocol.errors import Invalid
from inglenook.protocol.limits import MAX_INTEGER, PAGE_MESSAGES

_DIGITS = re.compile(r"[0-9]{1,16}", re.ASCII)
_CID = re.compile(r"[A-Za-z0-9-]{8,64}", re.ASCII)
_EVENT = re.compile(r"([A-Za-z0-9]{1,64}):([0-9]{1,16})", re.ASCII)
_EPOCH = re.compile(r"[A-Za-z0-9]{1,64}", re.ASCII)


def number(text: str, field: str, *, least: int = 0, most: int = MAX_INTEGER) -> int:
    """A whole number from `least` to `most`."""
    if not _DIGITS.fullmatch(text) or not least <= int(text) <= most:
        end = f" to {most}" if most != MAX_INTEGER else ""
        raise Invalid(f"`{field}` is a whole number from {least}{end}.", field=field)
    return int(text)


def asked(request: HttpRequest, field: str) -> str | None:
    """The one value of a query field; None where it is not there. Twice is a mistake, so it is refused."""
    values = request.GET.getlist(field)
    if len(values) > 1:
        raise Invalid(f"`{field}` stands twice in the address.", field=field)
    return values[0] if values else None


def asked_number(
    request: HttpRequest, field: str, *, least: int = 0, most: int = MAX_INTEGER
) -> int | None:
    value = asked(request, field)
    return None if value is None else number(value, field, least=least, most=most)


def asked_limit(request: HttpRequest, default: int) -> int:
    """How many messages at most; above 100 is 100."""
    limit = asked_number(request, "limit", least=1)
    return default if limit is None else min(limit, PAGE_MESSAGES)


def asked_cid(request: HttpRequest) -> str | None:
    return checked_cid(asked(request, "cid"))


def checked_cid(cid: str | None) -> str | None:
    if cid is not None and not _CID.fullmatch(cid):
        raise Invalid("`cid` is 8 to 64 letters, digits and hyphens.", field="cid")
    return cid


def asked_epoch(request: HttpRequest) -> str | None:
    epoch = asked(request, "epoch")
    if epoch and not _EPOCH.fullmatch(epoch):
        raise Invalid("`epoch` is a word of letters and digits.", field="epoch")
    return epoch or None


def accepts_events(request: HttpRequest) -> bool:
    """Whether the request names `text/event-stream` among what it accepts; `*/*` does not."""
    ranges = [part.split(";") for part in request.headers.get("Accept", "").lower().split(",")]
    return any(
        kind.strip() == "text/event-stream" and "q=0" not in [word.strip() for word in words]
        for kind, *words in ranges
    )


def last_event(request: HttpRequest, asked: Cursor) -> Cursor:
    """The cursor of `Last-Event-ID`, before that of the query. One that cannot be read leads nowhere: a snapshot."""
    header = request.headers.get("Last-Event-ID")
    if header is None:
        return asked
    found = _EVENT.fullmatch(header)
    if found is None or int(found[2]) > MAX_INTEGER:
        return Cursor(limit=asked.limit)
    return Cursor(epoch=found[1], since=int(found[2]), limit=asked.limit)
