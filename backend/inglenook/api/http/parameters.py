"""What stands in a path or behind the `?`. A wrong value is `invalid`, and its field is named."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest, QueryDict

from inglenook.api.http.operations import Schema
from inglenook.protocol.errors import Invalid
from inglenook.protocol.limits import MAX_INTEGER

NUMBER: Final[Schema] = {"type": "integer", "minimum": 0, "maximum": MAX_INTEGER}
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
