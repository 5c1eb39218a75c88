"""One call of a visitor's: from the request to who asks, and from a refusal to JSON.

    request ─► method? ─► site of the key, origin ─► whose token? ─► handler ─► JSON
                 405         403 origin_not_allowed      401            └─ ChatError ─► its status and JSON

The handler gets a `Call`, or an `OpenCall` where no token is needed, and reads the body by `call.body(Struct)`: what
somebody sends is looked at when it is known who they are.
A foreign origin with a good token is refused here too: CORS only keeps a page from reading an answer.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from msgspec import Struct

from inglenook.api.answers import json_answer, nothing, refusal
from inglenook.api.bodies import read_body
from inglenook.api.middleware import card_of
from inglenook.chat.selectors import timestamp
from inglenook.moderation.selectors import active_ban
from inglenook.protocol.errors import (
    Banned,
    ChatError,
    InvalidToken,
    OriginNotAllowed,
    SiteDisabled,
    Unavailable,
)
from inglenook.sites.addresses import address_of_request
from inglenook.sites.database import read
from inglenook.sites.draining import is_draining
from inglenook.sites.origins import Decision, judge_request
from inglenook.sites.selectors import SiteCard
from inglenook.visitors.models import Visitor
from inglenook.visitors.participants import participant_from_visitor
from inglenook.visitors.services import visitor_for_token

T = TypeVar("T", bound=Struct)
# No answer may be kept by a proxy for another page or another person.
VARY: Final = ("Origin", "Authorization")
# A restart takes about that long; another process may answer sooner.
_DRAIN_MS: Final = 2000


class OpenCall:
    """One request of a page that may use the site."""

    def __init__(self, request: HttpRequest, site: SiteCard, decision: Decision) -> None:
        self.request = request
        self.site = site
        self.decision = decision

    def body(self, wanted: type[T]) -> T:
        return read_body(self.request, wanted)


class Call(OpenCall):
    """A request with a visitor's token."""

    def __init__(self, of: OpenCall, visitor: Visitor) -> None:
        super().__init__(of.request, of.site, of.decision)
        self.visitor = visitor
        self.participant = participant_from_visitor(visitor, address_of_request(of.request))


Handler = Callable[..., Awaitable[HttpResponseBase]]
Refused = Callable[[HttpRequest, SiteCard | None, Decision], Awaitable[None]]


def endpoint(
    on_refused: Refused | None = None, *, is_open: bool = False, **handlers: Handler
) -> Callable[..., Any]:
    """The view of one address: a handler a method. HEAD is GET without its body; OPTIONS says what there is.

    `is_open`: whoever may use the site may call, without a token.
    """
    takes = tuple(handlers)
    if "GET" in handlers:
        handlers = {**handlers, "HEAD": handlers["GET"]}
    allowed = ", ".join([*handlers, "OPTIONS"])

    @csrf_exempt  # nothing here goes by a cookie
    async def view(request: HttpRequest, **parts: str) -> HttpResponseBase:
        parts.pop("site_key")  # the middleware looked it up
        try:
            if is_draining():
                raise Unavailable("The chat is about to start anew.", retry_ms=_DRAIN_MS)
            if request.method in handlers:
                call = await _admitted(request, on_refused)
                if not is_open:
                    call = await _known(call)
                response: HttpResponseBase = await handlers[request.method](call, **parts)
            else:
                response = _no_handler(request, allowed)
        except ChatError as error:
            response = refusal(error)
        if "Cache-Control" not in response:
            response["Cache-Control"] = "no-store"
        patch_vary_headers(response, VARY)
        return response

    view.takes = takes  # type: ignore[attr-defined]  # what docs/http-api.md is compared with
    return view


async def _admitted(request: HttpRequest, on_refused: Refused | None) -> OpenCall:
    site, decision = judged(request)
    if site is None or not decision.allowed:
        if on_refused is not None:
            await on_refused(request, site, decision)
        raise OriginNotAllowed
    if not site.is_enabled:
        raise SiteDisabled
    return OpenCall(request, site, decision)


async def _known(call: OpenCall) -> Call:
    """With whose bearer token it is. Raises InvalidToken, TokenExpired, Banned."""
    return Call(call, await read(visitor_of, call.site.id, bearer_token(call.request)))


def _no_handler(request: HttpRequest, allowed: str) -> HttpResponse:
    response = nothing() if request.method == "OPTIONS" else wrong_method(allowed)
    response["Allow"] = allowed
    return response


def wrong_method(allowed: str) -> HttpResponse:
    words = f"This address takes {allowed}."
    return json_answer({"error": "invalid", "message": words, "field": "method"}, 405)


def judged(request: HttpRequest) -> tuple[SiteCard | None, Decision]:
    """The site of the key in the path, and whether a page of this origin may use it. Raises Unavailable."""
    card = card_of(request)
    if isinstance(card, Unavailable):
        raise card
    header = request.headers.get("Origin")
    return card, judge_request(
        # Two Origin headers arrive here as one with a comma, which is no origin.
        [] if header is None else [header],
        request.headers.get("Sec-Fetch-Site"),
        request.method or "",
        card.entries if card else (),
        settings.BASE_URL,
        card.allows_null_origin if card else False,
    )


def bearer_token(request: HttpRequest) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise InvalidToken("Send the visitor token as `Authorization: Bearer …`.")
    return token.strip()


def visitor_of(site_id: int, token: str) -> Visitor:
    visitor = visitor_for_token(site_id=site_id, token=token)
    refuse_banned(site_id, visitor)
    return visitor


def refuse_banned(site_id: int, visitor: Visitor) -> None:
    ban = active_ban(site_id, visitor.public_id)
    if ban is not None:
        raise Banned(until=timestamp(ban.until) if ban.until else None)
