"""The OpenAPI 3.1 paper of the visitors' calls: one table of calls, schemas from the Structs that parse and encode.

    CALLS ──> paper() ──> /api/v1/openapi.json and docs/openapi.json (`python -m scripts.openapi` writes it)

Tests hold it to the code: tests/backend/api/test_openapi.py provokes every code of every call, tests/hostile/test_http_api.py
sends whatever the schemas allow and forbid.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import msgspec
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from msgspec import Struct

from inglenook.api.answers import json_answer
from inglenook.api.bodies import EditBody, MessageBody, NameBody, SeenBody, SessionBody
from inglenook.api.told import ErrorTold, RoomsTold, SessionTold, VisitorTold
from inglenook.chat.follow_request import LONGEST_WAIT_SECONDS
from inglenook.protocol import frames
from inglenook.protocol.codes import HTTP_STATUS
from inglenook.protocol.entities import Entity
from inglenook.protocol.limits import MAX_INTEGER

Schema = dict[str, Any]
REF: Final = "#/components/schemas/{name}"

# Whoever calls, and whatever they call. `invalid` is a Host that is not ours, and a field.
ALWAYS: Final = ("invalid", "origin_not_allowed", "site_disabled", "internal", "unavailable")
TOKEN: Final = ("invalid_token", "token_expired", "banned")
BODY: Final = ("bad_json", "bad_frame", "too_deep", "too_large", "unsupported_media_type")
TEXT: Final = ("empty", "too_long", "invalid_text")
IN_A_ROOM: Final = (*TOKEN, "not_found")
OPEN_ROOM: Final = (*IN_A_ROOM, "muted", "room_locked", "room_archived", "rate")

_NUMBER: Final[Schema] = {"type": "integer", "minimum": 0, "maximum": MAX_INTEGER}
_CID: Final[Schema] = {"type": "string", "pattern": "^[A-Za-z0-9-]{8,64}$"}
_LIMIT: Final[Schema] = {"type": "integer", "minimum": 1, "maximum": MAX_INTEGER}
PATH: Final[dict[str, Schema]] = {
    "site_key": {"type": "string", "pattern": "^[A-Za-z0-9_]{1,60}$"},
    "slug": {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"},
    "seq": {"type": "integer", "minimum": 1, "maximum": MAX_INTEGER},
    "emoji": {"type": "string", "minLength": 1, "maxLength": 32, "pattern": "^[^/]+$"},
}


class Told(Struct, frozen=True):
    """One call of the table. `answers` by status; None is an answer without a body."""

    summary: str
    answers: dict[int, type[Struct] | None]
    codes: tuple[str, ...] = ()
    body: type[Struct] | None = None
    query: dict[str, Schema] = {}
    headers: dict[str, Schema] = {}
    streams: bool = False
    is_open: bool = False  # needs no token


CALLS: Final[dict[tuple[str, str], Told]] = {
    ("POST", "session"): Told(
        "Opens a session: who the visitor is, what the site has, where the socket is",
        {200: SessionTold},
        (*BODY, "banned", "rate"),
        body=SessionBody,
        is_open=True,
    ),
    ("GET", "me"): Told("Who the visitor is", {200: VisitorTold}, TOKEN),
    ("PATCH", "me"): Told(
        "Gives the visitor another name",
        {200: VisitorTold},
        (*TOKEN, *BODY, *TEXT, "reserved"),
        body=NameBody,
    ),
    ("GET", "rooms"): Told("The public rooms", {200: RoomsTold}, TOKEN),
    ("GET", "rooms/{slug}/events"): Told(
        "What changed after a cursor: at once, at the first change, or as a stream",
        {200: frames.Sync},
        (*IN_A_ROOM, "rate"),
        query={
            "epoch": {"type": "string", "pattern": "^[A-Za-z0-9]{0,64}$"},
            "since": _NUMBER,
            "limit": _LIMIT,
            "wait": {"type": "integer", "minimum": 0, "maximum": LONGEST_WAIT_SECONDS},
        },
        headers={"Last-Event-ID": {"type": "string"}},
        streams=True,
    ),
    ("POST", "rooms/{slug}/typing"): Told("Says that the visitor types", {204: None}, IN_A_ROOM),
    ("POST", "rooms/{slug}/seen"): Told(
        "Moves the visitor's read mark up", {204: None}, (*IN_A_ROOM, *BODY), body=SeenBody
    ),
    ("GET", "rooms/{slug}/messages"): Told(
        "A page of history, ascending; without `before` the newest",
        {200: frames.History, 304: None},
        IN_A_ROOM,
        query={"before": _NUMBER, "limit": _LIMIT},
        headers={"If-None-Match": {"type": "string"}},
    ),
    ("POST", "rooms/{slug}/messages"): Told(
        "Stores a message, once for each `cid`: 201 new, 200 there already, 202 held for approval",
        {201: frames.Ack, 200: frames.Ack, 202: frames.Ack},
        (*OPEN_ROOM, *BODY, *TEXT, "slow_mode"),
        body=MessageBody,
    ),
    ("PATCH", "rooms/{slug}/messages/{seq}"): Told(
        "Gives one's message a new body",
        {200: frames.Ack},
        (*OPEN_ROOM, *BODY, *TEXT, "forbidden", "too_late"),
        body=EditBody,
    ),
    ("DELETE", "rooms/{slug}/messages/{seq}"): Told(
        "Makes one's message a tombstone",
        {200: frames.Ack},
        (*IN_A_ROOM, "forbidden", "too_late"),
        query={"cid": _CID},
    ),
    ("PUT", "rooms/{slug}/messages/{seq}/reactions/{emoji}"): Told(
        "Reacts to a message", {200: frames.Ack}, OPEN_ROOM, query={"cid": _CID}
    ),
    ("DELETE", "rooms/{slug}/messages/{seq}/reactions/{emoji}"): Told(
        "Takes a reaction back", {200: frames.Ack}, OPEN_ROOM, query={"cid": _CID}
    ),
}
MEANINGS: Final = {
    200: "done",
    201: "stored",
    202: "held for approval",
    204: "done",
    304: "nothing changed since that `ETag`",
    405: "not by this method; `Allow` says by which",
}


@require_safe
def openapi(_request: HttpRequest) -> HttpResponse:
    """The paper itself, for whoever wants to make a client of it."""
    return json_answer(paper())


@cache
def paper() -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for (method, address), told in CALLS.items():
        path = f"/api/v1/{{site_key}}/{address}"
        paths.setdefault(path, {})[method.lower()] = _operation(path, told)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Inglenook for visitors",
            "version": "1",
            "license": {"name": "MIT", "identifier": "MIT"},
            "description": "The same rooms, messages and rules as on the socket: docs/http-api.md.",
        },
        "paths": paths,
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {"visitor": {"type": "http", "scheme": "bearer"}},
        },
    }


def codes_of(told: Told) -> dict[int, list[str]]:
    """Every code that the call may be refused with, by status."""
    found: dict[int, list[str]] = {}
    for code in (*ALWAYS, *told.codes):
        found.setdefault(HTTP_STATUS[code], []).append(code)
    return dict(sorted(found.items()))


def _operation(path: str, told: Told) -> Schema:
    asked = [
        {"name": name, "in": "path", "required": True, "schema": schema}
        for name, schema in PATH.items()
        if f"{{{name}}}" in path
    ]
    asked += [{"name": name, "in": "query", "schema": it} for name, it in told.query.items()]
    asked += [{"name": name, "in": "header", "schema": it} for name, it in told.headers.items()]
    operation: Schema = {"summary": told.summary, "parameters": asked}
    if not told.is_open:
        operation["security"] = [{"visitor": []}]
    if told.body is not None:
        operation["requestBody"] = {"required": True, "content": _json(_ref(told.body))}
    operation["responses"] = {
        **{str(status): _answer(status, told) for status in told.answers},
        **{str(status): _refusal(status, codes) for status, codes in codes_of(told).items()},
    }
    return operation


def _answer(status: int, told: Told) -> Schema:
    answer: Schema = {"description": MEANINGS[status]}
    struct = told.answers[status]
    if struct is not None:
        answer["content"] = _json(_ref(struct))
        if told.streams:
            answer["content"]["text/event-stream"] = {"schema": {"type": "string"}}
    return answer


def _refusal(status: int, codes: list[str]) -> Schema:
    schema = {"allOf": [_ref(ErrorTold), {"properties": {"error": {"enum": codes}}}]}
    answer = {"description": ", ".join(f"`{code}`" for code in codes), "content": _json(schema)}
    if status in (429, 503):
        seconds = {"required": True, "schema": {"type": "integer", "minimum": 1}}
        answer["headers"] = {"Retry-After": seconds}
    return answer


def _json(schema: Schema) -> Schema:
    return {"application/json": {"schema": schema}}


def _ref(struct: type[Struct]) -> Schema:
    return {"$ref": REF.format(name=struct.__name__)}


def _schemas() -> dict[str, Any]:
    told = [it for call in CALLS.values() for it in (call.body, *call.answers.values()) if it]
    wanted = dict.fromkeys([*told, frames.Message, frames.Room, Entity, ErrorTold])
    _, found = msgspec.json.schema_components(list(wanted), ref_template=REF)
    for cid in (
        found["MessageBody"]["properties"]["cid"],
        found["EditBody"]["properties"]["cid"]["anyOf"][0],
    ):
        cid["pattern"] = _CID["pattern"]  # ours says for Python what `$` says everywhere else
    # Ready-made JSON in the Structs, and rows that are stored as they are told.
    found["Sync"]["properties"]["state"] = _ref(frames.Room)
    for name in ("Sync", "History"):
        found[name]["properties"]["messages"] = {"type": "array", "items": _ref(frames.Message)}
    found["Message"]["properties"]["entities"] = {"type": "array", "items": _ref(Entity)}
    return dict(sorted(found.items()))
