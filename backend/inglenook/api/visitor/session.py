"""`POST session`: who the visitor is, what the site has, and where the socket is.

It also explains a wrong set-up (`on_refused`).
It is called only when a visitor opens the chat; before that nothing is stored on either side.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from msgspec import Struct

from inglenook.api.http.operations import operation
from inglenook.api.http.responses import json_response
from inglenook.api.visitor.authentication import Page, PageCall, page_member_of, refuse_banned
from inglenook.api.visitor.bodies import SessionBody
from inglenook.api.visitor.middleware import key_in
from inglenook.api.visitor.responses import (
    RoomResponse,
    SessionResponse,
    SiteResponse,
    VisitorResponse,
)
from inglenook.api.visitor.rooms import room_responses
from inglenook.chat.page_rooms import page_room
from inglenook.limits import policy
from inglenook.limits.rate_limiter import peek_all, take_all
from inglenook.moderation.addresses import arrive
from inglenook.protocol.errors import ChatError
from inglenook.sites.addresses import address_of_request
from inglenook.sites.database import read, write
from inglenook.sites.look import look_version
from inglenook.sites.opening_hours import away_at
from inglenook.sites.origins import Decision
from inglenook.sites.selectors import CachedSite
from inglenook.sites.services import note_sighting, note_wrong_key
from inglenook.visitors.answers import asked_before
from inglenook.visitors.page_facts import note_page
from inglenook.visitors.page_logins import PageMember, is_page_token, open_page_login
from inglenook.visitors.participants import (
    Participant,
    participant_from_member,
    participant_from_visitor,
)
from inglenook.visitors.tokens import token_seconds


async def _refused(request: HttpRequest, site: CachedSite | None, decision: Decision) -> None:
    """A refused page spends too, so guessing keys is as slow. The owner is shown its origin."""
    await spend(request)
    if not decision.origin:
        return
    if site is not None:
        await _note(site_id=site.id, origin=decision.origin, refused=True)
        return
    with suppress(ChatError):
        await write(note_wrong_key, key=key_in(request), origin=decision.origin)


@operation(
    "POST",
    "session",
    Page(on_refused=_refused),
    "Opens a session: who the visitor is, what the site has, where the socket is",
    {200: SessionResponse},
    body=SessionBody,
    codes=("banned", "rate", "invalid_token"),
)
async def post_session(call: PageCall) -> HttpResponse:
    await spend(call.request)
    body = call.body(SessionBody)
    if call.decision.reason != "own" and call.decision.origin:
        is_older = body.look is not None and body.look != look_version(call.site.theme)
        await _note(
            site_id=call.site.id,
            origin=call.decision.origin,
            refused=False,
            key=call.site.key,
            has_older_look=is_older,
        )
    address = address_of_request(call.request)
    who = await write(_open, call, body, address)
    wanted = await _wanted_room(call, body, address)
    rooms = await read(room_responses, who.participant, wanted)
    return json_response(_session_response(call.site, who, rooms))


async def _wanted_room(call: PageCall, body: SessionBody, address: str | None) -> str | None:
    """A slug, or `private`. A page that gets no room of its own is shown the site's."""
    if body.room != "auto":
        return body.room
    if body.page is None:
        return None
    page = body.page
    room = await write(page_room, site=call.site, url=page.url, title=page.title, address=address)
    return room.slug if room else None


class _Opened(Struct, frozen=True):
    """Who the session is of, and the token for their next calls."""

    participant: Participant
    token: str
    expires_in: int


def _open(call: PageCall, body: SessionBody, address: str | None) -> _Opened:
    """A visitor's session, or by `code`, and then by its token, one of the team's.

    Raises Invalid, InvalidToken, Banned.
    """
    site, token = call.site, body.token
    if body.code is not None:
        member, fresh = open_page_login(site_id=site.id, code=body.code, origin=call.foreign_origin)
        return _of_team(member, fresh)
    if token is not None and is_page_token(token):
        # No new visitor: whoever moderates must not go on as somebody else without noticing.
        return _of_team(page_member_of(call, token), token)
    visitor, fresh = arrive(site=site, token=token, address=address)
    if token:  # somebody new was not banned yet
        refuse_banned(site.id, visitor)
    note_page(visitor=visitor, site=site, page=body.page)
    return _Opened(participant_from_visitor(visitor), fresh, token_seconds())


def _of_team(found: PageMember, token: str) -> _Opened:
    left = found.until - timezone.now()
    return _Opened(participant_from_member(found.member), token, int(left.total_seconds()))


def _session_response(site: CachedSite, who: _Opened, rooms: list[RoomResponse]) -> SessionResponse:
    visitor = who.participant
    return SessionResponse(
        token=who.token,
        expires_in=who.expires_in,
        visitor=VisitorResponse(visitor.id, visitor.name, visitor.role),
        site=SiteResponse(
            name=site.name,
            theme=site.theme,
            texts=site.texts,
            consent=site.consent,
            prechat=asked_before(site),
            track_page=site.track_page,
            away=away_at(site, timezone.now()),
            default_room=site.default_room or None,
        ),
        rooms=rooms,
        ws_url=f"{settings.BASE_URL.replace('http', 'ws', 1)}/ws/v1/{site.key}/",
        limits=settings.LIMITS.for_clients(),
    )


async def spend(request: HttpRequest) -> None:
    """What the address may still open. Raises Rate."""
    address = address_of_request(request)
    if address is None:
        return
    # What memory refuses needs no thread; only a thread may ask Redis.
    take = policy.of_sessions.of(address)
    refused = peek_all(take) or await read(take_all, take)
    if refused is not None:
        raise refused.as_error()


async def _note(**sighting: Any) -> None:
    # A sighting is for the owner's page; a full disk must not make another answer of it.
    with suppress(ChatError):
        await write(note_sighting, **sighting)
