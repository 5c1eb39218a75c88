"""`POST check`: what would become of a text, and which rule decides. It stores nothing."""

from __future__ import annotations

from typing import Literal

from django.http import HttpResponse
from msgspec import Struct

from inglenook.api.http.responses import json_response
from inglenook.api.owner.authentication import KeyCall
from inglenook.api.owner.declaring import OwnerBody, owner_call
from inglenook.api.owner.rooms import room_of_call
from inglenook.chat.check_text import Checked, check_text
from inglenook.chat.models import Room
from inglenook.protocol.errors import NotFound
from inglenook.sites.database import read
from inglenook.visitors.models import Visitor
from inglenook.visitors.selectors import visitor_by_id


class CheckBody(OwnerBody, frozen=True, kw_only=True):
    text: str
    name: str | None = None
    room: str | None = None
    visitor: str | None = None


class CheckResponse(Struct, frozen=True, kw_only=True):
    """`code` is that of a refusal, `rule` the word rule that decides."""

    verdict: Literal["allow", "hold", "refuse"]
    code: str | None
    rule: str | None
    shown_as: str


@owner_call(
    "POST",
    "check",
    "moderation",
    "Says what would become of a text, and which rule decides",
    {200: CheckResponse},
    codes=("empty", "too_long", "invalid_text", "not_found"),
    body=CheckBody,
)
async def post_check(call: KeyCall) -> HttpResponse:
    body = call.body(CheckBody)

    def check() -> Checked:
        return check_text(
            site_id=call.site.pk,
            text=body.text,
            name=body.name,
            room=None if body.room is None else _room(call, body.room),
            visitor=None if body.visitor is None else _visitor(call, body.visitor),
        )

    found = await read(check)
    return json_response(
        CheckResponse(
            verdict=found.verdict,
            code=found.code,
            rule=None if found.rule is None else str(found.rule),
            shown_as=found.shown_as,
        )
    )


def _room(call: KeyCall, slug: str) -> Room:
    try:
        return room_of_call(call, slug)
    except NotFound as error:
        raise NotFound(error.message, field="room") from None


def _visitor(call: KeyCall, visitor_id: str) -> Visitor:
    # PostgreSQL raises on text with a NUL.
    visitor = visitor_by_id(call.site.pk, visitor_id) if visitor_id.isprintable() else None
    if visitor is None:
        raise NotFound("There is no such visitor here.", field="visitor")
    return visitor
