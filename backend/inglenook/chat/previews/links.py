"""Which links of a message may have a preview, and what an edit makes of those that it has.

    message stored, edited ─> ask_for_previews, in the same transaction ─> `links_posted`
    ─> a job (jobs/previews.py)

Only what everybody in the room sees is asked for: what is held or shadowed has no number, and asks
when it is approved. Links that the policy refuses are in no message.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.conf import settings
from django.dispatch import Signal

from inglenook.chat.attachments import removal
from inglenook.chat.models import Attachment, Message, Room
from inglenook.sites.models import Site

# A message has so many at most, the first ones.
MOST: Final = 3

# Sent with `site_id`, `room_id` and `seq` in the transaction that stores a message with links, or
# other ones. Who listens must not fetch anything there.
links_posted = Signal()


def urls_in(entities: Iterable[Mapping[str, Any]]) -> list[str]:
    """In the order of the text, each once. Our own pages have none: we would ask ourselves."""
    found: dict[str, None] = {}
    for entity in entities:
        url = entity.get("url") or ""
        is_web = entity["kind"] == "link" and url.startswith(("http://", "https://"))
        if is_web and not url.startswith(f"{settings.BASE_URL}/") and url != settings.BASE_URL:
            found[url] = None
    return list(found)[:MOST]


def has_previews(site_id: int) -> bool:
    """Whether the owner wants them, as long as the site is on."""
    wanted = Site.objects.filter(pk=site_id, previews=True, disabled_at=None, deleted_at=None)
    return wanted.exists()


def ask_for_previews(room: Room, seq: int, entities: Iterable[Mapping[str, Any]]) -> None:
    """For a site that has previews, inside of the message's transaction."""
    if urls_in(entities):
        links_posted.send(sender=Message, site_id=room.site_id, room_id=room.pk, seq=seq)


def follow_links(room: Room, message: Message) -> None:
    """After an edit: previews of links that are gone go with their pictures, new links are asked
    for. The row is the caller's to store, in the same transaction.
    """
    urls = urls_in(message.entities)
    kept = {each["url"]: each for each in message.previews if each["url"] in urls}
    gone = [each for each in message.previews if each["url"] not in urls]
    message.previews = [kept[url] for url in urls if url in kept]
    pictures = [each["image"] for each in gone if each["image"]]
    if pictures:
        removal.remove(Attachment.objects.filter(room_id=room.pk, public_id__in=pictures))
    if len(kept) < len(urls) and has_previews(room.site_id):
        ask_for_previews(room, message.seq, message.entities)
