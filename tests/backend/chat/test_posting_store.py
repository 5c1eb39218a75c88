"""The statements that store new messages know all of the model."""

from __future__ import annotations

import json
from typing import Any

import pytest

from inglenook.chat.events import Event, MessagePosted
from inglenook.chat.models import Message, Room
from inglenook.chat.posting import statements
from inglenook.chat.selectors import message_frame
from inglenook.protocol import frames
from inglenook.visitors.participants import Participant
from tests.backend.chat.conftest import say


def test_every_column_of_a_message_is_given() -> None:
    columns = {field.column for field in Message._meta.concrete_fields} - {"id"}
    assert sorted(statements.COLUMNS) == sorted(columns)


@pytest.mark.django_db
def test_a_row_is_what_its_frame_said(
    room: Room, amber: Participant, published: list[Event], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        say(room, amber, "*bold* and % and 'quoted'")
    row = Message.objects.get(room=room)
    (event,) = published
    assert isinstance(event, MessagePosted)
    stored = frames.encode(message_frame(row, room.slug))
    assert json.loads(event.frame) == json.loads(stored)  # PostgreSQL has its own order of keys
    assert (row.change, row.reactions, row.attachments) == (Message.Change.NEW, {}, [])
