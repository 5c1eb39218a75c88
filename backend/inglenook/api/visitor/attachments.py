"""Files of messages: sending one before its message, and links for whoever has no token."""

from __future__ import annotations

from django.http import HttpResponse
from msgspec import Struct

from inglenook.api.http.operations import operation
from inglenook.api.http.responses import json_response
from inglenook.api.http.uploads import read_upload
from inglenook.api.visitor.authentication import VISITOR, VisitorCall
from inglenook.api.visitor.bodies import AltBody
from inglenook.chat.attachments.access import GONE, Link, file_for, link_to
from inglenook.chat.attachments.describing import describe
from inglenook.chat.attachments.uploading import place_for_files, take_in
from inglenook.chat.attachments.wire import attachment_frame
from inglenook.files.storage import in_thread
from inglenook.protocol.errors import NotFound
from inglenook.protocol.frame_parts import Attachment
from inglenook.sites.database import read, write
from inglenook.visitors.participants import Participant


class LinkResponse(Struct, frozen=True):
    url: str
    expires_at: str


@operation(
    "POST",
    "rooms/{slug}/attachments",
    VISITOR,
    "Keeps a file for a message that is sent within a day; its `id` goes into `attachments`",
    {201: Attachment},
    takes_file=True,
    codes=(
        *("not_found", "muted", "room_locked", "room_archived", "rate", "forbidden"),
        *("too_long", "invalid_text", "blocked_word"),
    ),
)
async def post_attachment(call: VisitorCall, slug: str) -> HttpResponse:
    place = await read(place_for_files, author=call.participant, slug=slug)
    kept = await take_in(place, await in_thread(read_upload, call.request))
    return json_response(attachment_frame(kept.facts), 201)


@operation(
    "PATCH",
    "rooms/{slug}/attachments/{id}",
    VISITOR,
    "Changes what a picture shows in words, until a message has it",
    {200: Attachment},
    body=AltBody,
    codes=(
        *("not_found", "muted", "room_locked", "room_archived", "rate"),
        *("too_long", "invalid_text", "blocked_word"),
    ),
)
async def patch_attachment(call: VisitorCall, slug: str, id: str) -> HttpResponse:  # noqa: A002  the address calls it so
    alt = call.body(AltBody).alt
    kept = await write(describe, author=call.participant, slug=slug, public_id=id, alt=alt)
    return json_response(attachment_frame(kept.facts))


@operation(
    "POST",
    "rooms/{slug}/attachments/{id}/link",
    VISITOR,
    "An address of a file that needs no token, for ten minutes",
    {201: LinkResponse},
    codes=("not_found",),
)
async def post_link(call: VisitorCall, slug: str, id: str) -> HttpResponse:  # noqa: A002  the address calls it so
    link = await read(link_in_room, call.participant, slug, id)
    return json_response(LinkResponse(*link), 201)


def link_in_room(reader: Participant, slug: str, public_id: str) -> Link:
    """Raises NotFound."""
    file = file_for(public_id, reader)
    if file.room.slug != slug:
        raise NotFound(GONE)
    return link_to(file)
