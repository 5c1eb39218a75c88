"""Who makes a visitor's call: a page that may use the site, and the visitor whose token it sends.

    PAGE     site of the key, origin ─► PageCall          403 origin_not_allowed, site_disabled
    VISITOR  as PAGE, then the bearer token ─► VisitorCall   401 invalid_token, token_expired,
                                                             403 banned
    TEAM     as VISITOR, with a member's token ─► TeamCall   403 forbidden

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
    Forbidden,
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
from inglenook.visitors.page_logins import PageMember, is_page_token, page_member_for_token
from inglenook.visitors.participants import (
    Participant,
    participant_from_member,
    participant_from_visitor,
)
from inglenook.visitors.services import visitor_for_token

OnRefused = Callable[[HttpRequest, CachedSite | None, Decision], Awaitable[None]]


class PageCall(Call):
    """A request of a page that may use the site."""

    def __init__(self, request: HttpRequest, site: CachedSite, decision: Decision) -> None:
        super().__init__(request)
        self.site = site
        self.decision = decision

    @property
    def foreign_origin(self) -> str | None:
        """None for a page of the base URL."""
        return None if self.decision.reason == "own" else self.decision.origin


class VisitorCall(PageCall):
    """A request of a page, with the token of one of the site's visitors, or of its team."""

    def __init__(self, page: PageCall, who: Visitor | PageMember) -> None:
        super().__init__(page.request, page.site, page.decision)
        self.who = who

    @property
    def visitor(self) -> Visitor:
        """Raises Forbidden for a member of the team."""
        if isinstance(self.who, PageMember):
            raise Forbidden("Your name and your data are in the workspace.")
        return self.who

    @property
    def participant(self) -> Participant:
        if isinstance(self.who, PageMember):
            return participant_from_member(self.who.member)
        return participant_from_visitor(self.who, address_of_request(self.request))


class TeamCall(VisitorCall):
    """A request of a page, with the token of a member of the site's team."""

    def __init__(self, page: PageCall, member: PageMember) -> None:
        super().__init__(page, member)
        self.member = member.member


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
    """Lets somebody in by the bearer token that `POST session` gave."""

    codes = (*Page.codes, "invalid_token", "token_expired", "banned")
    scheme = "visitor"

    async def admit(self, request: HttpRequest) -> VisitorCall:
        page = await super().admit(request)
        token = bearer_token(request)
        if is_page_token(token):
            return TeamCall(page, await read(page_member_of, page, token))
        return VisitorCall(page, await read(visitor_of, page.site.id, token))


class TeamToken(VisitorToken):
    """As VisitorToken, but for the team alone."""

    codes = (*VisitorToken.codes, "forbidden")

    async def admit(self, request: HttpRequest) -> TeamCall:
        call = await super().admit(request)
        if not isinstance(call, TeamCall):
            raise Forbidden("This is for the site's team.")
        return call


VISITOR: Final = VisitorToken()
TEAM: Final = TeamToken()


def judged(request: HttpRequest) -> tuple[CachedSite | None, Decision]:
    """The site of the key in the path, and whether a page of this origin may use it.

    Raises Unavailable.
    """
    site = site_of(request)
    if isinstance(site, Unavailable):
        raise site
    return site, _decision(request, site)


def person_on_page(request: HttpRequest, site: CachedSite, token: str) -> Participant:
    """Whose token it is, of the visitors or of the team, for what has no key in its path.

    Raises OriginNotAllowed where a page of this origin may not use the site, InvalidToken,
    TokenExpired, Banned.
    """
    page = PageCall(request, site, _decision(request, site))
    if not page.decision.allowed:
        raise OriginNotAllowed
    if is_page_token(token):
        return participant_from_member(page_member_of(page, token).member)
    return participant_from_visitor(visitor_of(site.id, token))


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


def page_member_of(page: PageCall, token: str) -> PageMember:
    """Raises InvalidToken, also for a page of ours: there the login itself is asked."""
    return page_member_for_token(site_id=page.site.id, token=token, origin=page.foreign_origin)


def visitor_of(site_id: int, token: str) -> Visitor:
    """Raises InvalidToken, TokenExpired, Banned."""
    visitor = visitor_for_token(site_id=site_id, token=token)
    refuse_banned(site_id, visitor)
    return visitor


def refuse_banned(site_id: int, visitor: Visitor) -> None:
    ban = active_ban(site_id, visitor.public_id)
    if ban is not None:
        raise Banned(until=timestamp(ban.until) if ban.until else None)
