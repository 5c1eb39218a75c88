"""Rooms over HTTP: the list, events without a socket, typing and read marks."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from inglenook.api.http.operations import operation
from inglenook.api.http.parameters import NUMBER, number_parameter
from inglenook.api.http.responses import NOSNIFF, json_response, no_content
from inglenook.api.visitor.authentication import VISITOR, VisitorCall
from inglenook.api.visitor.bodies import SeenBody
from inglenook.api.visitor.parameters import (
    LIMIT,
    accepts_events,
    epoch_parameter,
    last_event,
    limit_parameter,
)
from inglenook.api.visitor.responses import RoomResponse, RoomsResponse
from inglenook.chat import publish, selectors, services
from inglenook.chat.follow_request import LONGEST_WAIT_SECONDS, FollowRequest, hand_off_of
from inglenook.chat.models import Room
from inglenook.chat.sync import Cursor, sync_of
from inglenook.limits.policy import spend_read_mark, spend_typing
from inglenook.protocol.errors import NotFound
from inglenook.protocol.frames import Sync
from inglenook.protocol.limits import PAGE_MESSAGES
from inglenook.sites.database import read, write
from inglenook.sites.opening_hours import away_at
from inglenook.visitors.page_logins import PageMember
from inglenook.visitors.participants import Participant


def room_responses(participant: Participant, wanted: str | None = None) -> list[RoomResponse]:
    """The public rooms, the visitor's private room once it has messages, and the room asked for.

    `wanted` is `private`, or the slug of a room. The team has no private room of its own.
    """
    rooms = selectors.rooms_of_site(participant.site_id)
    if not participant.is_team:
        private = selectors.private_room(participant)
        if private.head or wanted in ("private", private.slug):
            rooms.append(private)
    if wanted and wanted not in {"private", *[room.slug for room in rooms]}:
        with suppress(NotFound):  # joining the room answers with the reason
            rooms.append(selectors.room_by_slug(participant.site_id, wanted, participant))
    return [
        RoomResponse(
            slug=room.slug,
            name=room.name,
            kind=room.kind,
            topic=room.topic,
            head=room.head,
            unread=selectors.unread(room, participant),
        )
        for room in rooms
    ]


@operation("GET", "rooms", VISITOR, "The public rooms", {200: RoomsResponse})
async def get_rooms(call: VisitorCall) -> HttpResponse:
    return json_response(RoomsResponse(await read(room_responses, call.participant)))


@operation(
    "GET",
    "rooms/{slug}/events",
    VISITOR,
    "What changed after a cursor: at once, at the first change, or as a stream",
    {200: Sync},
    codes=("not_found", "rate"),
    query={
        "epoch": {"type": "string", "pattern": "^[A-Za-z0-9]{0,64}$"},
        "since": NUMBER,
        "limit": LIMIT,
        "wait": {"type": "integer", "minimum": 0, "maximum": LONGEST_WAIT_SECONDS},
    },
    headers={"Last-Event-ID": {"type": "string"}},
    streams=True,
)
async def get_events(call: VisitorCall, slug: str) -> HttpResponse:
    """Answers a `sync` at once. A stream, or a call with `wait`, is handed to the realtime edge,
    which holds the request open; where there is none, this answers at once.
    """
    request = call.request
    cursor = Cursor(
        epoch=epoch_parameter(request),
        since=number_parameter(request, "since"),
        limit=limit_parameter(request, PAGE_MESSAGES),
    )
    wait_s = number_parameter(request, "wait", most=LONGEST_WAIT_SECONDS)
    participant = call.participant
    is_stream = accepts_events(request)
    # Whoever polls gets no `site` frame, and asks for a session anew where this moved.
    is_away = away_at(call.site, timezone.now()) is not None
    look = {"Inglenook-Look": f"{call.site.look_version}{'-away' if is_away else ''}"}
    hand_off = hand_off_of(getattr(request, "scope", {}))
    if hand_off is None or request.method != "GET" or not (is_stream or wait_s):
        found = await read(sync_of, slug=slug, participant=participant, cursor=cursor)
        return json_response(found, headers=look)
    hand_off.follow_request = FollowRequest(
        participant=participant,
        site_id=call.site.id,
        key=call.site.key,
        origin=call.foreign_origin,
        **_credentials_of(call),
        access_version=call.site.access_version,
        slug=slug,
        cursor=last_event(request, cursor) if is_stream else cursor,
        wait_s=None if is_stream else wait_s,
    )
    # Otherwise nginx would buffer the response, and no event would reach the client.
    return HttpResponse(headers={"X-Accel-Buffering": "no", **NOSNIFF, **look})


def _credentials_of(call: VisitorCall) -> dict[str, Any]:
    who = call.who
    if isinstance(who, PageMember):
        return {"version": None, "login": who.login, "until": who.until}
    return {"version": who.token_version}


@operation(
    "POST",
    "rooms/{slug}/typing",
    VISITOR,
    "Says that the visitor types",
    {204: None},
    codes=("not_found",),
)
async def post_typing(call: VisitorCall, slug: str) -> HttpResponse:
    participant = call.participant
    room = await read(room_of, participant, slug)
    if spend_typing(participant, room.slug):
        # Off the event loop: a process without a hub asks the layer itself.
        await read(publish.typing_started, participant, room.slug)
    return no_content()


@operation(
    "POST",
    "rooms/{slug}/seen",
    VISITOR,
    "Moves the visitor's read mark up",
    {204: None},
    body=SeenBody,
    codes=("not_found", "rate"),
)
async def post_seen(call: VisitorCall, slug: str) -> HttpResponse:
    body = call.body(SeenBody)
    participant = call.participant
    room = await read(room_of, participant, slug)
    spend_read_mark(participant, slug)
    rev = await write(services.mark_seen, room=room, reader_id=participant.id, rev=body.rev)
    await read(publish.read_mark_moved, participant, room.slug, rev)
    return no_content()


def room_of(participant: Participant, slug: str) -> Room:
    return selectors.room_by_slug(participant.site_id, slug, participant)
