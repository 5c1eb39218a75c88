"""The OpenAPI document of the owners' API: `manage/openapi.json`, which needs no key."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from django.http import HttpResponse

from inglenook.api.http.calls import ANYONE, Call
from inglenook.api.http.openapi import About, document
from inglenook.api.http.operations import operation
from inglenook.api.http.responses import json_response
from inglenook.api.owner.operations import OPERATIONS

ABOUT: Final = About(
    title="Inglenook for owners",
    description="What a program of the site's owner can do with an API key: docs/owners-api.md.",
    base="/api/v1/manage/",
    path_parameters={
        "entry": {"type": "string", "description": "An origin, percent-encoded"},
        "key": {"type": "string"},
        "key_id": {"type": "string"},
        "member_id": {"type": "string"},
        "held_id": {"type": "string"},
        "report_id": {"type": "string"},
        "sanction_id": {"type": "string"},
        "seq": {"type": "integer", "minimum": 1},
        "slug": {"type": "string"},
        "undo_id": {"type": "string"},
        "visitor_id": {"type": "string"},
    },
    schemes={"owner": {"type": "http", "scheme": "bearer", "description": "An API key, `sk_…`"}},
    headers={
        "X-Request-Id": {"type": "string"},
        "RateLimit-Policy": {"type": "string"},
        "RateLimit": {"type": "string"},
    },
)


@cache
def owner_document() -> dict[str, Any]:
    return document(OPERATIONS, ABOUT)


@operation("GET", "openapi.json", ANYONE, "This document", {200: None})
async def get_openapi(_call: Call) -> HttpResponse:
    return json_response(owner_document())
