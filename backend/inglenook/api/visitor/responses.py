"""What visitors' calls answer where it is no frame of the wire."""

from __future__ import annotations

from typing import Any

from msgspec import Struct


class VisitorResponse(Struct, frozen=True):
    id: str
    name: str
    role: str


class MeResponse(Struct, frozen=True, kw_only=True):
    """`messages` counts those that stand. `consent` is the version that the visitor agreed to.
    `answers` are by the keys of `site.prechat.fields`, `attributes` by names of the page's own.
    """

    id: str
    name: str
    role: str
    messages: int
    consent: str | None
    email: str | None
    answers: dict[str, str]
    attributes: dict[str, str]


class ErasureResponse(Struct, frozen=True):
    """An erasure that goes on by itself: `queued`, `running` or `failed`, and how far it is."""

    state: str
    progress: float


class OwnCopyResponse(Struct, frozen=True, kw_only=True):
    """Everything that is stored of the visitor's own. `messages` are frames."""

    at: str
    site: str
    visitor: dict[str, Any]
    messages: list[dict[str, Any]]
    held: list[dict[str, Any]]
    reactions: list[dict[str, Any]]
    read_marks: list[dict[str, Any]]
    reported: list[dict[str, Any]]


class SiteResponse(Struct, frozen=True):
    name: str
    theme: dict[str, Any]
    texts: dict[str, Any]
    consent: dict[str, Any] | None
    prechat: dict[str, Any] | None
    track_page: bool
    away: str | None
    default_room: str | None


class RoomResponse(Struct, frozen=True):
    slug: str
    name: str
    kind: str
    topic: str
    head: int
    unread: int


class RoomsResponse(Struct, frozen=True):
    rooms: list[RoomResponse]


class WhoResponse(Struct, frozen=True):
    """People, each by `id` and `name`."""

    who: list[dict[str, str]]


class ActResponse(Struct, frozen=True):
    """One line of a menu. `icon` is a name of ours."""

    name: str
    label: str
    icon: str


class ActsResponse(Struct, frozen=True):
    """What the team may do with a message of `author`."""

    author: str
    acts: list[ActResponse]


class ActedResponse(Struct, frozen=True):
    """`undo` goes into `POST undo`; null where there is no way back. `undo_label` is its button."""

    said: str
    undo: str | None
    undo_label: str


class SessionResponse(Struct, frozen=True):
    token: str
    expires_in: int
    visitor: VisitorResponse
    site: SiteResponse
    rooms: list[RoomResponse]
    ws_url: str
    limits: dict[str, int]
