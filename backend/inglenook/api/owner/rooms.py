"""Rooms: listed, made, changed, cleared and removed. Private ones are there for `inbox` alone."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from django.db.models import Case, F, QuerySet, Value, When
from django.http import HttpResponse
from msgspec import UNSET, Meta, Struct, UnsetType

from inglenook.api.http.operations import Schema
from inglenook.api.http.parameters import choice_parameter, parameter
from inglenook.api.http.responses import json_response, no_content
from inglenook.api.owner.authentication import KeyCall
from inglenook.api.owner.declaring import NoFields, OwnerBody, owner_call
from inglenook.api.owner.etags import etag_of, refuse_stale, with_etag
from inglenook.api.owner.keys import Time, in_utc
from inglenook.api.owner.lists import Ask, asked_page, items, page_of
from inglenook.chat import room_services, room_settings
from inglenook.chat.models import Room
from inglenook.chat.revisions import lock_room
from inglenook.chat.selectors import is_slug, timestamp
from inglenook.protocol.errors import Conflict, NotFound
from inglenook.sites.database import read, snapshot
from inglenook.sites.models import Site

# What the messages of a room move by themselves: they make no change of its settings stale.
MOVING = ("head", "first_seq")
# What a name, a topic or an announcement may be refused with.
TEXT_CODES = ("empty", "too_long", "invalid_text")
KINDS = tuple(Room.Kind.values)
ROOMS_QUERY: dict[str, Schema] = {
    "kind": {"enum": list(KINDS)},
    "archived": {"enum": ["true", "false"]},
}
Slug = Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9-]{0,62}$(?!\n)")]
Position = Annotated[int, Meta(ge=-room_settings.MOST_POSITION, le=room_settings.MOST_POSITION)]
Days = Annotated[int, Meta(ge=1, le=room_settings.MOST_DAYS)]
FileTypes = Annotated[list[str], Meta(max_length=room_settings.MOST_FILE_TYPES)]
SlowSeconds = Annotated[int, Meta(ge=0, le=room_settings.MOST_SLOW_S)]


class RoomFields(OwnerBody, frozen=True, kw_only=True):
    topic: str | UnsetType = UNSET
    rules: str | UnsetType = UNSET
    announcement: str | UnsetType = UNSET
    position: Position | UnsetType = UNSET
    slow_s: SlowSeconds | UnsetType = UNSET
    locked: bool | UnsetType = UNSET
    locked_until: Time | UnsetType | None = UNSET
    read_only_for: Literal["nobody", "new", "anonymous", "visitors"] | UnsetType = UNSET
    approval: Literal["none", "new", "all"] | UnsetType = UNSET
    links: Literal["all", "known", "trusted", "none"] | UnsetType = UNSET
    files: Literal["none", "images", "listed"] | UnsetType = UNSET
    files_from: Literal["all", "known", "trusted"] | UnsetType = UNSET
    file_types: FileTypes | UnsetType = UNSET
    archive: Literal["public", "link", "none"] | UnsetType | None = UNSET
    retention_days: Days | UnsetType | None = UNSET
    archived: bool | UnsetType = UNSET


class RoomBody(RoomFields, frozen=True, kw_only=True):
    """What is left out has the value that docs/owners-api.md names."""

    slug: Slug
    name: str
    kind: Literal["public", "page"] = "public"


class RoomPatch(RoomFields, frozen=True, kw_only=True):
    name: str | UnsetType = UNSET


class PresetBody(OwnerBody, frozen=True, kw_only=True):
    preset: Literal["open", "calm", "announcements"]


class PageResponse(Struct, frozen=True):
    """The page that a room was made for."""

    url: str
    title: str


class OwnersRoomResponse(Struct, frozen=True, kw_only=True):
    slug: str
    name: str
    kind: str
    topic: str
    rules: str
    announcement: str
    position: int
    slow_s: int
    locked: bool
    locked_until: str | None
    read_only_for: str
    approval: str
    links: str
    files: str
    files_from: str
    file_types: list[str]
    archive: str | None
    retention_days: int | None
    archived: bool
    page: PageResponse | None
    pinned: list[int]
    head: int
    epoch: str
    first_seq: int
    created_at: str


class OwnersRoomsResponse(Struct, frozen=True, kw_only=True):
    items: list[OwnersRoomResponse]
    next: str | None


@owner_call(
    "GET",
    "rooms",
    "rooms:read",
    "Rooms by position and slug; private ones only if asked",
    {200: OwnersRoomsResponse},
    query=ROOMS_QUERY,
    is_list=True,
)
async def get_rooms(call: KeyCall) -> HttpResponse:
    kind = choice_parameter(call.request, "kind", KINDS)
    archived = choice_parameter(call.request, "archived", ("true", "false"))
    rows = (
        rooms_of_call(call).filter(kind=kind)
        if kind
        else rooms_of_call(call).exclude(kind="private")
    )
    if archived:
        rows = rows.filter(archived=archived == "true")
    ask = asked_page(call.request, "rooms", call.site.pk, kind=kind, archived=archived)
    page = await read(_page_by_position, rows, ask)
    return json_response(OwnersRoomsResponse(**items(page, room_response)))


@owner_call(
    "POST",
    "rooms",
    "rooms:write",
    "Makes a room",
    {201: OwnersRoomResponse},
    body=RoomBody,
    codes=TEXT_CODES,
)
async def post_room(call: KeyCall) -> HttpResponse:
    body = call.body(RoomBody)
    fields = _given(body)
    made = {name: fields.pop(name) for name in ("slug", "name", "kind")}

    def make() -> HttpResponse:
        room = room_services.create_room(site_id=call.site.pk, by=call.actor, **made)
        return _answer(room_services.change_room(room=room, by=call.actor, **fields), 201)

    return await call.write(make)


@owner_call("GET", "rooms/{slug}", "rooms:read", "A room", {200: OwnersRoomResponse}, has_etag=True)
async def get_room(call: KeyCall, slug: str) -> HttpResponse:
    return _answer(await read(room_of_call, call, slug))


@owner_call(
    "PATCH",
    "rooms/{slug}",
    "rooms:write",
    "Changes what is given",
    {200: OwnersRoomResponse},
    codes=TEXT_CODES,
    body=RoomPatch,
    has_etag=True,
)
async def patch_room(call: KeyCall, slug: str) -> HttpResponse:
    changes = _given(call.body(RoomPatch))

    def change() -> HttpResponse:
        room = _unchanged_room(call, slug)
        return _answer(room_services.change_room(room=room, by=call.actor, **changes))

    return await call.write(change)


@owner_call(
    "POST",
    "rooms/{slug}/preset",
    "rooms:write",
    "Sets who may write, and how, in one go",
    {200: OwnersRoomResponse},
    body=PresetBody,
    has_etag=True,
)
async def apply_preset(call: KeyCall, slug: str) -> HttpResponse:
    name = call.body(PresetBody).preset

    def apply() -> HttpResponse:
        room = _unchanged_room(call, slug)
        return _answer(room_services.apply_preset(room=room, name=name, by=call.actor))

    return await call.write(apply)


@owner_call(
    "DELETE",
    "rooms/{slug}",
    "rooms:write",
    "Removes a room and what was said in it; needs `?confirm=` with its slug",
    {204: None},
    codes=("conflict",),
    query={"confirm": {"type": "string"}},
    has_etag=True,
)
async def delete_room(call: KeyCall, slug: str) -> HttpResponse:
    confirmed = parameter(call.request, "confirm") == slug

    def remove() -> HttpResponse:
        room = _unchanged_room(call, slug)
        if not confirmed:
            raise Conflict(f"This cannot be undone. Send `?confirm={slug}`.", field="confirm")
        room_services.remove_room(room=room, by=call.actor)
        return no_content()

    return await call.write(remove)


@owner_call(
    "POST",
    "rooms/{slug}/clear",
    "rooms:write",
    "Removes every message; the room begins another epoch",
    {200: OwnersRoomResponse},
    has_etag=True,
)
async def clear_room(call: KeyCall, slug: str) -> HttpResponse:
    call.body(NoFields)

    def clear() -> HttpResponse:
        return _answer(room_services.clear_history(room=_unchanged_room(call, slug), by=call.actor))

    return await call.write(clear)


def room_response(room: Room) -> OwnersRoomResponse:
    return OwnersRoomResponse(
        slug=room.slug,
        name=room.name,
        kind=room.kind,
        topic=room.topic,
        rules=room.rules,
        announcement=room.announcement,
        position=room.position,
        slow_s=room.slow_s,
        locked=room.locked,
        locked_until=timestamp(room.locked_until) if room.locked_until else None,
        read_only_for=room.read_only_for,
        approval=room.approval,
        links=room.links,
        files=room.files,
        files_from=room.files_from,
        file_types=room.file_types or [],
        archive=room.archive,
        retention_days=room.retention_days,
        archived=room.archived,
        page=PageResponse(room.page_url, room.page_title) if room.page_url else None,
        pinned=room.pinned,
        head=room.head,
        epoch=room.epoch,
        first_seq=room.first_seq,
        created_at=timestamp(room.created_at),
    )


def _answer(room: Room, status: int = 200) -> HttpResponse:
    body = room_response(room)
    return with_etag(body, etag_of(body, without=MOVING), status)


def _given(body: RoomFields) -> dict[str, Any]:
    """What the body names, with moments in UTC."""
    fields: dict[str, Any] = msgspec.to_builtins(body, builtin_types=(datetime,))
    if fields.get("locked_until") is not None:
        fields["locked_until"] = in_utc(fields["locked_until"], "locked_until")
    return fields


def _page_by_position(rows: QuerySet[Room], ask: Ask) -> tuple[list[Room], str | None]:
    """By position and slug, in the order of when the first page was read.

    The cursor says how many moves there had been. Who moved since is listed at its earlier place.
    """
    with snapshot():
        now = Site.objects.values_list("room_order", flat=True).get(pk=ask.site_id)
        then: int = now if ask.place is None else ask.place[0]
        moved = dict(rows.filter(moved__gt=then).values_list("pk", "moves")) if now > then else {}
        earlier = [
            When(pk=pk, then=Value(_position_at(then, moves))) for pk, moves in moved.items()
        ]
        listed = rows.annotate(listed=Case(*earlier, default=F("position")))
        return page_of(listed, ask, ("listed", "slug"), kept=(then,))


def _position_at(then: int, moves: list[tuple[int, int]]) -> int:
    """The position before the first move that came later."""
    return next(position for number, position in moves if number > then)


def rooms_of_call(call: KeyCall) -> QuerySet[Room]:
    """The rooms that this key may know of."""
    rooms = Room.objects.filter(site=call.site, gone=False)
    return rooms if call.may("inbox") else rooms.exclude(kind=Room.Kind.PRIVATE)


def room_of_call(call: KeyCall, slug: str) -> Room:
    room = rooms_of_call(call).filter(slug=slug).first() if is_slug(slug) else None
    if room is None:
        raise NotFound("There is no such room here.")
    return room


def _unchanged_room(call: KeyCall, slug: str) -> Room:
    """The room, locked until COMMIT. Raises NotFound, and Stale by `If-Match`."""
    room = lock_room(room_of_call(call, slug))
    refuse_stale(call.request, etag_of(room_response(room), without=MOVING))
    return room
