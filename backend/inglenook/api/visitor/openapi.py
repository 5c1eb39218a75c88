"""The OpenAPI document of the visitors' calls: `openapi.json`, for whoever makes a client of it.

Tests hold it to the code: tests/backend/api/visitor/test_openapi.py provokes every code of every
call, tests/hostile/test_http_api.py sends whatever the schemas allow and forbid.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from django.http import HttpResponse

from inglenook.api.http.calls import ANYONE, Call
from inglenook.api.http.openapi import About, document, ref
from inglenook.api.http.operations import Schema, operation
from inglenook.api.http.responses import json_response
from inglenook.api.visitor.operations import OPERATIONS
from inglenook.api.visitor.parameters import CID
from inglenook.protocol import frames, ids
from inglenook.protocol.emoji import MAX_REACTION_BYTES
from inglenook.protocol.entities import Entity
from inglenook.protocol.limits import MAX_INTEGER

PATH_PARAMETERS: Final[dict[str, Schema]] = {
    "site_key": {"type": "string", "pattern": f"^{ids.SITE_KEY}$"},
    "slug": {"type": "string", "pattern": f"^{ids.SLUG}$"},
    "seq": {"type": "integer", "minimum": 1, "maximum": MAX_INTEGER},
    "id": {"type": "string", "pattern": f"^{ids.ATTACHMENT}$"},
    "emoji": {
        "type": "string",
        "minLength": 1,
        "maxLength": MAX_REACTION_BYTES,
        "pattern": "^[^/]+$",
    },
}
ABOUT: Final = About(
    title="Inglenook for visitors",
    description="The same rooms, messages and rules as on the socket: docs/http-api.md.",
    base="/api/v1/{site_key}/",
    path_parameters=PATH_PARAMETERS,
    schemes={"visitor": {"type": "http", "scheme": "bearer"}},
    more=(frames.Message, frames.Room, Entity),
)


@cache
def visitor_document() -> dict[str, Any]:
    made = document(OPERATIONS, ABOUT)
    _name_what_is_ready_made(made["components"]["schemas"])
    return made


def _name_what_is_ready_made(schemas: dict[str, Any]) -> None:
    """Says what msgspec cannot see: ready-made JSON in Structs, and rows stored as they go out."""
    schemas["Sync"]["properties"]["state"] = ref(frames.Room)
    for name in ("Sync", "History"):
        schemas[name]["properties"]["messages"] = {"type": "array", "items": ref(frames.Message)}
    schemas["Message"]["properties"]["entities"] = {"type": "array", "items": ref(Entity)}
    # The Struct's pattern is Python's way to say what `$` says everywhere else.
    for schema in (
        schemas["MessageBody"]["properties"]["cid"],
        schemas["EditBody"]["properties"]["cid"]["anyOf"][0],
    ):
        schema["pattern"] = CID["pattern"]


@operation("GET", "openapi.json", ANYONE, "This document", {200: None})
async def get_openapi(_call: Call) -> HttpResponse:
    return json_response(visitor_document())
