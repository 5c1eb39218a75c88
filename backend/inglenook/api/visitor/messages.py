"""Messages over HTTP: reading, sending, editing, deleting, reacting. Services have the rules."""

from __future__ import annotations

import hashlib
from typing import Final

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response

from inglenook.api.http.operations import operation
from inglenook.api.http.parameters import NUMBER, number, number_parameter
from inglenook.api.http.responses import json_response, no_content
from inglenook.api.visitor.authentication import VISITOR, VisitorCall
from inglenook.api.visitor.bodies import TEXT_CODES, EditBody, MessageBody, ReportBody
from inglenook.api.visitor.parameters import CID, LIMIT, cid_parameter, limit_parameter
from inglenook.api.visitor.responses import WhoResponse
from inglenook.api.visitor.rooms import room_of
from inglenook.chat import selectors, services
from inglenook.chat.posting.batcher import batcher_of_this_loop
from inglenook.chat.posting.draft import Draft
from inglenook.chat.reports import report_message
from inglenook.protocol.frames import Ack, History
from inglenook.sites.database import read, write
from inglenook.visitors.participants import Participant

HISTORY_MESSAGES: Final = 50
# Of those who reacted in one way.
WHO_REACTED: Final = 100
# What a room, and who writes there, may refuse a message with.
WRITING: Final = ("not_found", "muted", "room_locked", "room_archived", "rate")
# What its content may be refused with.
CONTENT: Final = ("blocked_link", "blocked_word", "forbidden")


@operation(
    "GET",
    "rooms/{slug}/messages",
    VISITOR,
    "A page of history, ascending; without `before` the newest",
    {200: History, 304: None},
    codes=("not_found",),
    query={"before": NUMBER, "limit": LIMIT},
    headers={"If-None-Match": {"type": "string"}},
)
async def get_messages(call: VisitorCall, slug: str) -> HttpResponseBase:
    before = number_parameter(call.request, "before")
    limit = limit_parameter(call.request, HISTORY_MESSAGES)
    response = json_response(await read(_history, call.participant, slug, before, limit))
    response["Cache-Control"] = "private, no-cache"
    response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    return (
        get_conditional_response(call.request, etag=response["ETag"], response=response) or response
    )


def _history(participant: Participant, slug: str, before: int | None, limit: int) -> History:
    room = selectors.room_by_slug(participant.site_id, slug, participant)
    return selectors.history_page(room, before, limit, participant.id)


@operation(
    "POST",
    "rooms/{slug}/messages",
    VISITOR,
    "Stores a message, once for each `cid`: 201 new, 200 there already, 202 held for approval",
    {201: Ack, 200: Ack, 202: Ack},
    body=MessageBody,
    codes=(*WRITING, *TEXT_CODES, *CONTENT, "slow_mode"),
)
async def post_message(call: VisitorCall, slug: str) -> HttpResponse:
    body = call.body(MessageBody)
    draft = Draft(
        slug=slug,
        author=call.participant,
        cid=body.cid,
        body=body.body,
        reply_to=body.reply_to,
        attachments=body.attachments,
    )
    ack = await batcher_of_this_loop().post(draft)
    if ack.held and not ack.as_sent:
        return json_response(ack, 202)
    return json_response(ack, 200 if ack.dup else 201)


@operation(
    "PATCH",
    "rooms/{slug}/messages/{seq}",
    VISITOR,
    "Gives one's message a new body",
    {200: Ack},
    body=EditBody,
    codes=(*WRITING, *TEXT_CODES, *CONTENT, "too_late"),
)
async def patch_message(call: VisitorCall, slug: str, seq: str) -> HttpResponse:
    place = number(seq, "seq", least=1)
    body = call.body(EditBody)
    actor = call.participant
    room = await read(room_of, actor, slug)
    return json_response(
        await write(
            services.edit_message, room=room, actor=actor, seq=place, body=body.body, cid=body.cid
        )
    )


@operation(
    "DELETE",
    "rooms/{slug}/messages/{seq}",
    VISITOR,
    "Makes one's message a tombstone",
    {200: Ack},
    codes=("not_found", "forbidden", "too_late", "rate"),
    query={"cid": CID},
)
async def delete_message(call: VisitorCall, slug: str, seq: str) -> HttpResponse:
    place, cid = number(seq, "seq", least=1), cid_parameter(call.request)
    actor = call.participant
    room = await read(room_of, actor, slug)
    return json_response(
        await write(services.delete_message, room=room, actor=actor, seq=place, cid=cid)
    )


@operation(
    "GET",
    "rooms/{slug}/messages/{seq}/reactions/{emoji}",
    VISITOR,
    "Who reacted so: the first hundred",
    {200: WhoResponse},
    codes=("not_found",),
)
async def get_reaction(call: VisitorCall, slug: str, seq: str, emoji: str) -> HttpResponse:
    place = number(seq, "seq", least=1)
    return json_response(
        WhoResponse(await read(_who_reacted, call.participant, slug, place, emoji))
    )


def _who_reacted(participant: Participant, slug: str, seq: int, emoji: str) -> list[dict[str, str]]:
    return selectors.who_reacted(room_of(participant, slug), seq, emoji, WHO_REACTED)


@operation(
    "PUT",
    "rooms/{slug}/messages/{seq}/reactions/{emoji}",
    VISITOR,
    "Reacts to a message",
    {200: Ack},
    codes=WRITING,
    query={"cid": CID},
)
async def put_reaction(call: VisitorCall, slug: str, seq: str, emoji: str) -> HttpResponse:
    return await _react(call, slug, seq, emoji, on=True)


@operation(
    "DELETE",
    "rooms/{slug}/messages/{seq}/reactions/{emoji}",
    VISITOR,
    "Takes a reaction back",
    {200: Ack},
    codes=WRITING,
    query={"cid": CID},
)
async def delete_reaction(call: VisitorCall, slug: str, seq: str, emoji: str) -> HttpResponse:
    return await _react(call, slug, seq, emoji, on=False)


@operation(
    "POST",
    "rooms/{slug}/messages/{seq}/report",
    VISITOR,
    "Tells the team that a message should not stand",
    {204: None},
    body=ReportBody,
    codes=("not_found", "rate", "too_long", "invalid_text"),
)
async def post_report(call: VisitorCall, slug: str, seq: str) -> HttpResponse:
    place, body = number(seq, "seq", least=1), call.body(ReportBody)
    reporter = call.participant
    room = await read(room_of, reporter, slug)
    await write(
        report_message, room=room, reporter=reporter, seq=place, reason=body.reason, note=body.note
    )
    return no_content()


async def _react(call: VisitorCall, slug: str, seq: str, emoji: str, *, on: bool) -> HttpResponse:
    place, cid = number(seq, "seq", least=1), cid_parameter(call.request)
    actor = call.participant
    room = await read(room_of, actor, slug)
    return json_response(
        await write(services.react, room=room, actor=actor, seq=place, emoji=emoji, on=on, cid=cid)
    )
