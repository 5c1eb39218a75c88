"""`ETag` and `If-Match`: who changes what another changed meanwhile is refused with `stale`."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.http import parse_etags
from msgspec import Struct

from inglenook.api.http.responses import json_response
from inglenook.protocol.errors import Stale


def etag_of(body: Struct, *, without: tuple[str, ...] = ()) -> str:
    """The ETag of an object. `without` are fields that change by themselves."""
    fields: dict[str, Any] = msgspec.to_builtins(body)
    shown = {name: value for name, value in fields.items() if name not in without}
    return f'"{hashlib.sha256(msgspec.json.encode(shown)).hexdigest()[:32]}"'


def refuse_stale(request: HttpRequest, etag: str) -> None:
    """Raises Stale where `If-Match` names another state.

    Call it where the row is locked already: what was compared is then what is changed.
    """
    wanted = request.headers.get("If-Match")
    if wanted is not None and not {"*", etag} & set(parse_etags(wanted)):
        raise Stale


def with_etag(body: Struct, etag: str, status: int = 200) -> HttpResponse:
    response = json_response(body, status)
    response["ETag"] = etag
    return response
