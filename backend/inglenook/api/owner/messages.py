"""Messages of a room: read, written as a bot or for a member, changed, deleted, restored, pinned.

What was said in a private room is there for `inbox` alone, as the room is (`rooms.room_of_call`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Final

import msgspec
from django.http import HttpResponse
from msgspec import UNSET, Meta, Struct, UnsetType

from inglenook.api.http.parameters import NUMBER, number, number_parameter
from inglenook.api.http.responses import json_response, no_content
from inglenook.api.owner.authentication import KeyCall
from inglenook.api.owner.declaring import NoFields, OwnerBody, owner_call
from inglenook.api.owner.lists import Ask, asked_page
from inglenook.api.owner.rooms import TEXT_CODES, room_of_call
from inglenook.chat import room_services, selectors, services
from inglenook.chat.models import Message, Room
from inglenook.chat.posting.draft import Draft
from inglenook.chat.posting.pipeline import post_message
from inglenook.chat.room_settings import line
from inglenook.protocol import frames
from inglenook.protocol.errors import Forbidden, Invalid, NotFound, Quota
from inglenook.sites import audit
from inglenook.sites.database import read, snapshot
from inglenook.sites.models import Member
from inglenook.visitors.participants import (
    BOT_NAME_CHARS,
    Participant,
    participant_from_key,
    participant_from_member,
)

# What a room may refuse a key with, which no rule of the site binds.
WRITING: Final = ("room_archived", "forbidden", *TEXT_CODES)
MODERATION: Final = "moderation"


class Bot(OwnerBody, frozen=True, kw_only=True):
    name: Annotated[str, Meta(max_length=200)]
    avatar: Annotated[str, Meta(max_length=300, pattern="^https://[^\\s]+$(?!\n)")] | None = None


class As(OwnerBody, frozen=True, kw_only=True):
    """One of the two."""

    member: str | UnsetType = UNSET
    bot: Bot | UnsetType = UNSET


class NewMessageBody(OwnerBody, frozen=True, kw_only=True):
    cid: frames.Cid
    body: str
    reply_to: frames.Seq | None = None
    attachments: list[frames.AttachmentId] = []
    as_: As | UnsetType = msgspec.field(name="as", default=UNSET)


class NewBodyBody(OwnerBody, frozen=True, kw_only=True):
    body: str


class OwnersMessage(frames.Message, frozen=True, tag="message", kw_only=True):
    """The frame of docs/protocol.md. `deleted_body` is there for `moderation` alone.

    It is what a moderator's deletion took, for a day; else null.
    """

    deleted_body: str | UnsetType | None = UNSET


class MessagesResponse(Struct, frozen=True, kw_only=True):
    items: list[OwnersMessage]
    next: str | None


@owner_call(
    "GET",
    "rooms/{slug}/messages",
    "messages:read",
    "Messages, ascending; without `before` and `after` the newest, and `next` leads to older ones",
    {200: MessagesResponse},
    query={"before": NUMBER, "after": NUMBER},
    is_list=True,
)
async def get_messages(call: KeyCall, slug: str) -> HttpResponse:
    before = number_parameter(call.request, "before")
    after = number_parameter(call.request, "after")
    if before is not None and after is not None:
        raise Invalid("`before` and `after` exclude each other.", field="after")
    name = f"messages of {slug}"
    ask = asked_page(call.request, name, call.site.pk, before=before, after=after)
    return json_response(await read(_page, call, slug, ask))


@owner_call(
    "GET", "rooms/{slug}/messages/{seq}", "messages:read", "A message", {200: OwnersMessage}
)
async def get_message(call: KeyCall, slug: str, seq: str) -> HttpResponse:
    return json_response(await read(_shown_message, call, slug, number(seq, "seq", least=1)))


@owner_call(
    "POST",
    "rooms/{slug}/messages",
    "messages:write",
    "Writes as a bot of the key's name, or `as` a member or another bot; once for each `cid`",
    {201: frames.Ack, 200: frames.Ack},
    codes=WRITING,
    body=NewMessageBody,
)
async def post_message_of_key(call: KeyCall, slug: str) -> HttpResponse:
    body = call.body(NewMessageBody)

    def post() -> HttpResponse:
        room = room_of_call(call, slug)
        author = _author(call, body.as_)
        draft = Draft(
            slug=room.slug,
            author=author,
            cid=body.cid,
            body=body.body,
            reply_to=body.reply_to,
            attachments=body.attachments,
        )
        ack = post_message(draft)
        if ack.dup:
            return json_response(ack, 200)
        after = {"author": author.id, "epoch": room.epoch}
        room_services.record_message(room, call.actor, "message.create", ack.seq or 0, after=after)
        return json_response(ack, 201)

    return await call.write(post)


@owner_call(
    "PATCH",
    "rooms/{slug}/messages/{seq}",
    "messages:write",
    "Gives what a key wrote a new body",
    {200: OwnersMessage},
    codes=WRITING,
    body=NewBodyBody,
)
async def patch_message(call: KeyCall, slug: str, seq: str) -> HttpResponse:
    body, place = call.body(NewBodyBody).body, number(seq, "seq", least=1)

    def edit() -> HttpResponse:
        room = room_of_call(call, slug)
        author = _writer_of(call, room, place)
        services.edit_message(room=room, actor=author, seq=place, body=body)
        return json_response(_shown_message(call, slug, place))

    return await call.write(edit)


@owner_call(
    "DELETE",
    "rooms/{slug}/messages/{seq}",
    MODERATION,
    "Makes a message a tombstone",
    {204: None},
)
async def delete_message(call: KeyCall, slug: str, seq: str) -> HttpResponse:
    place = number(seq, "seq", least=1)

    def delete(room: Room, actor: Participant) -> None:
        if _message(room, place).deleted is not None:
            raise NotFound("That message was deleted.", field="seq")
        services.delete_message(room=room, actor=actor, seq=place)

    return await _do(call, slug, delete)


@owner_call(
    "POST",
    "rooms/{slug}/messages/{seq}/restore",
    MODERATION,
    "Undoes a moderator's deletion of the last 24 hours",
    {201: OwnersMessage},
)
async def restore_message(call: KeyCall, slug: str, seq: str) -> HttpResponse:
    call.body(NoFields)
    place = number(seq, "seq", least=1)

    def restore() -> HttpResponse:
        actor = participant_from_key(call.key)
        services.restore_message(room=room_of_call(call, slug), actor=actor, seq=place)
        return json_response(_shown_message(call, slug, place), 201)

    return await call.write(restore)


@owner_call(
    "PUT",
    "rooms/{slug}/pins/{seq}",
    MODERATION,
    "Pins a message, the twentieth at most",
    {204: None},
    codes=("quota",),
)
async def put_pin(call: KeyCall, slug: str, seq: str) -> HttpResponse:
    place = number(seq, "seq", least=1)

    def pin(room: Room, actor: Participant) -> None:
        try:
            room_services.pin_message(room=room, actor=actor, seq=place, on=True)
        except Invalid as error:  # sockets have no code for it
            raise Quota(error.message, field=error.field) from None

    return await _do(call, slug, pin)


@owner_call("DELETE", "rooms/{slug}/pins/{seq}", MODERATION, "Takes a pin out", {204: None})
async def delete_pin(call: KeyCall, slug: str, seq: str) -> HttpResponse:
    place = number(seq, "seq", least=1)

    def unpin(room: Room, actor: Participant) -> None:
        if place not in room.pinned:
            raise NotFound("There is no such pin here.", field="seq")
        room_services.pin_message(room=room, actor=actor, seq=place, on=False)

    return await _do(call, slug, unpin)


def message_response(call: KeyCall, message: Message, slug: str) -> OwnersMessage:
    frame = selectors.message_frame(message, slug)
    fields = {name: getattr(frame, name) for name in frame.__struct_fields__}
    if not call.may(MODERATION):
        return OwnersMessage(**fields)
    kept = message.deleted_content if services.is_restorable(message) else None
    return OwnersMessage(**fields, deleted_body=kept["body"] if kept else None)


# --- the small steps


async def _do(call: KeyCall, slug: str, act: Callable[[Room, Participant], None]) -> HttpResponse:
    def do() -> HttpResponse:
        act(room_of_call(call, slug), participant_from_key(call.key))
        return no_content()

    return await call.write(do)


def _page(call: KeyCall, slug: str, ask: Ask) -> MessagesResponse:
    """A cursor is the epoch and the `seq` where the next page begins."""
    with snapshot():
        room = room_of_call(call, slug)
        before, after = ask.filters["before"], ask.filters["after"]
        if ask.place is not None:
            epoch, place = ask.place
            if epoch != room.epoch:  # nothing of that list is there any more
                return MessagesResponse(items=[], next=None)
            before, after = (place, None) if after is None else (None, place)
        rows = Message.objects.filter(room=room, seq__gte=room.first_seq)
        if after is not None:
            found = list(rows.filter(seq__gt=after).order_by("seq")[: ask.limit + 1])
        else:
            rows = rows if before is None else rows.filter(seq__lt=before)
            found = list(rows.order_by("-seq")[: ask.limit + 1])
    page = found[: ask.limit]
    cursor = ask.cursor([room.epoch, page[-1].seq]) if len(found) > ask.limit else None
    ascending = page if after is not None else page[::-1]
    shown = [message_response(call, message, room.slug) for message in ascending]
    return MessagesResponse(items=shown, next=cursor)


def _shown_message(call: KeyCall, slug: str, seq: int) -> OwnersMessage:
    room = room_of_call(call, slug)
    return message_response(call, _message(room, seq), room.slug)


def _message(room: Room, seq: int) -> Message:
    message = Message.objects.filter(room=room, seq=seq, seq__gte=room.first_seq).first()
    if message is None:
        raise NotFound("There is no such message here.", field="seq")
    return message


def _author(call: KeyCall, wanted: As | UnsetType) -> Participant:
    if wanted is UNSET:
        return participant_from_key(call.key)
    if (wanted.member is UNSET) == (wanted.bot is UNSET):
        raise Invalid("`as` names a member or a bot.", field="as")
    if wanted.bot is not UNSET:
        name = line("as", wanted.bot.name, BOT_NAME_CHARS)
        return participant_from_key(call.key, name=name, avatar=wanted.bot.avatar)
    member = _member(call, str(wanted.member))
    if member is None:
        raise Invalid("This team has no such active member.", field="as")
    return participant_from_member(member, call.actor)


def _member(call: KeyCall, public_id: str) -> Member | None:
    active = Member.objects.filter(site=call.site, state=Member.State.ACTIVE)
    return active.filter(public_id=public_id).first() if public_id.isprintable() else None


def _writer_of(call: KeyCall, room: Room, seq: int) -> Participant:
    """Whoever a key wrote the message as. Raises NotFound, Forbidden where no key wrote it."""
    message = _message(room, seq)
    author = participant_from_key(call.key)
    if message.author_role == author.role:
        return author
    member = _member(call, message.author_id or "")
    written = audit.entries_about("message", f"{room.slug}/{seq}", site_id=call.site.pk)
    by_key = written.filter(action="message.create", after__epoch=room.epoch).exists()
    if member is None or not by_key:
        raise Forbidden("A key changes what keys wrote alone; it can delete the others.")
    return participant_from_member(member, call.actor)
