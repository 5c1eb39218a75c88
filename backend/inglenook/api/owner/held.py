"""Messages that wait for the team: list, approve, reject, reopen. Services have the rules."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from msgspec import Struct

from inglenook.api.http.operations import Schema
from inglenook.api.http.parameters import number, parameter
from inglenook.api.http.responses import json_response
from inglenook.api.owner.authentication import KeyCall
from inglenook.api.owner.declaring import NoFields, OwnerBody, owner_call
from inglenook.api.owner.lists import Ask, asked_page, items, page_of
from inglenook.chat import held as services
from inglenook.chat.attachments.wire import attachment_frames
from inglenook.chat.models import HeldMessage, Room
from inglenook.chat.selectors import timestamp
from inglenook.protocol.errors import Invalid, NotFound
from inglenook.protocol.frame_parts import Attachment
from inglenook.protocol.frames import Message
from inglenook.sites.database import read
from inglenook.sites.models import Site
from inglenook.visitors.models import Visitor
from inglenook.visitors.selectors import trust_of_visitor

HELD_QUERY: dict[str, Schema] = {
    "room": {"type": "string"},
    "visitor": {"type": "string"},
    "shadow": {"enum": ["true", "false"]},
}


class RejectBody(OwnerBody, frozen=True, kw_only=True):
    message: str = ""


class HeldMessageResponse(Struct, frozen=True, kw_only=True):
    id: str
    room: str
    visitor: str
    name: str
    trust: str
    cid: str
    at: str
    body: str
    entities: list[Any]
    reply_to: int | None
    attachments: list[Attachment]
    reason: str
    rule: str | None


class HeldMessagesResponse(Struct, frozen=True, kw_only=True):
    items: list[HeldMessageResponse]
    next: str | None


@owner_call(
    "GET",
    "held",
    "moderation",
    "Messages that wait, the oldest first",
    {200: HeldMessagesResponse},
    query=HELD_QUERY,
    is_list=True,
)
async def get_held(call: KeyCall) -> HttpResponse:
    room, visitor = parameter(call.request, "room"), parameter(call.request, "visitor")
    shadow = parameter(call.request, "shadow") or "false"
    if shadow not in ("true", "false"):
        raise Invalid("`shadow` is one of true, false.", field="shadow")
    ask = asked_page(call.request, "held", call.site.pk, room=room, visitor=visitor, shadow=shadow)
    return json_response(await read(_list, call, ask))


@owner_call(
    "POST",
    "held/{held_id}/approve",
    "moderation",
    "Gives a waiting message its place now",
    {200: Message},
    codes=("conflict", "room_archived"),
)
async def approve(call: KeyCall, held_id: str) -> HttpResponse:
    call.body(NoFields)

    def act() -> HttpResponse:
        pk = _visible(call, held_id)
        return json_response(services.approve_held(site=call.site, held_id=pk, by=call.actor))

    return await call.write(act)


@owner_call(
    "POST",
    "held/{held_id}/reject",
    "moderation",
    "Refuses a waiting message; its author reads `message`",
    {200: HeldMessageResponse},
    body=RejectBody,
    codes=("conflict", "too_long", "invalid_text"),
)
async def reject(call: KeyCall, held_id: str) -> HttpResponse:
    body = call.body(RejectBody)

    def act() -> HttpResponse:
        pk = _visible(call, held_id)
        held = services.reject_held(site=call.site, held_id=pk, message=body.message, by=call.actor)
        return json_response(_response_of(held, call.site))

    return await call.write(act)


@owner_call(
    "POST",
    "held/{held_id}/reopen",
    "moderation",
    "Lets a message that was rejected a moment ago wait again",
    {200: HeldMessageResponse},
    codes=("conflict",),
)
async def reopen(call: KeyCall, held_id: str) -> HttpResponse:
    call.body(NoFields)

    def act() -> HttpResponse:
        pk = _visible(call, held_id)
        held = services.reopen_held(site=call.site, held_id=pk, by=call.actor)
        return json_response(_response_of(held, call.site))

    return await call.write(act)


def _list(call: KeyCall, ask: Ask) -> HeldMessagesResponse:
    filters = ask.filters
    rows = services.held_messages(
        call.site, is_shadow=filters["shadow"] == "true", with_private=call.may("inbox")
    )
    if filters["room"] is not None:
        rows = rows.filter(room__slug=_text(filters["room"], "room"))
    if filters["visitor"] is not None:
        rows = rows.filter(author_id=_text(filters["visitor"], "visitor"))
    found, cursor = page_of(rows.select_related("room"), ask, ("pk",))
    authors = {held.author_id for held in found}
    visitors = {row.public_id: row for row in Visitor.objects.filter(public_id__in=authors)}
    listed = items(
        (found, cursor), lambda held: _response(held, visitors.get(held.author_id), call.site)
    )
    return HeldMessagesResponse(**listed)


def _response_of(held: HeldMessage, site: Site) -> HeldMessageResponse:
    return _response(held, Visitor.objects.filter(public_id=held.author_id).first(), site)


def _response(held: HeldMessage, visitor: Visitor | None, site: Site) -> HeldMessageResponse:
    return HeldMessageResponse(
        id=str(held.pk),
        room=held.room.slug,
        visitor=held.author_id,
        name=held.author_name,
        trust=trust_of_visitor(visitor, site) if visitor else "new",
        cid=held.cid,
        at=timestamp(held.at),
        body=held.body,
        entities=held.entities,
        reply_to=held.reply_to,
        attachments=attachment_frames(held.attachments),
        reason=held.reason,
        rule=None if held.rule_id is None else str(held.rule_id),
    )


def _visible(call: KeyCall, held_id: str) -> int:
    """The key's own; without `inbox` what waits in a private room is not there."""
    missing = NotFound("There is no such message here.")
    try:
        pk = number(held_id, "id", least=1)
    except Invalid:
        raise missing from None
    rows = HeldMessage.objects.filter(pk=pk, room__site=call.site)
    if not call.may("inbox"):
        rows = rows.exclude(room__kind=Room.Kind.PRIVATE)
    if not rows.exists():
        raise missing
    return pk


def _text(value: str, field: str) -> str:
    """PostgreSQL raises on text with a NUL."""
    if not value.isprintable():
        raise Invalid(f"`{field}` is no such name.", field=field)
    return value
