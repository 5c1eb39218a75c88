"""Who makes a visitor's call: a page that may use the site, and the visitor whose token it sends.

    PAGE     site of the key, origin ─► PageCall          403 origin_not_allowed, site_disabled
    VISITOR  as PAGE, then the bearer token ─► VisitorCall   401 invalid_token, token_expired,
                                                             403 banned

A foreign origin with a good token is refused here too: CORS only keeps a page from reading an
answer.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest

from inglenook.api.http.calls import Call
from inglenook.api.visitor.middleware import site_of
from inglenook.chat.selectors import timestamp
from inglenook.moderation.selectors import active_ban
from inglenook.protocol.errors import (
    Banned,
    InvalidToken,
    OriginNotAllowed,
    SiteDisabled,
    Unavailable,
)
from inglenook.sites.addresses import address_of_request
from inglenook.sites.database import read
from inglenook.sites.origins import Decision, judge_request
from inglenook.sites.selectors import CachedSite
from inglenook.visitors.models import Visitor
from inglenook.visitors.participants import Participant, participant_from_visitor
from inglenook.visitors.services import visitor_for_token

OnRefused = Callable[[HttpRequest, CachedSite | None, Decision], Awaitable[None]]


class PageCall(Call):
    """A request of a page that may use the site."""

    def __init__(self, request: HttpRequest, site: CachedSite, decision: Decision) -> None:
        super().__init__(request)
        self.site = site
        self.decision = decision


class VisitorCall(PageCall):
    """A request of a page, with the token of one of the site's visitors."""

    def __init__(self, page: PageCall, visitor: Visitor) -> None:
        super().__init__(page.request, page.site, page.decision)
        self.visitor = visitor

    @property
    def participant(self) -> Participant:
        return participant_from_visitor(self.visitor, address_of_request(self.request))


class Page:
    """Lets a page in that the site lists. `on_refused` runs before another one is refused."""

    codes: tuple[str, ...] = ("origin_not_allowed", "site_disabled")
    scheme: str | None = None

    def __init__(self, on_refused: OnRefused | None = None) -> None:
        self.on_refused = on_refused

    async def admit(self, request: HttpRequest) -> PageCall:
        site, decision = judged(request)
        if site is None or not decision.allowed:
            if self.on_refused is not None:
                await self.on_refused(request, site, decision)
            raise OriginNotAllowed
        if not site.is_enabled:
            raise SiteDisabled
        return PageCall(request, site, decision)


class VisitorToken(Page):
    """Lets a visitor in by the bearer token that `POST session` gave."""

    codes = (*Page.codes, "invalid_token", "token_expired", "banned")
    scheme = "visitor"

    async def admit(self, request: HttpRequest) -> VisitorCall:
        page = await super().admit(request)
        return VisitorCall(page, await read(visitor_of, page.site.id, bearer_token(request)))


VISITOR: Final = VisitorToken()


def judged(request: HttpRequest) -> tuple[CachedSite | None, Decision]:
    """The site of the key in the path, and whether a page of this origin may use it.

    Raises Unavailable.
    """
    site = site_of(request)
    if isinstance(site, Unavailable):
        raise site
    return site, _decision(request, site)


def judge_page(request: HttpRequest, site: CachedSite) -> None:
    """Raises OriginNotAllowed where a page of this origin may not use the site."""
    if not _decision(request, site).allowed:
        raise OriginNotAllowed


def _decision(request: HttpRequest, site: CachedSite | None) -> Decision:
    header = request.headers.get("Origin")
    return judge_request(
        # Two Origin headers arrive here as one with a comma, which is no origin.
        [] if header is None else [header],
        request.headers.get("Sec-Fetch-Site"),
        request.method or "",
        site.entries if site else (),
        settings.BASE_URL,
        site.allows_null_origin if site else False,
    )


def bearer_token(request: HttpRequest) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise InvalidToken("Send the visitor token as `Authorization: Bearer …`.")
    return token.strip()


def visitor_of(site_id: int, token: str) -> Visitor:
    """Raises InvalidToken, TokenExpired, Banned."""
    visitor = visitor_for_token(site_id=site_id, token=token)
    refuse_banned(site_id, visitor)
    return visitor


def refuse_banned(site_id: int, visitor: Visitor) -> None:
    ban = active_ban(site_id, visitor.public_id)
    if ban is not None:
        raise Banned(until=timestamp(ban.until) if ban.until else None)
