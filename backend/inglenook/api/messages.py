"""Messages over HTTP: history, sending, editing, deleting, reacting. The rules are those of the services."""

from __future__ import annotations

from django.http import HttpResponse

from inglenook.api.answers import json_answer
from inglenook.api.bodies import EditBody, MessageBody
from inglenook.api.calls import Call, endpoint
from inglenook.api.queries import asked_cid, number
from inglenook.api.rooms import history, room_of
from inglenook.chat import services
from inglenook.chat.posting.batcher import batcher_of_this_loop
from inglenook.chat.posting.draft import Draft
from inglenook.sites.database import read, write


async def _post(call: Call, slug: str) -> HttpResponse:
    body = call.body(MessageBody)
    author = await call.participant()
    draft = Draft(
        slug=slug,
        author=author,
        cid=body.cid,
        body=body.body,
        reply_to=body.reply_to,
        attachments=body.attachments,
    )
    ack = await batcher_of_this_loop().post(draft)
    if ack.held:
        return json_answer(ack, 202)
    return json_answer(ack, 200 if ack.dup else 201)


async def _edit(call: Call, slug: str, seq: str) -> HttpResponse:
    place = number(seq, "seq", least=1)
    body = call.body(EditBody)
    actor = await call.participant()
    room = await read(room_of, actor, slug)
    return json_answer(
        await write(
            services.edit_message, room=room, actor=actor, seq=place, body=body.body, cid=body.cid
        )
    )


async def _delete(call: Call, slug: str, seq: str) -> HttpResponse:
    place, cid = number(seq, "seq", least=1), asked_cid(call.request)
    actor = await call.participant()
    room = await read(room_of, actor, slug)
    return json_answer(
        await write(services.delete_message, room=room, actor=actor, seq=place, cid=cid)
    )


async def _react(call: Call, slug: str, seq: str, emoji: str, on: bool) -> HttpResponse:
    place, cid = number(seq, "seq", least=1), asked_cid(call.request)
    actor = await call.participant()
    room = await read(room_of, actor, slug)
    return json_answer(
        await write(services.react, room=room, actor=actor, seq=place, emoji=emoji, on=on, cid=cid)
    )


async def _put_reaction(call: Call, slug: str, seq: str, emoji: str) -> HttpResponse:
    return await _react(call, slug, seq, emoji, True)


async def _take_reaction(call: Call, slug: str, seq: str, emoji: str) -> HttpResponse:
    return await _react(call, slug, seq, emoji, False)


messages = endpoint(GET=history, POST=_post)
message = endpoint(PATCH=_edit, DELETE=_delete)
reaction = endpoint(PUT=_put_reaction, DELETE=_take_reaction)
