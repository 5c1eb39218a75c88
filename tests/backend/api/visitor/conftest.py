from __future__ import annotations

import pytest
from django.utils import timezone

from inglenook.chat.models import Attachment, Room
from inglenook.chat.posting.draft import Draft
from inglenook.chat.posting.pipeline import post_message
from inglenook.visitors.models import Visitor
from inglenook.visitors.participants import participant_from_visitor


@pytest.fixture
def room_of_two(room_with_files: Room, visitor: Visitor, other_visitor: Visitor) -> Room:
    """Each has written in it: the visitor first, with a file."""
    room = room_with_files
    for cid, author in (("00000001", visitor), ("00000002", other_visitor)):
        post_message(
            Draft(slug=room.slug, author=participant_from_visitor(author), cid=cid, body="Hello")
        )
    now = timezone.now()
    Attachment.objects.create(
        site=room.site,
        room=room,
        author_id=visitor.public_id,
        name="wall.webp",
        stored_at=now,
        used_at=now,
        seq=1,
    )
    return room
