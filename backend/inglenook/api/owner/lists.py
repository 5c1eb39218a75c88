"""Pages of the owners' lists: keyset, so each asks the same few queries however long the list is.

    rows, ordered by fields that no writing changes ─► the page ─► cursor: its last row's place

A cursor is signed for its list, filters and site: another list, other filters or another site
refuse it. So what is in a list throughout comes exactly once, whatever is written meanwhile.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

import msgspec
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac
from msgspec import Struct

from inglenook.api.http.operations import Schema
from inglenook.api.http.parameters import number_parameter, parameter
from inglenook.api.http.responses import json_response
from inglenook.api.owner.authentication import KeyCall
from inglenook.protocol.errors import Invalid
from inglenook.sites.database import read

DEFAULT_ITEMS: Final = 50
MOST_ITEMS: Final = 200
LIST_QUERY: Final[dict[str, Schema]] = {
    "limit": {"type": "integer", "minimum": 1, "default": DEFAULT_ITEMS},
    "cursor": {"type": "string"},
}
_SIGNATURE_CHARS: Final = 32
M = TypeVar("M", bound=Model)
V = TypeVar("V")


class Ask(Struct, frozen=True, kw_only=True):
    """Which page of which list. `name` and `filters` are what a cursor fits, with the site."""

    name: str
    site_id: int
    filters: dict[str, Any]
    limit: int
    place: list[Any] | None

    def cursor(self, place: Sequence[Any]) -> str:
        """The cursor that leads on behind `place`."""
        text = msgspec.json.encode(list(place))
        return _signature(self.name, self.site_id, self.filters, text) + _packed(text)


def asked_page(request: HttpRequest, name: str, site_id: int, **filters: Any) -> Ask:
    """What the request asks for. Raises Invalid with its field: limit, cursor."""
    limit = number_parameter(request, "limit", least=1)
    cursor = parameter(request, "cursor")
    return Ask(
        name=name,
        site_id=site_id,
        filters=filters,
        limit=DEFAULT_ITEMS if limit is None else min(limit, MOST_ITEMS),
        place=None if cursor is None else _place(cursor, name, site_id, filters),
    )


def page_of(
    rows: QuerySet[M], ask: Ask, order: Sequence[str] = ("-pk",), kept: Sequence[Any] = ()
) -> tuple[list[M], str | None]:
    """The asked page in one query, and the cursor of the next; None at the end.

    `order` are fields of the rows as `order_by` takes them, all up or all down, the last unique.
    `kept` is what each cursor of this list begins with, before its place.
    """
    fields = [field.removeprefix("-") for field in order]
    if ask.place is not None:
        place = ask.place[len(kept) :]
        rows = rows.filter(_behind(fields, place, down=order[0].startswith("-")))
    found = list(rows.order_by(*order)[: ask.limit + 1])
    page = found[: ask.limit]
    if len(found) <= ask.limit:
        return page, None
    return page, ask.cursor([*kept, *[getattr(page[-1], field) for field in fields]])


def items(page: tuple[list[M], str | None], item: Callable[[M], V]) -> dict[str, Any]:
    """The fields of a list's answer."""
    rows, cursor = page
    return {"items": [item(row) for row in rows], "next": cursor}


async def list_answer(
    call: KeyCall,
    name: str,
    rows: QuerySet[M],
    response: Callable[..., Struct],
    item: Callable[[M], V],
    **filters: Any,
) -> HttpResponse:
    """The asked page of `rows`, the newest first. `filters` are those that `rows` already have."""
    ask = asked_page(call.request, name, call.site.pk, **filters)

    def page() -> HttpResponse:
        return json_response(response(**items(page_of(rows, ask), item)))

    return await read(page)


def _behind(fields: Sequence[str], place: Sequence[Any], *, down: bool) -> Q:
    """Rows behind `place`: (a, b) > (x, y) is a > x, or a = x and b > y."""
    behind = Q()
    same: dict[str, Any] = {}
    for field, value in zip(fields, place, strict=True):
        behind |= Q(**same, **{f"{field}__{'lt' if down else 'gt'}": value})
        same[field] = value
    return behind


def _place(cursor: str, name: str, site_id: int, filters: dict[str, Any]) -> list[Any]:
    signature, packed = cursor[:_SIGNATURE_CHARS], cursor[_SIGNATURE_CHARS:]
    try:
        text = base64.urlsafe_b64decode(packed.encode("ascii") + b"==")
    except (UnicodeEncodeError, binascii.Error, ValueError):
        text = b""
    if not constant_time_compare(signature, _signature(name, site_id, filters, text)):
        raise Invalid("This cursor is not one of this list with these filters.", field="cursor")
    place: list[Any] = msgspec.json.decode(text)
    return place


def _packed(text: bytes) -> str:
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def _signature(name: str, site_id: int, filters: dict[str, Any], text: bytes) -> str:
    signed = msgspec.json.encode([name, site_id, sorted(filters.items()), text.hex()]).decode()
    return salted_hmac("inglenook.api.owner.lists", signed, algorithm="sha256").hexdigest()[
        :_SIGNATURE_CHARS
    ]
