"""One module announces, and never before COMMIT."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from django.db import transaction

import inglenook
from inglenook.chat import publish
from inglenook.chat.events import Event, HeadMoved
from inglenook.chat.models import Room

PACKAGE = Path(inglenook.__file__).parent
EVENTS = {event.__name__ for event in get_args(Event)}


def calls() -> Iterator[tuple[str, str]]:
    """Every call in the product: the module, and the last name of what is called."""
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text())
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                yield path.relative_to(PACKAGE).as_posix(), name


def test_only_publish_makes_an_event() -> None:
    assert {(module, name) for module, name in calls() if name in EVENTS} == {
        ("chat/publish.py", name) for name in EVENTS
    }


def test_only_publish_and_the_relay_hand_events_to_the_layer() -> None:
    sending = {module for module, name in calls() if name == "group_send"}
    assert sending == {"chat/layer.py", "realtime/relay.py"}
    assert {module for module, name in calls() if name == "send_alone"} <= {"chat/publish.py"}


@pytest.mark.django_db(transaction=True)
def test_an_event_is_announced_after_commit_and_not_before(
    room: Room, published: list[Event]
) -> None:
    with transaction.atomic():
        publish.head_moved(room)
        assert published == []
    assert published == [
        HeadMoved(site_id=room.site_id, slug=room.slug, epoch=room.epoch, head=room.head)
    ]


@pytest.mark.django_db(transaction=True)
def test_a_change_that_was_rolled_back_is_not_announced(room: Room, published: list[Event]) -> None:
    with transaction.atomic():
        publish.room_changed(room)
        transaction.set_rollback(True)
    assert published == []
