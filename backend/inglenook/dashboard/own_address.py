"""Where we are. What a request says of that counts from our own proxies alone, and makes no link.

X-Forwarded-Proto    dropped, unless a trusted proxy sent it
absolute links       begin with the base URL, whatever the Host header says
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any
from urllib.parse import urljoin

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware
from django.utils.encoding import iri_to_uri

from inglenook.sites.addresses import is_trusted_peer


@sync_and_async_middleware
def own_address(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    if iscoroutinefunction(get_response):

        async def answer_later(request: HttpRequest) -> HttpResponseBase:
            _settle(request)
            answer: Awaitable[HttpResponseBase] = get_response(request)
            return await answer

        return answer_later

    def answer(request: HttpRequest) -> HttpResponseBase:
        _settle(request)
        response: HttpResponseBase = get_response(request)
        return response

    return answer


def _settle(request: HttpRequest) -> None:
    if not is_trusted_peer(request.META.get("REMOTE_ADDR"), settings.TRUSTED_PROXIES):
        request.META.pop("HTTP_X_FORWARDED_PROTO", None)
    # Libraries ask the request for links, those in mails too.
    request.build_absolute_uri = partial(  # type: ignore[method-assign]  # for this request alone
        _link, request
    )


def _link(request: HttpRequest, location: str | None = None) -> str:
    wanted = request.get_full_path() if location is None else location
    if location is None or (wanted.startswith("/") and not wanted.startswith("//")):
        return str(iri_to_uri(settings.BASE_URL + wanted))
    return str(iri_to_uri(urljoin(settings.BASE_URL + request.path, wanted)))
