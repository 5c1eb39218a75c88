"""Processes of two versions share a layer: each takes from the other what it knows."""

from __future__ import annotations

from typing import get_args

import msgspec
import pytest

from inglenook.chat import events, layer
from inglenook.chat.events import (
    AccessChanged,
    Event,
    HeadMoved,
    HeldChanged,
    MessageChanged,
    MessagePosted,
    PresenceChanged,
    ReadMarkMoved,
    RoomChanged,
    TypingStarted,
    VisitorChanged,
    VisitorRenamed,
)

SAMPLES: list[Event] = [
    MessagePosted(site_id=1, slug="lobby", epoch="e", rev=7, frame=b"{}", author_id="v_amber"),
    MessageChanged(site_id=1, slug="lobby", epoch="e", rev=8, frame=b"{}"),
    RoomChanged(site_id=1, slug="lobby", epoch="e", rev=9, frame=b"{}"),
    HeadMoved(site_id=1, slug="lobby", epoch="e", head=9),
    AccessChanged(site_id=1),
    VisitorRenamed(site_id=1, visitor_id="v_amber", name="Ann"),
    VisitorChanged(site_id=1, visitor_id="v_amber", role="trusted"),
    TypingStarted(site_id=1, slug="lobby", participant_id="v_amber", name="Ann"),
    ReadMarkMoved(site_id=1, slug="lobby", reader_id="v_amber", rev=9, connection_id="c1"),
    HeldChanged(site_id=1, slug="lobby", author_id="v_amber", cid="cid-0001", refused="No."),
    PresenceChanged(site_id=1, slug="lobby", process="p1", people=[("v_amber", "Ann")], asks=True),
]


def test_every_event_has_a_sample() -> None:
    assert {type(event) for event in SAMPLES} == set(get_args(Event))


def test_every_event_arrives_as_it_was_sent() -> None:
    assert layer.events_of(layer.message_of(SAMPLES, "p1")) == ("p1", SAMPLES)


def test_an_event_of_a_newer_version_is_left_out_and_the_others_arrive() -> None:
    newer = [{"type": "PollClosed", "site_id": 1}, {"type": "MessagePosted", "site_id": 1}]
    data = msgspec.msgpack.encode([SAMPLES[0], *newer, SAMPLES[4]])
    assert events.decode(data) == [SAMPLES[0], SAMPLES[4]]


def test_a_field_of_a_newer_version_is_left_out() -> None:
    fields = msgspec.to_builtins(SAMPLES[4]) | {"why": "a ban"}
    assert events.decode(msgspec.msgpack.encode([fields])) == [SAMPLES[4]]


@pytest.mark.parametrize(
    "message",
    [
        {"type": "beat"},
        {"type": "bells", "data": msgspec.msgpack.encode([{"kind": "change", "site_id": 1}])},
        {"type": "events", "process": "p1", "data": "text"},
        {"type": "events", "process": 1, "data": events.encode(SAMPLES)},
        {"type": "events", "process": "p1", "data": b"\xc1"},
        {"type": "events", "process": "p1", "data": msgspec.msgpack.encode({"a": 1})},
    ],
    ids=["a beat", "an older version", "text", "a number", "no MessagePack", "no list"],
)
def test_a_message_without_events_that_it_knows_has_none(message: layer.Message) -> None:
    assert layer.events_of(message)[1] == []
