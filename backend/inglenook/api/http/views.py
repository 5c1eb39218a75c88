"""Addresses of a list of operations: one view an address, which finds the operation by the method.

    request ─► method ─► authentication ─► handler ─► JSON
                 405        401, 403          └─ ChatError ─► its status and JSON

HEAD is GET without its body. OPTIONS says in `Allow` what the address takes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Coroutine, Iterable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils.cache import patch_vary_headers

from inglenook.api.http.calls import ANYONE, Authentication, Call
from inglenook.api.http.operations import Operation
from inglenook.api.http.parameters import refuse_unknown_parameters
from inglenook.api.http.responses import no_content, refusal, wrong_method
from inglenook.protocol.errors import ChatError, NotFound
from inglenook.sites.draining import is_draining, restarting

View = Callable[..., Coroutine[Any, Any, HttpResponseBase]]


def urls_of(
    operations: Iterable[Operation],
    *,
    vary: Sequence[str],
    prefix: str = "",
    other_methods: Authentication[Call] = ANYONE,
    is_strict: bool = False,
    long_parts: Collection[str] = (),
) -> list[URLPattern]:
    """One pattern an address, in the order in which addresses come first.

    `vary` are the headers that an answer depends on. `prefix` is Django's, its parts are no
    handler's. `other_methods` says who may know which methods an address takes. `is_strict`: a
    parameter that the operation does not declare is refused, else it is ignored. `long_parts` are
    parts of addresses that may hold slashes, which come percent-encoded and arrive decoded.
    """
    by_path: dict[str, list[Operation]] = {}
    for each in operations:
        by_path.setdefault(each.path, []).append(each)

    def converted(part: re.Match[str]) -> str:
        return f"<{'path' if part[1] in long_parts else 'str'}:{part[1]}>"

    return [
        path(
            prefix + re.sub(r"\{(\w+)\}", converted, address),
            view_of(at_address, vary=vary, other_methods=other_methods, is_strict=is_strict),
        )
        for address, at_address in by_path.items()
    ]


def view_of(
    operations: Sequence[Operation],
    *,
    vary: Sequence[str],
    other_methods: Authentication[Call],
    is_strict: bool,
) -> View:
    """The view of one address. All operations have the same path."""
    by_method = {each.method: each for each in operations}
    if "GET" in by_method:
        by_method["HEAD"] = by_method["GET"]
    allowed = ", ".join([*by_method, "OPTIONS"])
    names = re.findall(r"\{(\w+)\}", operations[0].path)

    async def view(request: HttpRequest, **parts: str) -> HttpResponseBase:
        try:
            refuse_while_draining()
            operation = by_method.get(request.method or "")
            response: HttpResponseBase
            if operation is None:
                await other_methods.admit(request)
                response = _other_method(request, allowed)
            else:
                call = await operation.authentication.admit(request)
                if is_strict:
                    refuse_unknown_parameters(request, operation.query)
                response = await call.answer(
                    operation.handler, {name: parts[name] for name in names}
                )
        except ChatError as error:
            response = refusal(error)
        return finished(response, vary)

    return view


def unknown_address(*, vary: Sequence[str], authentication: Authentication[Call]) -> View:
    """The view of an address that no API has. Who is not let in does not learn that."""

    async def view(request: HttpRequest) -> HttpResponseBase:
        try:
            refuse_while_draining()
            await authentication.admit(request)
            raise NotFound("There is no such address.")
        except ChatError as error:
            return finished(refusal(error), vary)

    return view


def refuse_while_draining() -> None:
    if is_draining():
        raise restarting()


def finished(response: HttpResponseBase, vary: Sequence[str]) -> HttpResponseBase:
    """No proxy may keep an answer for another page or another person."""
    if "Cache-Control" not in response:
        response["Cache-Control"] = "no-store"
    patch_vary_headers(response, vary)
    return response


def _other_method(request: HttpRequest, allowed: str) -> HttpResponse:
    if request.method != "OPTIONS":
        return wrong_method(allowed)
    response = no_content()
    response["Allow"] = allowed
    return response
