"""One module announces, and never before COMMIT."""

from __future__ import annotations

import ast
import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from django.db import transaction

import inglenook
from inglenook.chat import publish
from inglenook.chat.events import Event, HeadMoved
from inglenook.chat.models import Room
from inglenook.ops.logs import LineFormatter
from inglenook.visitors.participants import Participant

PACKAGE = Path(inglenook.__file__).parent
AMBER = Participant(id="v_amber", site_id=1, name="Amber", role="visitor")
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
    sending = {module for module, name in calls() if name in {"group_send", "group_send_all"}}
    assert sending == {"chat/layer.py", "realtime/relay/relay.py"}
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


async def test_a_layer_that_is_away_costs_a_process_without_a_hub_a_line_in_the_log(
    monkeypatch: pytest.MonkeyPatch, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """The line keeps its own words: no field of the log is named as the formatter's."""

    async def away(_event: Event) -> None:
        raise ConnectionError("away")

    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setattr(publish, "_subscribers", [])
    monkeypatch.setattr(publish.layer, "send_alone", away)
    await asyncio.to_thread(publish.typing_started, AMBER, "lobby")
    (record,) = caplog.records
    line = json.loads(LineFormatter().format(record))
    assert line["event"] == "the layer did not take an event"
    assert line["kind"] == "TypingStarted"


async def test_what_ends_after_its_hub_announces_to_nobody_and_complains_of_nothing(
    monkeypatch: pytest.MonkeyPatch, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """A socket that outlives the drain leaves its rooms in the loop, where nothing may wait."""
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setattr(publish, "_subscribers", [])
    publish.presence_changed(site_id=1, slug="lobby", process="p1", people={})
    assert caplog.records == []
