"""The API beside Django's own handler: calls go by few middlewares, everything else by all.

/files/…   errors as JSON ─► Host ─► view
/api/v1/…  site of the key ─► CORS ─► errors as JSON ─► Host ─► view
other      Django's handler with settings.MIDDLEWARE
"""

from __future__ import annotations

from typing import Any, Final

from corsheaders.middleware import CorsMiddleware

from inglenook.api.http.handler import ApiHandler
from inglenook.api.http.middleware import ApiErrorsMiddleware, HostMiddleware
from inglenook.api.owner.middleware import OwnerHeadersMiddleware
from inglenook.api.visitor.middleware import SiteMiddleware

PREFIX: Final = "/api/v1/"
FILES: Final = "/files/"
OWNERS: Final = "/api/v1/manage"


class ByPath:
    """An ASGI application: API calls to their handler, everything else to Django's."""

    def __init__(self, everything_else: Any) -> None:
        self._everything_else = everything_else
        self._visitors = ApiHandler(
            (SiteMiddleware, CorsMiddleware, ApiErrorsMiddleware, HostMiddleware)
        )

        self._files = ApiHandler((ApiErrorsMiddleware, HostMiddleware))
        self._owners = ApiHandler((OwnerHeadersMiddleware, ApiErrorsMiddleware, HostMiddleware))

    def handler_of(self, path: str) -> ApiHandler | None:
        """The handler of an address; None where it is none of the API's."""
        if path == OWNERS or path.startswith(f"{OWNERS}/"):
            return self._owners
        if path.startswith(FILES):
            return self._files
        return self._visitors if path.startswith(PREFIX) else None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        app = self.handler_of(scope["path"]) or self._everything_else
        await app(scope, receive, send)
