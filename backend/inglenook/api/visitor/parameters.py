"""The parameters of visitors' calls: cursors, pages and the `cid` of an act."""

from __future__ import annotations

import re
from typing import Final

from django.http import HttpRequest

from inglenook.api.http.operations import Schema
from inglenook.api.http.parameters import number_parameter, parameter
from inglenook.chat.sync import Cursor
from inglenook.protocol import ids
from inglenook.protocol.errors import Invalid
from inglenook.protocol.limits import MAX_INTEGER, PAGE_MESSAGES

CID: Final[Schema] = {"type": "string", "pattern": f"^{ids.CID}$"}
LIMIT: Final[Schema] = {"type": "integer", "minimum": 1, "maximum": MAX_INTEGER}
_EVENT = re.compile(rf"({ids.EPOCH}):([0-9]{{1,16}})", re.ASCII)
_EPOCH = re.compile(ids.EPOCH, re.ASCII)


def limit_parameter(request: HttpRequest, default: int) -> int:
    """How many messages at most; above PAGE_MESSAGES is PAGE_MESSAGES."""
    limit = number_parameter(request, "limit", least=1)
    return default if limit is None else min(limit, PAGE_MESSAGES)


def cid_parameter(request: HttpRequest) -> str | None:
    cid = parameter(request, "cid")
    if cid is not None and not ids.is_cid(cid):
        raise Invalid(ids.CID_WORDS, field="cid")
    return cid


def epoch_parameter(request: HttpRequest) -> str | None:
    epoch = parameter(request, "epoch")
    if epoch and not _EPOCH.fullmatch(epoch):
        raise Invalid("`epoch` is a word of letters and digits.", field="epoch")
    return epoch or None


def accepts_events(request: HttpRequest) -> bool:
    """Whether `Accept` names `text/event-stream`; `*/*` does not."""
    ranges = [part.split(";") for part in request.headers.get("Accept", "").lower().split(",")]
    return any(
        kind.strip() == "text/event-stream" and "q=0" not in [word.strip() for word in words]
        for kind, *words in ranges
    )


def last_event(request: HttpRequest, asked: Cursor) -> Cursor:
    """The cursor of `Last-Event-ID`, which goes before the one of the query.

    One that cannot be read leads nowhere: the client gets a snapshot.
    """
    header = request.headers.get("Last-Event-ID")
    if header is None:
        return asked
    found = _EVENT.fullmatch(header)
    if found is None or int(found[2]) > MAX_INTEGER:
        return Cursor(limit=asked.limit)
    return Cursor(epoch=found[1], since=int(found[2]), limit=asked.limit)
