"""One declaration of an endpoint: its address, its handler, and its entry in the OpenAPI document.

    @operation("GET", "me", VISITOR, "Who the visitor is", {200: VisitorResponse})
    async def get_me(call: VisitorCall) -> HttpResponse: ...

The decorator makes an `Operation` of the handler. `views.py` makes addresses of a list of
operations, `openapi.py` a document.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Concatenate, TypeVar

from msgspec import Struct

from inglenook.api.http.calls import Authentication, Call, Response

C = TypeVar("C", bound=Call)
Schema = dict[str, Any]


class Operation(Struct, frozen=True, kw_only=True):
    """`path` is below the prefix of its API, with `{name}` for what the handler takes by name.

    `responses` has a Struct for each status, or None for an answer without a body. `codes` are the
    refusals of the handler itself; those of the authentication and of reading a body come by
    themselves. `takes_file`: the body is a form with a file (`http/uploads.py`). `query` and
    `headers` are JSON schemas by name.
    """

    method: str
    path: str
    authentication: Authentication[Call]
    summary: str
    responses: dict[int, type[Struct] | None]
    handler: Callable[..., Response]
    codes: tuple[str, ...] = ()
    body: type[Struct] | None = None
    body_may_be_missing: bool = False
    takes_file: bool = False
    query: dict[str, Schema] = {}
    headers: dict[str, Schema] = {}
    streams: bool = False


def operation(
    method: str,
    path: str,
    authentication: Authentication[C],
    summary: str,
    responses: dict[int, type[Struct] | None],
    *,
    codes: tuple[str, ...] = (),
    body: type[Struct] | None = None,
    body_may_be_missing: bool = False,
    takes_file: bool = False,
    query: dict[str, Schema] | None = None,
    headers: dict[str, Schema] | None = None,
    streams: bool = False,
) -> Callable[[Callable[Concatenate[C, ...], Response]], Operation]:
    """Declares the handler below as an operation (its fields are those of `Operation`).

    The handler takes the call that its authentication makes, which the type checker holds it to.
    """

    def declare(handler: Callable[Concatenate[C, ...], Response]) -> Operation:
        return Operation(
            method=method,
            path=path,
            authentication=authentication,
            summary=summary,
            responses=responses,
            handler=handler,
            codes=codes,
            body=body,
            body_may_be_missing=body_may_be_missing,
            takes_file=takes_file,
            query=query or {},
            headers=headers or {},
            streams=streams,
        )

    return declare
