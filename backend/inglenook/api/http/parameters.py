"""What stands in a path or behind the `?`. A wrong value is `invalid`, and its field is named."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Annotated, Final

import msgspec
from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest, QueryDict

from inglenook.api.http.operations import Schema
from inglenook.protocol.errors import Invalid
from inglenook.protocol.limits import MAX_INTEGER

NUMBER: Final[Schema] = {"type": "integer", "minimum": 0, "maximum": MAX_INTEGER}
MOMENT: Final[Schema] = {"type": "string", "format": "date-time"}
_Moment = Annotated[datetime, msgspec.Meta(tz=True)]
_DIGITS = re.compile(r"[0-9]{1,16}", re.ASCII)


def number(text: str, field: str, *, least: int = 0, most: int = MAX_INTEGER) -> int:
    """A whole number from `least` to `most`. Raises Invalid."""
    if not _DIGITS.fullmatch(text) or not least <= int(text) <= most:
        end = f" to {most}" if most != MAX_INTEGER else ""
        raise Invalid(f"`{field}` is a whole number from {least}{end}.", field=field)
    return int(text)


def parameter(request: HttpRequest, field: str) -> str | None:
    """The one value of a parameter, None without it. Raises Invalid where it stands twice."""
    values = _query(request).getlist(field)
    if len(values) > 1:
        raise Invalid(f"`{field}` stands twice in the address.", field=field)
    return values[0] if values else None


def number_parameter(
    request: HttpRequest, field: str, *, least: int = 0, most: int = MAX_INTEGER
) -> int | None:
    value = parameter(request, field)
    return None if value is None else number(value, field, least=least, most=most)


def word_parameter(request: HttpRequest, field: str) -> str | None:
    """Text that a database can look for. Raises Invalid."""
    value = parameter(request, field)
    if value is not None and not value.isprintable():
        raise Invalid(f"`{field}` has a character that cannot be stored.", field=field)
    return value


def choice_parameter(request: HttpRequest, field: str, known: Sequence[str]) -> str | None:
    """One of the known words. Raises Invalid."""
    value = parameter(request, field)
    if value is not None and value not in known:
        raise Invalid(f"`{field}` is one of {', '.join(known)}.", field=field)
    return value


def moment_parameter(request: HttpRequest, field: str) -> datetime | None:
    """A moment, in UTC. Raises Invalid."""
    value = parameter(request, field)
    try:
        return None if value is None else msgspec.convert(value, _Moment).astimezone(UTC)
    except (msgspec.ValidationError, OverflowError):
        words = f"`{field}` is a time such as `2026-11-28T09:30:00.123Z`."
        raise Invalid(words, field=field) from None


def refuse_unknown_parameters(request: HttpRequest, known: Collection[str]) -> None:
    """Raises Invalid, naming the first parameter that is not `known`."""
    for name in _query(request):
        if name not in known:
            raise Invalid(f"There is no parameter `{name}` here.", field=name)


def _query(request: HttpRequest) -> QueryDict:
    try:
        return request.GET
    except TooManyFieldsSent:
        raise Invalid("There are too many parameters in the address.", field="query") from None
