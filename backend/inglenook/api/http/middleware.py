"""Around every view under /api/: the Host is ours, and errors are JSON whoever raised them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, cast

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from inglenook.api.http.responses import JSON, refusal, wrong_method
from inglenook.protocol.errors import (
    ChatError,
    Forbidden,
    Internal,
    Invalid,
    NotFound,
    TooLarge,
    Unavailable,
)

GetResponse = Callable[[HttpRequest], Any]


class HostMiddleware:
    """Refuses a Host that is not ours."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        markcoroutinefunction(self)

    async def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.get_host()  # raises DisallowedHost, which Django answers with 400
        return cast(HttpResponseBase, await self.get_response(request))


class ApiErrorsMiddleware:
    """Errors under /api/ are JSON: an unknown address, a wrong Host, a crash.

    It stands in both chains, the API's own and Django's, for addresses that no API has.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        if self.is_async:
            return self._answer(request)
        return _as_json(request, self.get_response(request))

    async def _answer(self, request: HttpRequest) -> HttpResponseBase:
        return _as_json(request, await self.get_response(request))


def _as_json(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    if response.status_code < 400 or not request.path_info.startswith(("/api/", "/files/")):
        return response
    if response.get("Content-Type", "").startswith(JSON):
        return response
    if response.status_code == 405:
        answer = wrong_method(response.get("Allow", ""))
    else:
        answer = _refusal_of_status(response.status_code)
    answer["Cache-Control"] = "no-store"
    return answer


def _refusal_of_status(status: int) -> HttpResponse:
    errors: dict[int, ChatError] = {
        400: Invalid(
            "The request cannot be read. Is the address that of this server?", field="host"
        ),
        403: Forbidden(),
        404: NotFound("There is no such address."),
        413: TooLarge(),
        503: Unavailable(retry_ms=1000),
    }
    if status in errors:
        return refusal(errors[status])
    return refusal(Internal(retry_ms=1000)) if status >= 500 else refusal(Invalid())
