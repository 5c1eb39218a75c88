"""Django's handler for the visitors' calls, which go by neither cookies nor forms.

    request ─► site of the key ─► CORS ─► errors as JSON ─► Host ─► view

Of the other middlewares each would cost such a call one or two turns through a thread, and WhiteNoise, which is not
asynchronous, a loop of its own: several times what the call itself costs.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final

from asgiref.sync import markcoroutinefunction
from django.conf import settings
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase

PREFIX: Final = "/api/v1/"
_MIDDLEWARE: Final = [
    "inglenook.api.middleware.SiteCardMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "inglenook.api.middleware.ApiErrorsMiddleware",
    "inglenook.api.handler.HostMiddleware",
]


class HostMiddleware:
    """Refuses a Host that is not ours."""

    sync_capable = False
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Awaitable[HttpResponseBase]]) -> None:
        self.get_response = get_response
        markcoroutinefunction(self)

    async def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.get_host()  # raises DisallowedHost, which Django answers with 400
        return await self.get_response(request)


class ApiHandler(ASGIHandler):
    def load_middleware(self, is_async: bool = False) -> None:
        usual = settings.MIDDLEWARE
        settings.MIDDLEWARE = _MIDDLEWARE
        try:
            super().load_middleware(is_async)
        finally:
            settings.MIDDLEWARE = usual

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        # Not in a thread of its own, as Django's: the database is asked in ours (sites/database.py).
        await self.handle(scope, receive, send)


class ByPath:
    """Visitors' calls to their handler, everything else to Django's own."""

    def __init__(self, everything_else: Any) -> None:
        self._calls = ApiHandler()
        self._everything_else = everything_else

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        app = self._calls if scope["path"].startswith(PREFIX) else self._everything_else
        await app(scope, receive, send)
