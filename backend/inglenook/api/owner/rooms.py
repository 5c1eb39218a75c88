"""Rooms: listed, made, changed, cleared and removed. Private ones are there for `inbox` alone."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from django.db.models import QuerySet
from django.http import HttpResponse
from msgspec import UNSET, Meta, Struct, UnsetType

from inglenook.api.http.operations import Schema
from inglenook.api.http.parameters import parameter
from inglenook.api.http.responses import json_response, no_content
from inglenook.api.owner.authentication import KeyCall
from inglenook.api.owner.declaring import NoFields, OwnerBody, owner_call
from inglenook.api.owner.etags import etag_of, refuse_stale, with_etag
from inglenook.api.owner.lists import asked_page, items, page_of
from inglenook.chat import room_services
from inglenook.chat.models import Room
from inglenook.chat.revisions import lock_room
from inglenook.chat.selectors import is_slug, timestamp
from inglenook.protocol.errors import Conflict, Invalid, NotFound
from inglenook.sites.database import read
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
SlowSeconds = Annotated[int, Meta(ge=0, le=room_services.MOST_SLOW_S)]


class RoomBody(OwnerBody, frozen=True, kw_only=True):
    slug: Slug
    name: str
    kind: Literal["public", "page"] = "public"
    topic: str = ""
    announcement: str = ""
    slow_s: SlowSeconds = 0
    locked: bool = False
    archived: bool = False


class RoomPatch(OwnerBody, frozen=True, kw_only=True):
    name: str | UnsetType = UNSET
    topic: str | UnsetType = UNSET
    announcement: str | UnsetType = UNSET
    slow_s: SlowSeconds | UnsetType = UNSET
    locked: bool | UnsetType = UNSET
    archived: bool | UnsetType = UNSET


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
    kind = _one_of(call, "kind", KINDS)
    archived = _one_of(call, "archived", ("true", "false"))
    rows = _rooms(call).filter(kind=kind) if kind else _rooms(call).exclude(kind="private")
    if archived:
        rows = rows.filter(archived=archived == "true")
    ask = asked_page(call.request, "rooms", call.site.pk, kind=kind, archived=archived)
    page = await read(page_of, rows, ask, ("position", "slug"))
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
    if body.slug in ("private", "auto"):
        raise Invalid(f"`{body.slug}` means something else; choose another slug.", field="slug")
    fields: dict[str, Any] = msgspec.to_builtins(body)
    made = {name: fields.pop(name) for name in ("slug", "name", "kind", "topic")}

    def make() -> HttpResponse:
        room = room_services.create_room(site_id=call.site.pk, **made)
        return _answer(room_services.change_room(room=room, **fields), 201)

    return await call.write(make)


@owner_call("GET", "rooms/{slug}", "rooms:read", "A room", {200: OwnersRoomResponse}, has_etag=True)
async def get_room(call: KeyCall, slug: str) -> HttpResponse:
    return _answer(await read(_room, call, slug))


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
    changes: dict[str, Any] = msgspec.to_builtins(call.body(RoomPatch))

    def change() -> HttpResponse:
        return _answer(room_services.change_room(room=_unchanged_room(call, slug), **changes))

    return await call.write(change)


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
        if slug == Site.objects.select_for_update().get(pk=call.site.pk).default_room:
            raise Conflict("This is the default room; make another room the default first.")
        room_services.remove_room(room=room)
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
        return _answer(room_services.clear_history(room=_unchanged_room(call, slug)))

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
        pinned=room.pinned,
        head=room.head,
        epoch=room.epoch,
        first_seq=room.first_seq,
        created_at=timestamp(room.created_at),
    )


def _answer(room: Room, status: int = 200) -> HttpResponse:
    body = room_response(room)
    return with_etag(body, etag_of(body, without=MOVING), status)


def _rooms(call: KeyCall) -> QuerySet[Room]:
    """The rooms that this key may know of."""
    rooms = Room.objects.filter(site=call.site, gone=False)
    return rooms if call.may("inbox") else rooms.exclude(kind=Room.Kind.PRIVATE)


def _room(call: KeyCall, slug: str) -> Room:
    room = _rooms(call).filter(slug=slug).first() if is_slug(slug) else None
    if room is None:
        raise NotFound("There is no such room here.")
    return room


def _unchanged_room(call: KeyCall, slug: str) -> Room:
    """The room, locked until COMMIT. Raises NotFound, and Stale by `If-Match`."""
    room = lock_room(_room(call, slug))
    refuse_stale(call.request, etag_of(room_response(room), without=MOVING))
    return room


def _one_of(call: KeyCall, field: str, known: tuple[str, ...]) -> str | None:
    value = parameter(call.request, field)
    if value is not None and value not in known:
        raise Invalid(f"`{field}` is one of {', '.join(known)}.", field=field)
    return value
