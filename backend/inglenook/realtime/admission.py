"""Who a socket is: read once at its `hello` (visitors) or its handshake (the team)."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from inglenook.moderation.selectors import active_ban
from inglenook.protocol.errors import Banned, Forbidden, InvalidToken
from inglenook.realtime.standing import Door
from inglenook.sites.selectors import SiteCard, member_of, site_for_key
from inglenook.visitors.participants import (
    Participant,
    participant_from_member,
    participant_from_visitor,
)
from inglenook.visitors.services import visitor_for_token


class Admission(Struct, frozen=True):
    participant: Participant
    door: Door
    standing: int


def admit_visitor(*, site: SiteCard, origin: str | None, token: str | None) -> Admission:
    """Raises InvalidToken, TokenExpired, Banned."""
    if not token:
        raise InvalidToken()
    visitor = visitor_for_token(site_id=site.id, token=token)
    if active_ban(site.id, visitor.public_id) is not None:
        raise Banned()
    door = Door(site_id=site.id, key=site.key, origin=origin, version=visitor.token_version)
    return Admission(participant_from_visitor(visitor), door, site.standing)


def admit_member(*, key: str, account: Any) -> Admission:
    """Raises Forbidden: without a login, for a key that is not there and for somebody else's site alike."""
    if not getattr(account, "is_authenticated", False):
        raise Forbidden()
    site = site_for_key(key)
    member = member_of(site.id, account) if site else None
    if site is None or member is None:
        raise Forbidden()
    return Admission(participant_from_member(member), Door(site_id=site.id, key=key), site.standing)
