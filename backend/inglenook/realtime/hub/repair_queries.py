"""What the hub reads from the database to repair its rooms."""

from __future__ import annotations

from django.db.models import Q

from inglenook.chat import selectors
from inglenook.chat.models import Message, Room
from inglenook.chat.sync import Page
from inglenook.protocol import frames
from inglenook.realtime.hub.encoded_frames import EncodedFrame


def frames_of(page: Page, after: int) -> list[tuple[int, EncodedFrame]] | None:
    """The page's changes as live frames, by `rev`.

    None where such frames would not say everything: a `rev` is missing, or is a reaction's.
    """
    found = {
        message.rev: EncodedFrame(
            frames.encode(selectors.message_frame(message, page.room.slug)), page.epoch, message.rev
        )
        for message in page.messages
        if message.rev > after and message.change != Message.Change.REACTION
    }
    if page.room.rev > after:
        room = frames.encode(selectors.room_frame(page.room))
        found[page.room.rev] = EncodedFrame(room, page.epoch, page.room.rev)
    if len(found) != page.upto - after:
        return None
    return sorted(found.items())


def heads_of(keys: list[tuple[int, str]]) -> list[tuple[int, str, int, int, str]]:
    """Site, slug, primary key, head and epoch of each room that is stored."""
    wanted = Q()
    by_site: dict[int, list[str]] = {}
    for site_id, slug in keys:
        by_site.setdefault(site_id, []).append(slug)
    for site_id, slugs in by_site.items():
        wanted |= Q(site_id=site_id, slug__in=slugs)
    return list(Room.objects.filter(wanted).values_list("site_id", "slug", "pk", "head", "epoch"))
