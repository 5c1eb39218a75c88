"""Files of messages that a program sends: kept first, then named in its message."""

from __future__ import annotations

from django.http import HttpResponse

from inglenook.api.http.responses import json_response
from inglenook.api.http.uploads import read_upload
from inglenook.api.owner.authentication import KeyCall
from inglenook.api.owner.declaring import owner_call
from inglenook.api.owner.rooms import room_of_call
from inglenook.chat.attachments.uploading import place_for_files, take_in
from inglenook.chat.attachments.wire import attachment_frame
from inglenook.files.storage import in_thread
from inglenook.protocol.frame_parts import Attachment
from inglenook.sites.database import read
from inglenook.visitors.participants import participant_from_key


@owner_call(
    "POST",
    "rooms/{slug}/attachments",
    "messages:write",
    "Keeps a file for a message that is sent within a day; its `id` goes into `attachments`",
    {201: Attachment},
    takes_file=True,
    codes=("room_archived", "quota", "too_long", "invalid_text"),
)
async def post_attachment(call: KeyCall, slug: str) -> HttpResponse:
    room = await read(room_of_call, call, slug)
    author = participant_from_key(call.key)
    place = await read(place_for_files, author=author, slug=room.slug)
    kept = await take_in(place, await in_thread(read_upload, call.request))
    return await call.write(lambda: json_response(attachment_frame(kept.facts), 201))
