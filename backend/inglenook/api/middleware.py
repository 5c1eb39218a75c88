"""Before and after every view under /api/: the site of the key in the path, and errors as JSON whoever raised them.

    SiteCardMiddleware ─► CorsMiddleware ─► ApiErrorsMiddleware ─► Django's own ─► view
    finds the card        asks cors.py,     turns Django's pages
                          which asks it     of errors into JSON

The card is found first because CORS answers preflights on the event loop, where the database may not be asked.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any, Final, cast

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from inglenook.api.answers import JSON, json_answer, refusal
from inglenook.protocol.errors import (
    ChatError,
    Forbidden,
    Internal,
    Invalid,
    NotFound,
    TooLarge,
    Unavailable,
)
from inglenook.sites.database import read, unavailable_when_away
from inglenook.sites.selectors import MISSING, SiteCard, cached_site_for_key, site_for_key

_KEY = re.compile(r"/api/v1/([^/]+)/")
_ATTRIBUTE: Final = "_inglenook_card"
GetResponse = Callable[[HttpRequest], Any]


def card_of(request: HttpRequest) -> SiteCard | Unavailable | None:
    """The site of the key in the path; None where there is none; Unavailable where it could not be looked up."""
    return cast("SiteCard | Unavailable | None", getattr(request, _ATTRIBUTE, None))


class SiteCardMiddleware:
    """Looks the site of an API address up, once a request."""

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
        found = _KEY.match(request.path_info)
        if found:
            try:
                with unavailable_when_away():
                    setattr(request, _ATTRIBUTE, site_for_key(found[1]))
            except Unavailable as error:
                setattr(request, _ATTRIBUTE, error)
        return cast(HttpResponseBase, self.get_response(request))

    async def _answer(self, request: HttpRequest) -> HttpResponseBase:
        found = _KEY.match(request.path_info)
        if found:
            card = cached_site_for_key(found[1])
            try:
                setattr(
                    request,
                    _ATTRIBUTE,
                    await read(site_for_key, found[1]) if card is MISSING else card,
                )
            except Unavailable as error:
                setattr(request, _ATTRIBUTE, error)
        return cast(HttpResponseBase, await self.get_response(request))


class ApiErrorsMiddleware:
    """Errors under /api/ are JSON, whoever raises them: an unknown address, a wrong Host, a crash."""

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
    if response.status_code < 400 or not request.path_info.startswith("/api/"):
        return response
    if response.get("Content-Type", "").startswith(JSON):
        return response
    if response.status_code == 405:
        answer = json_answer(
            {"error": "invalid", "message": "Not by this method.", "field": "method"}, 405
        )
        answer["Allow"] = response.get("Allow", "")
    else:
        answer = _plain(response.status_code)
    answer["Cache-Control"] = "no-store"
    return answer


def _plain(status: int) -> HttpResponse:
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
