"""Who makes an owner's call: a program with an API key of the site, whatever page it may run in.

    bearer ─► key of its hash ─► its calls a second ─► last_used_at ─► scope ─► KeyCall
                401 invalid_key      429 rate            once a minute   403 scope

A key that is missing, unknown, ended or a visitor's token gets the same bytes. Keys work on a site
that is switched off: its owner must be able to switch it on.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import suppress
from typing import Final, TypeVar, cast

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from msgspec import Struct

from inglenook.api.http.bodies import is_optional, read_body
from inglenook.api.http.calls import Answer, Call, Response
from inglenook.api.http.responses import refusal
from inglenook.api.owner import idempotency
from inglenook.api.owner.idempotency import Claim
from inglenook.limits import policy
from inglenook.limits.rate_limit import TooFast
from inglenook.limits.rate_limiter import level_of, take_all
from inglenook.protocol.errors import ChatError, InvalidKey, Scope
from inglenook.sites.actors import Actor
from inglenook.sites.api_keys import api_key_for_secret, note_use, use_is_noted
from inglenook.sites.database import read, write
from inglenook.sites.models import ApiKey
from inglenook.sites.scopes import has_scope

CALLS_PER_SECOND: Final = policy.API_CALLS.per_second
CALLS_AT_ONCE: Final = policy.API_CALLS.burst
T = TypeVar("T", bound=Struct)
_ATTRIBUTE: Final = "_inglenook_rate_limit"


class RateLimit(Struct, frozen=True):
    """`remaining` calls may come at once; in `full_in_s` seconds all of CALLS_AT_ONCE may."""

    remaining: int
    full_in_s: int


class KeyCall(Call):
    """A request with an API key. `actor` is the key, as records name it."""

    def __init__(self, request: HttpRequest, key: ApiKey) -> None:
        super().__init__(request)
        self.key = key
        self.site = key.site
        self.actor = Actor(kind="key", id=key.public_id, name=key.name)
        self._claim: Claim | None = None

    def may(self, scope: str) -> bool:
        return has_scope(self.key.scopes, scope)

    def body(self, wanted: type[T]) -> T:
        """As `Call.body`; where every field has a default, no body is an empty one."""
        return read_body(self.request, wanted, may_be_missing=is_optional(wanted))

    async def write(self, act: Callable[[], HttpResponse]) -> HttpResponse:
        """Does `act` in one transaction of the writer's thread, which keeps its answer too."""
        return await write(self._in_transaction, act)

    def _in_transaction(self, act: Callable[[], HttpResponse]) -> HttpResponse:
        with transaction.atomic():
            response = act()
            if self._claim is not None:
                self._claim.keep(response)
        return response

    async def answer(self, handler: Callable[..., Response], parts: dict[str, str]) -> Answer:
        """As `Call.answer`; a `POST` with an `Idempotency-Key` is done once."""
        name = self.request.headers.get(idempotency.HEADER)
        if self.request.method != "POST" or name is None:
            return await handler(self, **parts)
        claimed = await write(idempotency.claim, self.request, self.key, name)
        if isinstance(claimed, HttpResponse):
            return claimed
        self._claim = claimed
        try:
            response = cast(HttpResponse, await handler(self, **parts))
        except ChatError as error:
            response = refusal(error)
        except BaseException:
            await write(claimed.give_back)
            raise
        if not claimed.is_kept:
            passes = response.status_code == 429 or response.status_code >= 500
            await (write(claimed.give_back) if passes else write(claimed.keep, response))
        return response


class OwnerKey:
    """Lets in whoever has an API key with `scope`; None: with any."""

    scheme: str | None = "owner"

    def __init__(self, scope: str | None = None) -> None:
        self.scope = scope
        self.codes: tuple[str, ...] = ("invalid_key", "rate", *(["scope"] if scope else []))

    async def admit(self, request: HttpRequest) -> KeyCall:
        key, limit, refused = await read(_counted, bearer_key(request))
        setattr(request, _ATTRIBUTE, limit)
        if refused is not None:
            raise refused.as_error()
        if not use_is_noted(key):
            # A full disk must not make another answer of it.
            with suppress(ChatError):
                await write(note_use, key=key)
        if self.scope is not None and not has_scope(key.scopes, self.scope):
            raise Scope(f"This API key lacks the scope `{self.scope}`.", field=self.scope)
        return KeyCall(request, key)


ANY_KEY: Final = OwnerKey()


def rate_limit_of(request: HttpRequest) -> RateLimit | None:
    """What is left to the key of this request; None where it had none."""
    return cast("RateLimit | None", getattr(request, _ATTRIBUTE, None))


def bearer_key(request: HttpRequest) -> str:
    """What the request sends as its key; text that no key is where it sends none."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else ""


def _counted(secret: str) -> tuple[ApiKey, RateLimit, TooFast | None]:
    """The key, what is left to it, and whether this call is too much. Raises InvalidKey.

    For threads: it asks the database and Redis.
    """
    key = api_key_for_secret(secret)
    if key is None:
        raise InvalidKey
    take = policy.of_api_key.of(key.public_id)
    refused = take_all(take)
    level = level_of(take)
    full_in_s = math.ceil((CALLS_AT_ONCE - level) / CALLS_PER_SECOND)
    return key, RateLimit(remaining=0 if refused else int(level), full_in_s=full_in_s), refused
