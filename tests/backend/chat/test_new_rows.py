"""What stores new messages without their model knows all of the model."""

from __future__ import annotations

import json
from typing import Any

import pytest

from inglenook.chat import new_rows
from inglenook.chat.events import Event, MessagePosted
from inglenook.chat.models import Message, Room
from inglenook.chat.selectors import message_frame
from inglenook.chat.services import post_message
from inglenook.protocol import frames
from inglenook.visitors.participants import Participant


def test_every_column_of_a_message_is_given() -> None:
    columns = {field.column for field in Message._meta.concrete_fields} - {"id"}
    assert {name.strip() for name in new_rows.COLUMNS.split(",")} == columns


@pytest.mark.django_db
def test_a_row_is_what_its_frame_told(
    room: Room, amber: Participant, published: list[Event], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        post_message(room=room, author=amber, cid="cid-of-it", body="*bold* and % and 'quoted'")
    row = Message.objects.get(room=room)
    (event,) = published
    assert isinstance(event, MessagePosted)
    stored = frames.encode(message_frame(row, room.slug))
    assert json.loads(event.frame) == json.loads(stored)  # PostgreSQL has its own order of keys
    assert (row.change, row.reactions, row.attachments) == (Message.Change.NEW, {}, [])
