"""Django's handler with a chain of middlewares of its own: API calls need no cookies and no forms.

Each of the other middlewares would cost a call one or two turns through a thread, and WhiteNoise,
which is not asynchronous, a loop of its own: several times what the call itself costs.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest
from django.http.response import HttpResponseBase

GetResponse = Callable[[HttpRequest], Awaitable[HttpResponseBase]]
Middleware = Callable[[Any], Any]


class ApiHandler(ASGIHandler):
    """`middlewares` come in the order in which a request meets them; all are asynchronous."""

    def __init__(self, middlewares: Sequence[Middleware]) -> None:
        self._middlewares = middlewares
        super().__init__()

    def load_middleware(self, is_async: bool = False) -> None:  # noqa: ARG002  (Django's signature)
        """What Django makes of settings.MIDDLEWARE, for ours, which have no hooks for views."""
        self._view_middleware: list[Any] = []
        self._template_response_middleware: list[Any] = []
        self._exception_middleware: list[Any] = []
        chain: Any = self._get_response_async  # type: ignore[attr-defined]  # not in the stubs
        chain = convert_exception_to_response(chain)
        for middleware in reversed(self._middlewares):
            chain = convert_exception_to_response(middleware(chain))
        self._middleware_chain = chain

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        # Django would take a thread for it: ours for the database are those of sites/database.py.
        await self.handle(scope, receive, send)
