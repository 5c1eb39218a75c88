"""What stands in a path or behind the `?`, judged by us: a wrong value is `invalid` with its field, never a page of Django's."""

from __future__ import annotations

import re

from django.http import HttpRequest

from inglenook.protocol.errors import Invalid
from inglenook.protocol.limits import MAX_INTEGER, PAGE_MESSAGES

_DIGITS = re.compile(r"[0-9]{1,16}", re.ASCII)
_CID = re.compile(r"[A-Za-z0-9-]{8,64}", re.ASCII)
_EPOCH = re.compile(r"[A-Za-z0-9]{1,64}", re.ASCII)


def number(text: str, field: str, *, least: int = 0) -> int:
    """A whole number from `least` to 2^53."""
    if not _DIGITS.fullmatch(text) or not least <= int(text) <= MAX_INTEGER:
        raise Invalid(f"`{field}` is a whole number from {least}.", field=field)
    return int(text)


def asked(request: HttpRequest, field: str) -> str | None:
    """The one value of a query field; None where it is not there. Twice is a mistake, so it is refused."""
    values = request.GET.getlist(field)
    if len(values) > 1:
        raise Invalid(f"`{field}` stands twice in the address.", field=field)
    return values[0] if values else None


def asked_number(request: HttpRequest, field: str, *, least: int = 0) -> int | None:
    value = asked(request, field)
    return None if value is None else number(value, field, least=least)


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
