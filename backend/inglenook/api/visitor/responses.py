"""What visitors' calls answer where it is no frame of the wire."""

from __future__ import annotations

from typing import Any

from msgspec import Struct


class VisitorTold(Struct, frozen=True):
    id: str
    name: str
    role: str


class SiteTold(Struct, frozen=True):
    name: str
    theme: dict[str, Any]
    texts: dict[str, Any]
    consent: dict[str, Any] | None
    default_room: str | None


class RoomTold(Struct, frozen=True):
    slug: str
    name: str
    kind: str
    topic: str
    head: int
    unread: int


class RoomsTold(Struct, frozen=True):
    rooms: list[RoomTold]


class SessionTold(Struct, frozen=True):
    token: str
    expires_in: int
    visitor: VisitorTold
    site: SiteTold
    rooms: list[RoomTold]
    ws_url: str
    limits: dict[str, int]
