"""Every frame of the wire, once: parsed, encoded and documented by these (docs/protocol.md).

`parse_client_frame` turns one text message of a client into its Struct, or raises `FrameRefused`.
`encode` makes the bytes of a server's frame. The TypeScript side is held to the same samples by
`tests/contract/frames.json`.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from . import ids, strict_json, structs
from .errors import BadFrame, ChatError, Invalid, UnknownType
from .frame_parts import (
    Attachment,
    Author,
    DeletedBy,
    HeldMessage,
    May,
    Preview,
    Reacted,
    Receipts,
)
from .limits import MAX_INTEGER, Limits

Number = Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
Seq = Annotated[int, Meta(ge=1, le=MAX_INTEGER)]
Limit = Annotated[int, Meta(ge=1, le=MAX_INTEGER)]
Cid = Annotated[str, Meta(pattern=ids.whole(ids.CID))]
Word = Annotated[str, Meta(max_length=200)]
AttachmentId = Annotated[str, Meta(max_length=64)]


class ClientFrame(Struct, frozen=True, tag_field="type"):
    """What a client may send."""


class JoinRoom(Struct, frozen=True):
    room: Word
    epoch: Word | None = None
    since: Number | None = None


class Hello(ClientFrame, frozen=True, tag="hello"):
    v: int
    token: str | None = None
    rooms: list[JoinRoom] = []


class Join(ClientFrame, frozen=True, tag="join"):
    room: Word
    epoch: Word | None = None
    since: Number | None = None


class Leave(ClientFrame, frozen=True, tag="leave"):
    room: Word


class Send(ClientFrame, frozen=True, tag="send"):
    cid: Cid
    room: Word
    body: str
    reply_to: Seq | None = None
    attachments: list[AttachmentId] = []


class Edit(ClientFrame, frozen=True, tag="edit"):
    cid: Cid
    room: Word
    seq: Seq
    body: str


class Delete(ClientFrame, frozen=True, tag="delete"):
    cid: Cid
    room: Word
    seq: Seq


class React(ClientFrame, frozen=True, tag="react"):
    cid: Cid
    room: Word
    seq: Seq
    emoji: str
    on: bool


class Pin(ClientFrame, frozen=True, tag="pin"):
    cid: Cid
    room: Word
    seq: Seq
    on: bool


class SyncRequest(ClientFrame, frozen=True, tag="sync"):
    room: Word
    epoch: Word | None = None
    since: Number | None = None
    limit: Limit = 100


class HistoryRequest(ClientFrame, frozen=True, tag="history"):
    room: Word
    before: Number | None = None
    limit: Limit = 50


class TypingSignal(ClientFrame, frozen=True, tag="typing"):
    room: Word


class SeenSignal(ClientFrame, frozen=True, tag="seen"):
    room: Word
    rev: Number


class Pong(ClientFrame, frozen=True, tag="pong"):
    n: Number


CLIENT_FRAMES: Final[dict[str, type[ClientFrame]]] = {
    str(frame.__struct_config__.tag): frame for frame in ClientFrame.__subclasses__()
}


class ServerFrame(Struct, frozen=True, tag_field="type"):
    """What the server may send."""


class Message(ServerFrame, frozen=True, tag="message", kw_only=True):
    """The whole present state of one message.

    `mine` only to one receiver, `reacted` only in a reaction's live frame.
    """

    room: str
    rev: int
    seq: int
    cid: str | None
    at: str
    edited_at: str | None
    author: Author
    body: str
    entities: list[Any]
    reply_to: int | None
    deleted: DeletedBy | None
    reactions: dict[str, int]
    attachments: list[Attachment]
    previews: list[Preview] = []
    reacted: Reacted | UnsetType = UNSET
    mine: list[str] | UnsetType = UNSET


class Room(ServerFrame, frozen=True, tag="room", kw_only=True):
    """The whole present state of one room."""

    room: str
    rev: int
    name: str
    kind: str
    topic: str
    announcement: str
    slow_s: int
    locked: bool
    archived: bool
    pinned: list[int]
    first_seq: int
    gone: bool
    rules: str
    locked_until: str | None
    read_only_for: str


class Welcome(ServerFrame, frozen=True, tag="welcome"):
    conn: str
    now: str
    ping_s: int
    visitor: dict[str, Any]
    limits: dict[str, int]


class Sync(ServerFrame, frozen=True, tag="sync", kw_only=True):
    """`messages` and `state` are ready-made JSON, encoded once for every receiver they are the same
    for.
    """

    room: str
    epoch: str
    head: int
    since: int
    upto: int
    mode: Literal["resume", "snapshot"]
    state: msgspec.Raw
    messages: list[msgspec.Raw]
    more: bool
    older: bool
    held: list[HeldMessage]
    seen: int
    may: May
    receipts: Receipts | None = None


class Ack(ServerFrame, frozen=True, tag="ack", kw_only=True):
    cid: str | None
    room: str
    seq: int | None
    rev: int | None
    at: str
    dup: bool = False
    held: bool = False
    as_sent: bool = False


class Nack(ServerFrame, frozen=True, tag="nack", kw_only=True):
    cid: str
    room: str | None
    code: str
    message: str
    final: bool
    field: str | UnsetType = UNSET
    retry_ms: int | UnsetType = UNSET
    until: str | UnsetType | None = UNSET


class Refused(ServerFrame, frozen=True, tag="refused"):
    room: str
    cid: str
    message: str


class History(ServerFrame, frozen=True, tag="history"):
    room: str
    before: int | None
    messages: list[msgspec.Raw]
    more: bool


class Typing(ServerFrame, frozen=True, tag="typing"):
    room: str
    who: list[dict[str, str]]


class Presence(ServerFrame, frozen=True, tag="presence"):
    room: str
    online: int
    joined: list[dict[str, str]] | UnsetType = UNSET
    left: list[dict[str, str]] | UnsetType = UNSET


class Seen(ServerFrame, frozen=True, tag="seen"):
    room: str
    rev: int


class Receipt(ServerFrame, frozen=True, tag="receipt"):
    """The other side of a private room has read up to `rev`."""

    room: str
    rev: int
    by: Literal["team", "visitor"]


class SiteChanged(ServerFrame, frozen=True, tag="site", kw_only=True):
    """What an owner changed about the site. `away` is null while the team is here."""

    name: str
    theme: dict[str, Any]
    texts: dict[str, Any]
    consent: dict[str, Any] | None
    away: str | None


class Ping(ServerFrame, frozen=True, tag="ping"):
    n: int
    heads: dict[str, tuple[str, int]]


class Error(ServerFrame, frozen=True, tag="error", kw_only=True):
    code: str
    message: str
    re: str | UnsetType = UNSET
    room: str | UnsetType = UNSET
    cid: str | UnsetType = UNSET
    field: str | UnsetType = UNSET
    retry_ms: int | UnsetType = UNSET


class Bye(ServerFrame, frozen=True, tag="bye"):
    code: int
    reason: str
    retry_ms: tuple[int, int] | None = None


SERVER_FRAMES: Final[dict[str, type[ServerFrame]]] = {
    str(frame.__struct_config__.tag): frame for frame in ServerFrame.__subclasses__()
}

_encoder = msgspec.json.Encoder()


def encode(frame: Any) -> bytes:
    """The UTF-8 JSON of a frame or a part of one."""
    return _encoder.encode(frame)


class FrameRefused(Exception):
    """Carries the ChatError of a message that is no frame, with what of it could be read, for the
    answer.
    """

    def __init__(
        self,
        error: ChatError,
        *,
        re: str | None = None,
        cid: str | None = None,
        room: str | None = None,
    ) -> None:
        super().__init__(error.message)
        self.error = error
        self.re = re
        self.cid = cid
        self.room = room


def parse_client_frame(text: str | bytes, limits: Limits) -> ClientFrame:
    """The frame in `text`. Raises FrameRefused with its code (docs/protocol.md, "Codes")."""
    try:
        value = strict_json.parse(text, limits)
    except ChatError as error:
        raise FrameRefused(error) from None
    if not isinstance(value, dict):
        raise FrameRefused(BadFrame())
    kind = value.get("type")
    if not isinstance(kind, str):
        raise FrameRefused(BadFrame("A frame needs a `type`, which is a string."))
    frame_type = CLIENT_FRAMES.get(kind)
    if frame_type is None:
        shown = kind[:40] if kind.isascii() and kind.isprintable() else "that"
        raise FrameRefused(
            UnknownType(f"There is no frame of type `{shown}`."), re=readable(kind, 40)
        )
    try:
        return structs.converted(value, frame_type)
    except Invalid as error:
        raise FrameRefused(
            error,
            re=kind,
            cid=readable(value.get("cid"), 64),
            room=readable(value.get("room"), 200),
        ) from None


def readable(value: object, most: int) -> str | None:
    """`value` where it is a short string that can be sent back, else None."""
    if not isinstance(value, str) or not 0 < len(value) <= most:
        return None
    return None if any("\ud800" <= character <= "\udfff" for character in value) else value
