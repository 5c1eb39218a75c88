"""What a page's forms do: a message, another name.

Each is one piece of work for the database's writer.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from msgspec import Struct

from inglenook.chat.attachments.uploading import Place, place_for_files
from inglenook.chat.message_text import clean_body
from inglenook.chat.models import Room
from inglenook.chat.posting.draft import Draft
from inglenook.chat.posting.pipeline import post_message
from inglenook.chat.selectors import timestamp
from inglenook.limits.policy import spend_newcomer, spend_rename
from inglenook.moderation.addresses import arrive
from inglenook.moderation.names import rename_visitor
from inglenook.pages.agreeing import check_agreed, note_agreed
from inglenook.pages.visits import PRIVATE, ban_of, find_room, known_visitor, site_of_page
from inglenook.protocol.errors import RoomArchived, RoomLocked
from inglenook.sites.selectors import CachedSite
from inglenook.visitors.models import Visitor
from inglenook.visitors.participants import Participant, participant_from_visitor


class Writer(Struct, frozen=True):
    """Who wrote, and the token by which they are known from now on."""

    site: CachedSite
    visitor: Visitor
    token: str


class Person(Struct, frozen=True):
    """Who sends a form: the cookie they have, and the address they come from where it is known."""

    token: str | None
    address: str | None


def place_of_form(
    site_key: str, slug: str, person: Person, *, agreed: str = ""
) -> tuple[Writer, Place]:
    """Where the file of a form goes; a person without a token becomes a visitor by it.

    Raises as `place_for_files`, Banned, and Invalid where the site asks for consent.
    """
    writer, author, slug = _entered(site_key, slug, person, agreed)
    return writer, place_for_files(author=author, slug=slug)


def write_message(
    site_key: str,
    slug: str,
    person: Person,
    *,
    cid: str,
    body: str,
    agreed: str = "",
    files: Sequence[str] = (),
) -> Writer:
    """Stores a message; a person without a token becomes a visitor by it.

    `agreed` is the version of the site's text whose box was ticked. Raises as `post_message`, and
    Banned; Invalid where the site asks for consent.
    """
    # What will be refused anyway must not make a visitor first.
    clean_body(body, may_be_empty=bool(files))
    writer, author, slug = _entered(site_key, slug, person, agreed)
    post_message(Draft(slug=slug, author=author, cid=cid, body=body, attachments=files))
    return writer


def take_name(site_key: str, person: Person, name: str) -> Writer:
    """Gives the person another name; somebody new becomes a visitor by it.

    Raises as `rename_visitor`, and Banned.
    """
    site = site_of_page(site_key)
    known = known_visitor(site, person.token)
    if known is not None:
        spend_rename(participant_from_visitor(known, person.address))
    with transaction.atomic():  # a name that is refused makes nobody
        writer = become(site, person)
        rename_visitor(visitor=writer.visitor, name=name)
    return writer


def become(site: CachedSite, person: Person) -> Writer:
    # Each form without a token that works is a new person with new limits, so new people are
    # limited by address.
    if person.address and known_visitor(site, person.token) is None:
        spend_newcomer(person.address)
    visitor, token = arrive(site=site, token=person.token, address=person.address)
    banned = ban_of(site, visitor) if person.token else None
    if banned:
        raise banned
    return Writer(site, visitor, token)


def _entered(
    site_key: str, slug: str, person: Person, agreed: str
) -> tuple[Writer, Participant, str]:
    """Who writes, as a visitor, and the slug of the room where they do."""
    site = site_of_page(site_key)
    if slug != PRIVATE:
        _refuse_closed(find_room(site, slug, None))
    if site.consent:
        check_agreed(site, known_visitor(site, person.token), agreed)
    writer = become(site, person)
    note_agreed(site, writer.visitor)
    room = find_room(site, slug, writer.visitor)
    author = participant_from_visitor(writer.visitor, person.address)
    return writer, author, room.slug


def _refuse_closed(room: Room) -> None:
    if room.archived:
        raise RoomArchived
    if room.locked and not (room.locked_until and room.locked_until <= timezone.now()):
        raise RoomLocked(until=timestamp(room.locked_until) if room.locked_until else None)
