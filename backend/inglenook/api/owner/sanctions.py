"""What the team decided about somebody, and all messages of one person deleted at once."""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec
from django.db.models import Q
from django.http import HttpResponse
from django.utils import timezone
from msgspec import UNSET, Meta, Struct, UnsetType

from inglenook.api.http.parameters import choice_parameter, word_parameter
from inglenook.api.http.responses import json_response, no_content
from inglenook.api.owner.authentication import KeyCall
from inglenook.api.owner.declaring import NoFields, OwnerBody, owner_call
from inglenook.api.owner.keys import Time, in_utc
from inglenook.api.owner.lists import list_answer
from inglenook.api.owner.rooms import rooms_of_call
from inglenook.chat.models import Room
from inglenook.chat.person_messages import delete_all, delete_all_of_each, undo_deletion
from inglenook.chat.selectors import timestamp
from inglenook.moderation import services
from inglenook.moderation.models import Sanction
from inglenook.protocol.errors import Invalid, NotFound
from inglenook.sites.actors import Actor

MODERATION = "moderation"
# All of them are one transaction.
MOST_PEOPLE: Final = 100
Seconds = Annotated[int, Meta(ge=1, le=services.MOST_SECONDS)]


class SanctionFields(OwnerBody, frozen=True, kw_only=True):
    """`seconds` null: for good."""

    kind: Literal["mute", "ban", "shadow"]
    seconds: Seconds | None = None
    reason: Annotated[str, Meta(max_length=services.REASON_CHARS)] = ""
    scope: Literal["person", "address", "range"] = "person"
    delete_messages: bool = False


class SanctionBody(SanctionFields, frozen=True, kw_only=True):
    visitor: str


class ManySanctionsBody(SanctionFields, frozen=True, kw_only=True):
    visitors: Annotated[list[str], Meta(min_length=1, max_length=MOST_PEOPLE)]


class SanctionResponse(Struct, frozen=True, kw_only=True):
    """`until` null: for good. `undo` is there where messages were deleted with it."""

    id: str
    visitor: str
    kind: str
    scope: str
    reason: str
    until: str | None
    created_at: str
    created_by: Actor | None
    lifted_at: str | None
    lifted_by: Actor | None
    undo: str | UnsetType = UNSET


class SanctionsResponse(Struct, frozen=True, kw_only=True):
    items: list[SanctionResponse]
    next: str | None


class ManySanctionsResponse(Struct, frozen=True, kw_only=True):
    items: list[SanctionResponse]


class DeleteMessagesBody(OwnerBody, frozen=True, kw_only=True):
    """Without `since` all, without `rooms` everywhere."""

    since: Time | None = None
    rooms: Annotated[list[str], Meta(max_length=100)] | None = None


class DeletedResponse(Struct, frozen=True, kw_only=True):
    deleted: int
    undo: str
    undo_until: str


class RestoredResponse(Struct, frozen=True, kw_only=True):
    restored: int


@owner_call(
    "GET",
    "sanctions",
    MODERATION,
    "Sanctions, also those that ended",
    {200: SanctionsResponse},
    query={"active": {"enum": ["true", "false"]}, "visitor": {"type": "string"}},
    is_list=True,
)
async def get_sanctions(call: KeyCall) -> HttpResponse:
    active = choice_parameter(call.request, "active", ("true", "false"))
    visitor = word_parameter(call.request, "visitor")
    rows = Sanction.objects.filter(site=call.site)
    if visitor is not None:
        rows = rows.filter(visitor_id=visitor)
    if active is not None:
        in_force = Q(lifted_at=None) & (Q(until=None) | Q(until__gt=timezone.now()))
        rows = rows.filter(in_force if active == "true" else ~in_force)
    filters = {"active": active, "visitor": visitor}
    return await list_answer(
        call, "sanctions", rows, SanctionsResponse, sanction_response, **filters
    )


@owner_call(
    "POST",
    "sanctions",
    MODERATION,
    "Mutes, bans or shadows somebody; the one of its kind in force is replaced",
    {201: SanctionResponse},
    codes=("not_found",),
    body=SanctionBody,
)
async def post_sanction(call: KeyCall) -> HttpResponse:
    body = call.body(SanctionBody)

    def impose() -> HttpResponse:
        (made,) = _impose(call, body, [body.visitor])
        return json_response(made, 201)

    return await call.write(impose)


