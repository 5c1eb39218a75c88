"""The OpenAPI 3.1 document of a list of operations. Schemas come from the Structs of their bodies.

operations ─► document() ─► …/openapi.json and a file in docs/ (`python -m scripts.openapi`)
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

import msgspec
from msgspec import Struct

from inglenook.api.http.bodies import BODY_CODES
from inglenook.api.http.operations import Operation, Schema
from inglenook.api.http.uploads import MULTIPART, SCHEMA, UPLOAD_CODES
from inglenook.protocol.errors import STATUS
from inglenook.protocol.refusals import ErrorResponse

REF: Final = "#/components/schemas/{name}"
# Whoever calls, and whatever they call. `invalid` is a Host that is not ours, and a field.
ALWAYS: Final = ("invalid", "internal", "unavailable")
MEANINGS: Final = {
    200: "done",
    201: "stored",
    202: "taken: it waits for approval, or goes on by itself",
    204: "done",
    304: "nothing changed since that `ETag`",
}


class About(Struct, frozen=True, kw_only=True):
    """What a document says beside its operations.

    `base` is the path before each operation's. `path_parameters` has a schema for each name in a
    path. `schemes` are OpenAPI's security schemes. `headers` has a schema for each header that
    every answer may have. `more` are Structs that no operation names.
    """

    title: str
    description: str
    base: str
    path_parameters: dict[str, Schema]
    schemes: dict[str, Schema]
    headers: dict[str, Schema] = {}
    more: tuple[type[Any], ...] = ()


def document(operations: Sequence[Operation], about: About) -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for each in operations:
        path = about.base + each.path
        paths.setdefault(path, {})[each.method.lower()] = _operation(each, path, about)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": about.title,
            "version": "1",
            "license": {"name": "MIT", "identifier": "MIT"},
            "description": about.description,
        },
        "paths": paths,
        "components": {
            "schemas": _schemas(operations, about.more),
            "securitySchemes": about.schemes,
        },
    }


def codes_of(operation: Operation) -> dict[int, list[str]]:
    """Every code that the operation may be refused with, by status."""
    body: tuple[str, ...] = BODY_CODES if operation.body is not None else ()
    if operation.takes_file:
        body = UPLOAD_CODES
    found: dict[int, list[str]] = {}
    for code in (*ALWAYS, *operation.authentication.codes, *body, *operation.codes):
        found.setdefault(STATUS[code], []).append(code)
    return dict(sorted(found.items()))


def ref(struct: type[Any]) -> Schema:
    return {"$ref": REF.format(name=struct.__name__)}


def _operation(operation: Operation, path: str, about: About) -> Schema:
    parameters: list[Schema] = [
        {"name": name, "in": "path", "required": True, "schema": about.path_parameters[name]}
        for name in re.findall(r"\{(\w+)\}", path)
    ]
    for place, schemas in (("query", operation.query), ("header", operation.headers)):
        parameters += [{"name": name, "in": place, "schema": it} for name, it in schemas.items()]
    described: Schema = {"summary": operation.summary, "parameters": parameters}
    if operation.authentication.scheme is not None:
        described["security"] = [{operation.authentication.scheme: []}]
    if operation.body is not None:
        described["requestBody"] = {
            "required": not operation.body_may_be_missing,
            "content": _json(ref(operation.body)),
        }
    if operation.takes_file:
        described["requestBody"] = {"required": True, "content": {MULTIPART: {"schema": SCHEMA}}}
    described["responses"] = {
        **{str(status): _response(operation, status) for status in operation.responses},
        **{str(status): _refusal(status, codes) for status, codes in codes_of(operation).items()},
    }
    for response in described["responses"].values():
        headers = {name: {"schema": it} for name, it in about.headers.items()}
        if headers:
            response["headers"] = {**headers, **response.get("headers", {})}
    return described


def _response(operation: Operation, status: int) -> Schema:
    response: Schema = {"description": MEANINGS[status]}
    struct = operation.responses[status]
    if struct is not None:
        response["content"] = _json(ref(struct))
        if operation.streams:
            response["content"]["text/event-stream"] = {"schema": {"type": "string"}}
    return response


def _refusal(status: int, codes: list[str]) -> Schema:
    schema = {"allOf": [ref(ErrorResponse), {"properties": {"error": {"enum": codes}}}]}
    response = {"description": ", ".join(f"`{code}`" for code in codes), "content": _json(schema)}
    if status in (429, 503):
        seconds = {"required": True, "schema": {"type": "integer", "minimum": 1}}
        response["headers"] = {"Retry-After": seconds}
    return response


def _json(schema: Schema) -> Schema:
    return {"application/json": {"schema": schema}}


def _schemas(operations: Sequence[Operation], more: Sequence[type[Any]]) -> dict[str, Any]:
    named = [it for each in operations for it in (each.body, *each.responses.values()) if it]
    wanted = dict.fromkeys([*named, *more, ErrorResponse])
    _, found = msgspec.json.schema_components(list(wanted), ref_template=REF)
    return dict(sorted(found.items()))
