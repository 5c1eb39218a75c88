"""What is checked before a socket is accepted, on each of its two addresses (routing.py).

Each returns what the application behind it returns: entrance.py has the reason.

    /ws/v1/<site_key>/        the widget, from customers' pages: SiteOriginValidator
    /ws/v1/staff/<site_key>/  our own pages: OwnOriginValidator, then Channels'
                              AllowedHostsOriginValidator and AuthMiddlewareStack

Customers' domains never go into ALLOWED_HOSTS: that list also guards the Host header. So each
address has a list of origins of its own.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from channels.auth import AuthMiddlewareStack
from channels.security.websocket import OriginValidator
from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.http.request import split_domain_port, validate_host

from inglenook.limits.connection_quota import ConnectionSlot
from inglenook.protocol.errors import (
    ChatError,
    Invalid,
    NotFound,
    OriginNotAllowed,
    Rate,
    Unavailable,
)
from inglenook.realtime.admission.addresses import address_of
from inglenook.realtime.admission.refusals import refuse
from inglenook.sites.database import read, write
from inglenook.sites.draining import restarting
from inglenook.sites.origins import judge_request
from inglenook.sites.selectors import MISSING, CachedSite, cached_site_for_key, site_for_key
from inglenook.sites.sightings import note_sighting

logger = logging.getLogger(__name__)

Scope = dict[str, Any]
# Nearly every handshake names one of a few hosts. A longer one is a stranger's, and is not kept.
_HOSTS_KEPT: Final = 256
_KEPT_BYTES: Final = 300


def headers_named(scope: Scope, name: bytes) -> list[bytes]:
    """Every value of a header, in order: two are not the same as one."""
    return [value for key, value in scope["headers"] if key.lower() == name]


def _is_ours(host: bytes, ours: tuple[str, ...]) -> bool:
    return (_judge_host if len(host) <= _KEPT_BYTES else _judge_host.__wrapped__)(host, ours)


@lru_cache(_HOSTS_KEPT)
def _judge_host(host: bytes, ours: tuple[str, ...]) -> bool:
    domain, _ = split_domain_port(host.decode("latin-1"))
    return bool(domain) and validate_host(domain, ours)


class HostValidator:
    """Asks for a Host header of ours, as Django does elsewhere. Admits nobody during a drain."""

    def __init__(self, app: Any, is_draining: Callable[[], bool]) -> None:
        self.app = app
        self._is_draining = is_draining

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> Any:
        hosts = headers_named(scope, b"host")
        if len(hosts) != 1 or not _is_ours(hosts[0], tuple(settings.ALLOWED_HOSTS)):
            return await refuse(scope, send, Invalid("The Host header is not one of ours."))
        if self._is_draining():
            return await refuse(scope, send, restarting())
        return await self.app(scope, receive, send)


class OwnOriginValidator:
    """Lets in pages of the base URL alone: scheme, host and port are those that it has.

    `AllowedHostsOriginValidator` looks at the host alone. A browser keeps one cookie for all ports
    of a host, so a page of another program on this machine would come in with the login of ours.
    """

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> Any:
        origins = headers_named(scope, b"origin")
        decision = judge_request(origins, None, "GET", (), settings.BASE_URL)
        if decision.allowed:
            return await self.app(scope, receive, send)
        return await refuse(scope, send, OriginNotAllowed())


class LoginMiddleware:
    """Channels' AuthMiddlewareStack, which asks the database: without a database 503."""

    def __init__(self, app: Any) -> None:
        self.app = app
        # Typed as Any: Channels declares applications that return nothing; this one returns its
        # scope.
        scope_of: Any = _scope_of
        self._stack: Any = AuthMiddlewareStack(scope_of)

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> Any:
        try:
            known = await self._stack(scope, receive, send)
        except (DatabaseError, InterfaceError, OSError):
            return await refuse(scope, send, Unavailable(retry_ms=1000))
        return await self.app(known, receive, send)


async def _scope_of(scope: Scope, _receive: Any, _send: Any) -> Scope:
    return scope


class SiteOriginValidator(OriginValidator):
    """Lets pages of the site open a socket that the key in the path names.

    The site is kept in the scope: one validator serves all connections. An unknown key, a disabled
    site and a foreign origin get the same bytes: nobody can try out keys here. `POST session` tells
    the reason to those who may know it.
    """

    def __init__(self, application: Any) -> None:
        super().__init__(application, ())

    async def __call__(self, scope: Any, receive: Any, send: Any) -> Any:
        try:
            site = await _site_of(scope["url_route"]["kwargs"]["site_key"])
        except Unavailable as error:
            return await refuse(scope, send, error)
        decision = judge_request(
            headers_named(scope, b"origin"),
            None,
            "GET",
            site.entries if site else (),
            settings.BASE_URL,
            site.allows_null_origin if site else False,
        )
        if site is None or not site.is_enabled or not decision.allowed:
            if site is not None and decision.origin and not decision.allowed:
                await self._note(site.id, decision.origin)
            return await refuse(scope, send, OriginNotAllowed())
        address = address_of(scope)
        slot = ConnectionSlot(site.id, address)
        try:
            await slot.enter()
        except Rate as error:
            return await refuse(scope, send, error)
        # The router made this scope for this socket alone.
        scope |= {
            "site": site,
            "address": address,
            "slot": slot,
            "origin": None if decision.reason == "own" else decision.origin,
        }
        application: Any = self.application
        # Not awaited: from here on the slot is the conversation's.
        return application(scope, receive, send)

    async def _note(self, site_id: int, origin: str) -> None:
        try:
            await write(note_sighting, site_id=site_id, origin=origin, refused=True)
        except ChatError:
            logger.info("a refused origin could not be noted")


async def _site_of(key: str) -> CachedSite | None:
    card = cached_site_for_key(key)
    return await read(site_for_key, key) if card is MISSING else card


async def not_found(scope: Scope, _receive: Any, send: Any) -> None:
    """The end of the routes: an unknown path is an answer, not an exception."""
    await refuse(scope, send, NotFound("There is no socket at this address."))