@owner_call(
    "POST",
    "sanctions/bulk",
    MODERATION,
    "The same sanction for many people at once: for all of them or for nobody",
    {201: ManySanctionsResponse},
    codes=("not_found",),
    body=ManySanctionsBody,
)
async def post_sanctions(call: KeyCall) -> HttpResponse:
    body = call.body(ManySanctionsBody)
    # Who is named twice has one.
    visitors = list(dict.fromkeys(body.visitors))
    return await call.write(
        lambda: json_response(ManySanctionsResponse(items=_impose(call, body, visitors)), 201)
    )


@owner_call("DELETE", "sanctions/{sanction_id}", MODERATION, "Lifts a sanction", {204: None})
async def delete_sanction(call: KeyCall, sanction_id: str) -> HttpResponse:
    pk = row_id(sanction_id)

    def lift() -> HttpResponse:
        services.lift(site=call.site, sanction_id=pk, by=call.actor)
        return no_content()

    return await call.write(lift)


@owner_call(
    "POST",
    "visitors/{visitor_id}/delete-messages",
    MODERATION,
    "Deletes all by one person and rejects what of theirs waits",
    {200: DeletedResponse},
    body=DeleteMessagesBody,
)
async def delete_messages(call: KeyCall, visitor_id: str) -> HttpResponse:
    body = call.body(DeleteMessagesBody)
    since = in_utc(body.since, "since")

    def delete() -> HttpResponse:
        deleted, undo = delete_all(
            site=call.site,
            visitor_id=visitor_id,
            since=since,
            rooms=_seen(call) if body.rooms is None else _named(call, body.rooms),
            by=call.actor,
        )
        shown = DeletedResponse(
            deleted=deleted, undo=undo.public_id, undo_until=timestamp(undo.until)
        )
        return json_response(shown)

    return await call.write(delete)


@owner_call(
    "POST",
    "undo/{undo_id}",
    MODERATION,
    "Takes back a deletion of all by one person, once and within 10 minutes",
    {200: RestoredResponse},
)
async def post_undo(call: KeyCall, undo_id: str) -> HttpResponse:
    call.body(NoFields)

    def undo() -> HttpResponse:
        restored = undo_deletion(site=call.site, undo_id=undo_id, by=call.actor)
        return json_response(RestoredResponse(restored=restored))

    return await call.write(undo)


def _impose(call: KeyCall, body: SanctionFields, visitors: list[str]) -> list[SanctionResponse]:
    made = services.impose_on_each(
        site=call.site,
        visitor_ids=visitors,
        kind=body.kind,
        seconds=body.seconds,
        reason=body.reason,
        scope=body.scope,
        by=call.actor,
    )
    shown = [sanction_response(row) for row in made]
    if not body.delete_messages:
        return shown
    undos = delete_all_of_each(
        site=call.site, visitor_ids=visitors, rooms=_seen(call), by=call.actor
    )
    return [
        msgspec.structs.replace(row, undo=undo.public_id)
        for row, undo in zip(shown, undos, strict=True)
    ]


def row_id(text: str) -> int:
    """The id of a row as it stands in an address. Raises NotFound for what is none."""
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise NotFound("There is nothing here by that id.")
    return int(text)


def sanction_response(row: Sanction) -> SanctionResponse:
    return SanctionResponse(
        id=str(row.pk),
        visitor=row.visitor_id,
        kind=row.kind,
        scope=row.scope,
        reason=row.reason,
        until=timestamp(row.until) if row.until else None,
        created_at=timestamp(row.created_at),
        created_by=row.made_by,
        lifted_at=timestamp(row.lifted_at) if row.lifted_at else None,
        lifted_by=row.lifted_by,
    )


def _seen(call: KeyCall) -> list[Room] | None:
    """Where the key may delete: everywhere, but in private rooms for `inbox` alone."""
    return None if call.may("inbox") else list(rooms_of_call(call))


def _named(call: KeyCall, slugs: list[str]) -> list[Room]:
    known = {room.slug: room for room in rooms_of_call(call).filter(slug__in=_plain(slugs))}
    for slug in slugs:
        if slug not in known:
            raise Invalid("This site has no such room.", field="rooms")
    return list(known.values())


def _plain(slugs: list[str]) -> list[str]:
    return [slug for slug in slugs if slug.isprintable()]
