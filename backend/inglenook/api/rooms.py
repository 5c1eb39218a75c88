"""Rooms over HTTP: the list, being in step by polling, history, typing and read marks."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import Final

from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response

from inglenook.api.answers import PLAIN, json_answer, nothing
from inglenook.api.bodies import SeenBody
from inglenook.api.calls import Call, endpoint
from inglenook.api.queries import (
    accepts_events,
    asked_epoch,
    asked_limit,
    asked_number,
    last_event,
)
from inglenook.api.told import RoomsTold, RoomTold
from inglenook.chat import publish, selectors, services
from inglenook.chat.follow_request import LONGEST_WAIT_SECONDS, FollowRequest, hand_off_of
from inglenook.chat.models import Room
from inglenook.chat.sync import Cursor, sync_of
from inglenook.moderation.rates import TokenBuckets
from inglenook.protocol.errors import NotFound
from inglenook.protocol.frames import History
from inglenook.protocol.limits import PAGE_MESSAGES
from inglenook.sites.database import read, write
from inglenook.visitors.participants import Participant, participant_from_visitor

HISTORY_MESSAGES: Final = 50
# As often as a socket may; what comes sooner says nothing new.
_typed = TokenBuckets(per_second=1 / settings.LIMITS.typing_s, burst=1)


def rooms_told(participant: Participant, wanted: str | None = None) -> list[RoomTold]:
    """The public rooms, and the one that the page asked for: `private`, or the slug of a page's own room."""
    rooms = selectors.rooms_of_site(participant.site_id)
    if wanted == "private":
        rooms.append(selectors.private_room(participant))
    elif wanted and wanted not in {room.slug for room in rooms}:
        with suppress(NotFound):  # whoever joins it is told so there
            rooms.append(selectors.room_by_slug(participant.site_id, wanted, participant))
    return [
        RoomTold(
            slug=room.slug,
            name=room.name,
            kind=room.kind,
            topic=room.topic,
            head=room.head,
            unread=selectors.unread(room, participant),
        )
        for room in rooms
    ]


async def _list(call: Call) -> HttpResponse:
    return json_answer(RoomsTold(await read(rooms_told, await call.participant())))


async def _events(call: Call, slug: str) -> HttpResponse:
    """A `sync` at once. With `wait` or as a stream: given to whoever can hold the request open, if anybody can."""
    request = call.request
    cursor = Cursor(
        epoch=asked_epoch(request),
        since=asked_number(request, "since"),
        limit=asked_limit(request, PAGE_MESSAGES),
    )
    wait_s = asked_number(request, "wait", most=LONGEST_WAIT_SECONDS)
    visitor = await call.visitor()
    participant = participant_from_visitor(visitor)
    is_stream = accepts_events(request)
    hand_off = hand_off_of(getattr(request, "scope", {}))
    if hand_off is None or request.method != "GET" or not (is_stream or wait_s):
        return json_answer(await read(sync_of, slug=slug, participant=participant, cursor=cursor))
    decision = call.decision
    hand_off.follow_request = FollowRequest(
        participant=participant,
        site_id=call.site.id,
        key=call.site.key,
        origin=None if decision.reason == "own" else decision.origin,
        version=visitor.token_version,
        access_version=call.site.access_version,
        slug=slug,
        cursor=last_event(request, cursor) if is_stream else cursor,
        wait_s=None if is_stream else wait_s,
    )
    # A proxy that gathers an answer before it passes it on would keep every event to itself.
    return HttpResponse(headers={"X-Accel-Buffering": "no", **PLAIN})


async def _history(call: Call, slug: str) -> HttpResponseBase:
    before = asked_number(call.request, "before")
    limit = asked_limit(call.request, HISTORY_MESSAGES)
    participant = await call.participant()
    response = json_answer(await read(_page, participant, slug, before, limit))
    response["Cache-Control"] = "private, no-cache"
    response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    return (
        get_conditional_response(call.request, etag=response["ETag"], response=response) or response
    )


def _page(participant: Participant, slug: str, before: int | None, limit: int) -> History:
    room = selectors.room_by_slug(participant.site_id, slug, participant)
    return selectors.history_page(room, before, limit, participant.id)


async def _typing(call: Call, slug: str) -> HttpResponse:
    participant = await call.participant()
    room = await read(room_of, participant, slug)
    if not _typed.take(f"{participant.id} {room.slug}"):
        # Off the event loop: a process without a hub asks the layer itself.
        await read(publish.typing_started, participant, room.slug)
    return nothing()


async def _seen(call: Call, slug: str) -> HttpResponse:
    body = call.body(SeenBody)
    participant = await call.participant()
    room = await read(room_of, participant, slug)
    rev = await write(services.mark_seen, room=room, reader_id=participant.id, rev=body.rev)
    await read(publish.read_mark_moved, participant, room.slug, rev)
    return nothing()


def room_of(participant: Participant, slug: str) -> Room:
    return selectors.room_by_slug(participant.site_id, slug, participant)


rooms = endpoint(GET=_list)
events = endpoint(GET=_events)
typing = endpoint(POST=_typing)
seen = endpoint(POST=_seen)
history = _history
