"""What happened, one small type each: `publish` announces these, each hub matches on them. No I/O.

`MessagePosted`, `MessageChanged` and `RoomChanged` took a number of their room and carry the ready
frame, so that no process reads the change from the database. `HeadMoved` says that the frames are
to be read there. The others have no number and are best effort.

Processes of two versions share a layer during an upgrade. So a new field has a default, a field
never changes its meaning, and an event that this process does not know is left out when it decodes
a message.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec import Struct


class _SiteEvent(Struct, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    site_id: int


class _RoomEvent(_SiteEvent, frozen=True, kw_only=True):
    slug: str


class _NumberedEvent(_RoomEvent, frozen=True, kw_only=True):
    """`rev` is the number that the change took in `epoch`.

    `frame` is the JSON that sockets are sent.
    """

    epoch: str
    rev: int
    frame: bytes


class MessagePosted(_NumberedEvent, frozen=True, kw_only=True):
    """A new message, by this author."""

    author_id: str


class MessageChanged(_NumberedEvent, frozen=True, kw_only=True):
    """A message was edited, deleted or reacted to."""

    author_id: str = ""


class RoomChanged(_NumberedEvent, frozen=True, kw_only=True):
    """The name, topic, pins or another property of the room changed."""


class HeadMoved(_RoomEvent, frozen=True, kw_only=True):
    """The room is at `head` of `epoch` now, and no frame says how it came there."""

    epoch: str
    head: int


class AccessChanged(_SiteEvent, frozen=True, kw_only=True):
    """Keys, origins, bans, roles or tokens changed: hubs judge the site's connections again."""


class VisitorChanged(_SiteEvent, frozen=True, kw_only=True):
    """A visitor is trusted more or less than before: what they may do is read again."""

    visitor_id: str
    role: str


class VisitorRenamed(_SiteEvent, frozen=True, kw_only=True):
    """The visitor has this name from now on. Stored messages keep the old one."""

    visitor_id: str
    name: str


class TypingStarted(_RoomEvent, frozen=True, kw_only=True):
    """Somebody types. It ends by itself; no event says so."""

    participant_id: str
    name: str


class ReadMarkMoved(_RoomEvent, frozen=True, kw_only=True):
    """The reader has read up to `rev`.

    `connection_id` names the connection that said so and needs no answer.
    """

    reader_id: str
    rev: int
    connection_id: str = ""


class HeldChanged(_RoomEvent, frozen=True, kw_only=True):
    """What waits for the author alone is another; their own connections read it again.

    Of a rejected message `cid` and `refused`, the words to its author, are set.
    """

    author_id: str
    cid: str = ""
    refused: str = ""


class PresenceChanged(_RoomEvent, frozen=True, kw_only=True):
    """`process` serves these people, (id, name), in the room.

    `asks`: the others shall say whom they serve.
    """

    process: str
    people: list[tuple[str, str]] = []
    asks: bool = False


Change = MessagePosted | MessageChanged | RoomChanged
RoomEvent = Change | HeadMoved | TypingStarted | ReadMarkMoved | PresenceChanged | HeldChanged
SiteEvent = AccessChanged | VisitorRenamed | VisitorChanged
Event = RoomEvent | SiteEvent

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(list[Event])
_raw_decoder = msgspec.msgpack.Decoder(list[msgspec.Raw])
_event_decoder: msgspec.msgpack.Decoder[Event] = msgspec.msgpack.Decoder(Event)


def encode(events: Sequence[Event]) -> bytes:
    """The events as MessagePack, in order."""
    return _encoder.encode(events)


def decode(data: bytes) -> list[Event]:
    """The events that this version knows, in order; none where the bytes are no list of events."""
    try:
        return _decoder.decode(data)
    except msgspec.MsgspecError:
        return _decode_what_is_known(data)


def _decode_what_is_known(data: bytes) -> list[Event]:
    try:
        raws = _raw_decoder.decode(data)
    except msgspec.MsgspecError:
        return []
    known: list[Event] = []
    for raw in raws:
        try:
            known.append(_event_decoder.decode(raw))
        except msgspec.MsgspecError:
            continue
    return known
