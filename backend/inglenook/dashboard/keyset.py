"""Long lists in pieces: each goes on below its last row, whatever is written meanwhile.

page_after(rows, ("position", "slug"), request.GET["after"]) ─► Piece(items, next)
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, Generic, TypeVar

from django.core import signing
from django.db.models import Model, Q, QuerySet
from msgspec import Struct

ROWS: Final = 50
# Signed, so that a place fits its columns: nobody sends a word where a number is compared.
_SALT: Final = "inglenook.keyset"
T = TypeVar("T", bound=Model)


class Piece(Struct, Generic[T], frozen=True):
    """`next` goes into the address of the next piece; empty at the end."""

    items: list[T]
    next: str


def page_after(
    rows: QuerySet[T], order: Sequence[str], after: str, *, size: int = ROWS
) -> Piece[T]:
    """The rows below `after`, the `next` of another piece; from the first where it is none.

    `order` names columns, `-` before those that fall; together they are unique.
    """
    names = [name.removeprefix("-") for name in order]
    place = read_place(after, len(names))
    if place is not None:
        rows = rows.filter(_below(order, place))
    found = list(rows.order_by(*order)[: size + 1])
    items = found[:size]
    more = len(found) > size
    return Piece(items, place_token([getattr(items[-1], name) for name in names]) if more else "")


def _below(order: Sequence[str], place: Sequence[Any]) -> Q:
    """Where the first column that differs is beyond."""
    found, equal = Q(pk__in=[]), Q()
    for name, value in zip(order, place, strict=True):
        column, sign = name.removeprefix("-"), "lt" if name.startswith("-") else "gt"
        found |= equal & Q(**{f"{column}__{sign}": value})
        equal &= Q(**{column: value})
    return found


def place_token(place: list[Any]) -> str:
    """Where a list goes on, as an address has it: `read_place` reads it."""
    plain = [value.isoformat() if isinstance(value, datetime) else value for value in place]
    return signing.dumps(plain, salt=_SALT)


def read_place(token: str, length: int) -> list[Any] | None:
    """None for what is none of ours."""
    try:
        place: list[Any] = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    return place if len(place) == length else None
