"""Who looks at which room.

A reader is nobody in particular until they write: reading stores nothing and sets no cookie of
ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from msgspec import Struct

from inglenook.chat import selectors
from inglenook.chat.attachments.access import address_in_room
from inglenook.chat.models import Room
from inglenook.chat.own_part import own_parts
from inglenook.chat.posting.facts import room_facts
from inglenook.moderation.policy import AuthorFacts, may_of
from inglenook.moderation.selectors import active_ban
from inglenook.protocol.errors import Banned, InvalidToken, NotFound, TokenExpired
from inglenook.sites.selectors import CachedSite, site_for_key
from inglenook.visitors.models import Visitor
from inglenook.visitors.participants import Participant, participant_from_visitor
from inglenook.visitors.services import visitor_for_token
from inglenook.visitors.tokens import token_seconds

COOKIE: Final = "inglenook_visitor"
# The address of the visitor's own line to the team: its real slug is theirs alone and stays out of
# addresses.
PRIVATE: Final = "private"


class Visit(Struct, kw_only=True):
    """One reader in one room. `banned` is why they may not write, where that is so."""

    site: CachedSite
    room: Room
    visitor: Visitor | None
    banned: Banned | None
    files_taken: Sequence[str] = ()

    @property
    def participant(self) -> Participant | None:
        return participant_from_visitor(self.visitor) if self.visitor else None


def site_of_page(site_key: str) -> CachedSite:
    """Raises NotFound for an unknown key and for a site that is switched off alike."""
    site = site_for_key(site_key)
    if site is None or not site.is_enabled:
        raise NotFound
    return site


def open_visit(site_key: str, slug: str, token: str | None) -> Visit:
    """Raises NotFound, also for a private room of somebody else."""
    site = site_of_page(site_key)
    visitor = known_visitor(site, token)
    banned = ban_of(site, visitor) if visitor else None
    room = find_room(site, slug, visitor, banned)
    taken = files_taken(room, visitor) if not banned else []
    return Visit(site=site, room=room, visitor=visitor, banned=banned, files_taken=taken)


def files_taken(room: Room, visitor: Visitor | None) -> list[str]:
    """The media types that the room takes of a reader; of somebody new, what it takes of all.

    It asks the database in rooms that take files at all.
    """
    if room.pk is None or room.files == Room.Files.NONE:
        return []
    if visitor is None:
        return may_of(room_facts(room, None, timezone.now()), AuthorFacts()).files
    who = participant_from_visitor(visitor)
    return own_parts(room, [who])[who.id].may.files


def file_address(site_key: str, slug: str, token: str | None, public_id: str, width: str) -> str:
    """The address of a file of the room, which its reader may have. Raises NotFound."""
    visit = open_visit(site_key, slug, token)
    return address_in_room(visit.room, visit.participant, public_id, width)


def find_room(
    site: CachedSite, slug: str, visitor: Visitor | None, banned: Banned | None = None
) -> Room:
    # Who is banned reads what anybody reads, and no more.
    participant = participant_from_visitor(visitor) if visitor and not banned else None
    if slug != PRIVATE:
        return selectors.room_by_slug(site.id, slug, participant)
    if banned:
        raise NotFound
    return selectors.private_room(participant) if participant else _room_to_come(site)


def ban_of(site: CachedSite, visitor: Visitor) -> Banned | None:
    ban = active_ban(site.id, visitor.public_id)
    if ban is None:
        return None
    return Banned(until=selectors.timestamp(ban.until) if ban.until else None)


def remember(response: HttpResponse, site: CachedSite, token: str) -> None:
    """Keeps the visitor's token where only this site's pages and no script can read it."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=token_seconds(),
        path=f"/s/{site.key}/",
        secure=settings.IS_HTTPS,
        httponly=True,
        samesite="Lax",
    )


def forget(response: HttpResponse, site_key: str) -> None:
    """The browser of a visitor who was erased knows nobody here any more."""
    response.delete_cookie(COOKIE, path=f"/s/{site_key}/", samesite="Lax")


def token_of(request: HttpRequest) -> str | None:
    return request.COOKIES.get(COOKIE)


def known_visitor(site: CachedSite, token: str | None) -> Visitor | None:
    """The visitor of a token that works now."""
    if not token:
        return None
    try:
        return visitor_for_token(site_id=site.id, token=token)
    except (InvalidToken, TokenExpired):
        return None  # writing makes a new session, of the same visitor where the token only expired


def _room_to_come(site: CachedSite) -> Room:
    # Its epoch is nobody's, so that the page is drawn anew once there is a room.
    return Room(
        site_id=site.id, slug=PRIVATE, name=site.name, kind=Room.Kind.PRIVATE, epoch="nobody"
    )
