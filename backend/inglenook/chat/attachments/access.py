"""Who may have a file. Whoever may see a message may have its files, and nobody else.

public room   anybody who knows the address, which nobody can guess
private room  its visitor and those of the team who have the inbox, by their token; or anybody, for
              ten minutes, by a link that one of them was given
deleted       nobody, though a moderator's deletion can be undone for a day
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple
from urllib.parse import urlencode

from django.core import signing
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from inglenook.chat import selectors
from inglenook.chat.attachments.models import Attachment
from inglenook.chat.attachments.wire import url_of
from inglenook.chat.models import HeldMessage, Message, Room
from inglenook.chat.permissions import may_see
from inglenook.protocol import ids
from inglenook.protocol.errors import Forbidden, NotFound
from inglenook.visitors.participants import Participant

LINK_SECONDS: Final = 600
GONE: Final = "There is no such file."
_signer: Final = signing.Signer(salt="inglenook.chat.attachments.access")


class Link(NamedTuple):
    url: str
    expires_at: str


def shown_file(public_id: str) -> Attachment:
    """A file that is there, and whose message is. Its `room` is read with it. Raises NotFound."""
    rows = Attachment.objects.select_related("room").exclude(stored_at=None)
    found = rows.filter(public_id=public_id).first() if ids.is_attachment(public_id) else None
    if found is None or found.room.gone or _is_hidden(found):
        raise NotFound(GONE)
    return found


def file_for(public_id: str, reader: Participant) -> Attachment:
    """As `shown_file`, of a room that the reader sees. Raises NotFound."""
    found = shown_file(public_id)
    is_own = reader.is_team or found.seq is not None or found.author_id == reader.id
    if not may_see(found.room, reader) or not is_own:
        raise NotFound(GONE)
    return found


def is_public(file: Attachment) -> bool:
    return file.room.kind != Room.Kind.PRIVATE


def link_to(file: Attachment) -> Link:
    """An address that needs no token, for LINK_SECONDS."""
    until = int(time.time()) + LINK_SECONDS
    query = urlencode({"until": until, "signature": _signature(file.public_id, str(until))})
    at = datetime.fromtimestamp(until, UTC)
    return Link(f"{url_of(file.public_id)}?{query}", selectors.timestamp(at))


def address_in_room(room: Room, reader: Participant | None, public_id: str, width: str = "") -> str:
    """Where a page of the room leads for a file of it: in a private room to a link.

    `width` is of a picture. Raises NotFound.
    """
    found = shown_file(public_id) if reader is None else file_for(public_id, reader)
    if found.room_id != room.pk or (reader is None and not is_public(found)):
        raise NotFound(GONE)
    address = url_of(public_id) if is_public(found) else link_to(found).url
    if not width.isascii() or not width.isdigit():
        return address
    return f"{address}{'&' if '?' in address else '?'}width={width[:4]}"


def require_link(public_id: str, until: str, signature: str) -> None:
    """Raises Forbidden where it is no link of ours, or its time is over."""
    if not constant_time_compare(signature, _signature(public_id, until)):
        raise Forbidden("This link has a mistake in it.")
    if timezone.now() > datetime.fromtimestamp(0, UTC) + timedelta(seconds=int(until)):
        raise Forbidden("This link was good for ten minutes. Ask for another one.")


def _signature(public_id: str, until: str) -> str:
    return _signer.signature(f"{public_id} {until}")


def _is_hidden(file: Attachment) -> bool:
    """Whether its message was deleted, or rejected."""
    if file.seq is not None:
        rows = Message.objects.filter(room_id=file.room_id, seq=file.seq, deleted=None)
        return not rows.exists()
    if file.held is not None:
        held = HeldMessage.objects.filter(pk=file.held)
        return not held.exclude(state=HeldMessage.State.REJECTED).exists()
    return False
