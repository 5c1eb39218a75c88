"""`inglenook room …`"""

from __future__ import annotations

from typing import Any

from django.db import transaction

from inglenook.chat import selectors
from inglenook.chat.models import Room
from inglenook.chat.room_services import (
    apply_preset,
    change_room,
    create_room,
    store_new_room,
)
from inglenook.cli.output import Answer, Refusal, table
from inglenook.cli.sites import site_by_key
from inglenook.jobs.retention import count_below
from inglenook.jobs.room_export import export_now
from inglenook.sites.actors import SYSTEM
from inglenook.sites.models import Site
from inglenook.visitors.models import Visitor
from inglenook.visitors.participants import participant_from_visitor


def create(
    *,
    site_key: str,
    slug: str | None,
    name: str,
    topic: str,
    kind: str,
    visitor_id: str | None,
) -> Answer:
    site = site_by_key(site_key)
    if visitor_id:
        room = _make_visitors_room(site, visitor_id, slug=slug, name=name, kind=kind)
    elif not slug:
        raise Refusal("a room needs a --slug, its name in addresses, such as help-desk.")
    else:
        room = _make_room(site, slug=slug, name=name, topic=topic, kind=kind)
    return Answer(describe(room), [f"Made the room {room.name}: {room.slug} ({room.kind})"])


def list_rooms(*, site_key: str) -> Answer:
    site = site_by_key(site_key)
    rooms = [describe(room) for room in Room.objects.filter(site=site, gone=False).order_by("pk")]
    rows = [
        [
            room["slug"],
            room["kind"],
            "archived" if room["archived"] else "open",
            room["changes"],
            room["name"],
        ]
        for room in rooms
    ]
    lines = (
        table(["slug", "kind", "state", "changes", "name"], rows)
        if rows
        else ["There is no room yet."]
    )
    return Answer({"rooms": rooms}, lines)


def archive(*, site_key: str, slug: str, undo: bool) -> Answer:
    room = change_room(room=_room(site_key, slug), archived=not undo)
    return Answer(describe(room), [f"{room.slug} is {'archived' if room.archived else 'open'}."])


def preset(*, site_key: str, slug: str, name: str) -> Answer:
    room = apply_preset(room=_room(site_key, slug), name=name)
    return Answer(describe(room), [f"{room.slug} is set to “{name}”."])


def retention(
    *, site_key: str, slug: str, days: int | None, as_site: bool, preview: bool
) -> Answer:
    if (days is None) is not as_site:
        raise Refusal("say either --days, such as 30, or --as-site.")
    room = _room(site_key, slug)
    kept = room.site.retention_days if as_site else days
    going = count_below(site=room.site, room=room, days=kept) if kept else 0
    if not preview:
        room = change_room(room=room, retention_days=None if as_site else kept)
    found = {"slug": room.slug, "retention_days": room.retention_days, "messages": going}
    when = f"{going} messages are older than {kept} days" if kept else "Nothing is ever too old"
    then = "would go." if preview else "go within the hour."
    return Answer(found, [f"{room.slug}: {when}{f' and {then}' if kept else '.'}"])


def export(*, site_key: str, slug: str) -> Answer:
    room = _room(site_key, slug)
    path = export_now(room, by=SYSTEM)
    return Answer(
        {"slug": room.slug, "file": str(path)},
        [f"{path}", "It goes in a day, and when somebody of the site is erased."],
    )


def describe(room: Room) -> dict[str, Any]:
    return {
        "slug": room.slug,
        "name": room.name,
        "kind": room.kind,
        "topic": room.topic,
        "archived": room.archived,
        "changes": room.head,
    }


def _room(site_key: str, slug: str) -> Room:
    site = site_by_key(site_key)
    room = Room.objects.filter(site=site, slug=slug, gone=False).first()
    if room is None:
        raise Refusal(
            f"there is no room {slug} on this site. `inglenook room list` shows them all."
        )
    return room


def _make_room(site: Site, *, slug: str, name: str, topic: str, kind: str) -> Room:
    with transaction.atomic():
        room = create_room(site_id=site.pk, slug=slug, name=name, topic=topic)
        if kind == Room.Kind.PRIVATE:
            # Without a visitor it is the team's own room. Nobody sees it before COMMIT, as what it
            # will be.
            room.kind = Room.Kind.PRIVATE
            room.save(update_fields=["kind"])
    return room


def _make_visitors_room(
    site: Site, visitor_id: str, *, slug: str | None, name: str, kind: str
) -> Room:
    """A visitor's line to the team, before their first message makes it."""
    if kind != Room.Kind.PRIVATE:
        raise Refusal("only a private room belongs to a visitor: add --kind private.")
    visitor = Visitor.objects.filter(site=site, public_id=visitor_id, erased_at=None).first()
    if visitor is None:
        raise Refusal(f"there is no visitor {visitor_id} on this site.")
    room = selectors.private_room(participant_from_visitor(visitor))
    if slug and slug != room.slug:
        raise Refusal("a visitor's private room has its own slug: leave --slug out.")
    if room.pk is not None:
        raise Refusal(f"{visitor_id} has a private room already: {room.slug}")
    room.name = " ".join(name.split())[:80] or visitor.name
    return store_new_room(room, by=SYSTEM)
