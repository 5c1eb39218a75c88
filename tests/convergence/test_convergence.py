"""state + live frames == state after `sync` == fresh state, for every kind of
change and any order of them.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from inglenook.chat import held, publish, services
from inglenook.chat.events import (
    AccessChanged,
    Change,
    Event,
    HeadMoved,
    HeldChanged,
    VisitorChanged,
)
from inglenook.chat.models import HeldMessage, Room
from inglenook.chat.sync import Cursor, sync_of
from inglenook.limits import policy
from inglenook.limits.rate_limit import RateLimit
from inglenook.limits.token_bucket import Allowance
from inglenook.protocol import frames
from inglenook.protocol.errors import ChatError, NotFound
from inglenook.sites.actors import SYSTEM
from inglenook.sites.models import Site
from inglenook.visitors.models import Visitor
from inglenook.visitors.participants import (
    Participant,
    participant_from_member,
    participant_from_visitor,
)
from tests.convergence.kinds import KINDS, hold, new, remove
from tests.testkit.reducer import Client

SEEDS = range(12)
STEPS = 60


@pytest.fixture
def people(visitor: Visitor, other_visitor: Visitor, site: Site) -> list[Participant]:
    return [
        participant_from_visitor(visitor),
        participant_from_visitor(other_visitor),
        participant_from_member(site.members.get()),
    ]


def sync(
    room: Room, who: Participant, epoch: str | None, since: int | None, limit: int = 100
) -> Any:
    found = sync_of(slug=room.slug, participant=who, cursor=Cursor(epoch, since, limit))
    return json.loads(frames.encode(found))


@pytest.mark.django_db
@pytest.mark.parametrize("seed", SEEDS)
def test_every_way_of_following_a_room_ends_in_the_same_state(
    seed: int,
    room: Room,
    people: list[Participant],
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    monkeypatch.setattr(policy, "of_visitor", RateLimit(Allowance(1e6, 10**6)))
    dice = random.Random(seed)
    published: list[Event] = []
    unsubscribe = publish.subscribe(published.append)
    reader = people[0]
    steady, lossy, sleeper = (Client(reader.id) for _ in range(3))
    for client in (steady, lossy, sleeper):
        client.take(sync(room, reader, None, None))
    try:
        for _ in range(STEPS):
            act = dice.choices(list(KINDS), list(KINDS.values()))[0]
            before = len(published)
            with django_capture_on_commit_callbacks(execute=True):
                try:
                    act(Room.objects.get(pk=room.pk), dice.choice(people), dice)
                except ChatError:
                    continue
            for event in published[before:]:
                follow(event, steady, lossy, room, reader, dice)
            if dice.random() < 0.2:
                catch_up(lossy, room, reader, dice)
    finally:
        unsubscribe()
    catch_up(lossy, room, reader, dice)
    catch_up(sleeper, room, reader, dice)
    fresh = Client(reader.id)
    fresh.take(sync(room, reader, None, None))
    expected = fresh.view()
    for client in (steady, lossy, sleeper):
        found = client.view()
        found["messages"] = {s: m for s, m in found["messages"].items() if s >= fresh.floor}
        assert found == expected, f"seed {seed}"
    assert steady.since == Room.objects.get(pk=room.pk).head


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_each_kind_changes_something(
    kind: Callable[..., None],
    room: Room,
    people: list[Participant],
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    monkeypatch.setattr(policy, "of_visitor", RateLimit(Allowance(1e6, 10**6)))
    dice = random.Random(0)
    visitors, member = people[:2], people[2]
    for who in (*visitors, *visitors):
        new(room, who, dice)
        hold(room, who, dice)
    for seq in (1, 2):
        services.delete_message(room=room, actor=member, seq=seq)
    held.reject_held(site=room.site, held_id=HeldMessage.objects.latest("pk").pk, by=SYSTEM)
    published: list[Event] = []
    unsubscribe = publish.subscribe(published.append)
    try:
        for _ in range(40):
            with suppress(ChatError), django_capture_on_commit_callbacks(execute=True):
                kind(Room.objects.get(pk=room.pk), dice.choice(people), dice)
    finally:
        unsubscribe()
    assert published


@pytest.mark.django_db
def test_whoever_follows_a_removed_room_learns_that_it_is_gone(
    room: Room, people: list[Participant], django_capture_on_commit_callbacks: Any
) -> None:
    dice = random.Random(0)
    Site.objects.filter(pk=room.site_id).update(default_room="another")
    new(room, people[0], dice)
    published: list[Event] = []
    unsubscribe = publish.subscribe(published.append)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            remove(room, people[0], dice)
    finally:
        unsubscribe()
    (event,) = published
    assert isinstance(event, Change)
    last = json.loads(event.frame)
    row = Room.objects.get(pk=room.pk)
    assert (last["type"], last["gone"], last["rev"], last["first_seq"]) == (
        "room",
        True,
        row.head,
        row.head + 1,
    )
    with pytest.raises(NotFound):
        sync(room, people[0], row.epoch, 1)
    with pytest.raises(NotFound):
        new(room, people[0], dice)


def follow(
    event: Event, steady: Client, lossy: Client, room: Room, reader: Participant, dice: Any
) -> None:
    """What the hub makes of an event for two clients, one of which does not get everything."""
    if isinstance(event, HeadMoved):
        for client in (steady, lossy):
            if client.epoch == event.epoch:  # no frame says what changed
                catch_up(client, room, reader, dice)
            else:  # another epoch: its snapshot comes before its first frame
                client.take(sync(room, reader, None, None))
    elif isinstance(event, HeldChanged | AccessChanged | VisitorChanged):
        for client in (steady, lossy):  # the unasked `sync` to the author
            catch_up(client, room, reader, dice)
    else:
        assert isinstance(event, Change)
        frame = json.loads(event.frame)
        steady.take(frame)
        if dice.random() < 0.6:  # the others come late, twice or not at all
            lossy.take(frame)


def catch_up(client: Client, room: Room, reader: Participant, dice: random.Random) -> None:
    while True:
        client.take(sync(room, reader, client.epoch, client.since, dice.choice((1, 3, 100))))
        if not client.needs_sync:
            return
