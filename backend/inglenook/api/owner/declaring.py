"""How a call of the owners' API is declared: what its form implies is added to what it says itself.

@owner_call("PATCH", "rooms/{slug}", "rooms:write", "Changes a room", {200: RoomResponse},
            body=RoomPatch, has_etag=True)
async def patch_room(call: KeyCall, slug: str) -> HttpResponse: ...

POST        Idempotency-Key, conflict        an address with parts   not_found
a list      limit, cursor                    `has_etag`              If-Match, stale
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Concatenate

from msgspec import Struct

from inglenook.api.http.bodies import is_optional
from inglenook.api.http.calls import Response
from inglenook.api.http.operations import Operation, Schema, operation
from inglenook.api.owner.authentication import KeyCall, OwnerKey
from inglenook.api.owner.idempotency import HEADER as IDEMPOTENCY_KEY
from inglenook.api.owner.idempotency import NAME_PATTERN
from inglenook.api.owner.lists import LIST_QUERY

Handler = Callable[Concatenate[KeyCall, ...], Response]


class OwnerBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a call of owners takes: a field that is not named is refused."""


class NoFields(OwnerBody, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of a call that has nothing to say."""


def owner_call(
    method: str,
    path: str,
    scope: str | None,
    summary: str,
    responses: dict[int, type[Struct] | None],
    *,
    codes: tuple[str, ...] = (),
    body: type[OwnerBody] | None = None,
    query: dict[str, Schema] | None = None,
    is_list: bool = False,
    has_etag: bool = False,
    takes_file: bool = False,
) -> Callable[[Handler], Operation]:
    """Declares the handler below (`http.operations.operation`). `scope` None: any key may call."""
    headers: dict[str, Any] = {}
    implied: list[str] = []
    if "{" in path:
        implied.append("not_found")
    if method == "POST":
        body = None if takes_file else body or NoFields
        headers[IDEMPOTENCY_KEY] = {"type": "string", "pattern": f"^{NAME_PATTERN}$"}
        implied.append("conflict")
    if has_etag and method != "GET":
        headers["If-Match"] = {"type": "string"}
        implied.append("stale")
    return operation(
        method,
        path,
        OwnerKey(scope),
        summary,
        responses,
        codes=tuple(dict.fromkeys([*implied, *codes])),
        body=body,
        body_may_be_missing=body is not None and is_optional(body),
        takes_file=takes_file,
        query={**(query or {}), **(LIST_QUERY if is_list else {})},
        headers=headers,
    )
