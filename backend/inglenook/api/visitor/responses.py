"""What visitors' calls answer where it is no frame of the wire."""

from __future__ import annotations

from typing import Any

from msgspec import Struct


class VisitorResponse(Struct, frozen=True):
    id: str
    name: str
    role: str


class SiteResponse(Struct, frozen=True):
    name: str
    theme: dict[str, Any]
    texts: dict[str, Any]
    consent: dict[str, Any] | None
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


class SessionResponse(Struct, frozen=True):
    token: str
    expires_in: int
    visitor: VisitorResponse
    site: SiteResponse
    rooms: list[RoomResponse]
    ws_url: str
    limits: dict[str, int]
