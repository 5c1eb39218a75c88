"""state + live frames == state after `sync` == fresh state, for every kind of
change and any order of them.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from inglenook.chat import calm, held, publish, room_services, services
from inglenook.chat.events import (
    AccessChanged,
    Change,
    Event,
    HeadMoved,
    HeldChanged,
    VisitorChanged,
)
from inglenook.chat.models import HeldMessage, Room
from inglenook.chat.posting.draft import Draft
from inglenook.chat.posting.pipeline import post_message, post_messages
from inglenook.chat.sync import Cursor, sync_of
from inglenook.limits import policy
from inglenook.limits.rate_limit import RateLimit
from inglenook.limits.token_bucket import Allowance
from inglenook.moderation.models import Sanction
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
from tests.testkit.reducer import Client
from tests.testkit.wire import new_cid

SEEDS = range(12)
STEPS = 60
EMOJI = ("👍", "🎉", "❤️")


@pytest.fixture
def people(visitor: Visitor, other_visitor: Visitor, site: Site) -> list[Participant]:
    return [
        participant_from_visitor(visitor),
        participant_from_visitor(other_visitor),
        participant_from_member(site.members.get()),
    ]


def new(room: Room, who: Participant, dice: random.Random) -> None:
    post_message(Draft(slug=room.slug, author=who, cid=new_cid(), body=f"*{dice.random()}*"))


def many(room: Room, who: Participant, dice: random.Random) -> None:
    drafts = [
        Draft(slug=room.slug, author=who, cid=new_cid(), body=f"_{dice.random()}_")
        for _ in range(dice.randint(1, 4))
    ]
    post_messages(drafts)


def edit(room: Room, who: Participant, dice: random.Random) -> None:
    services.edit_message(room=room, actor=who, seq=_some(room, dice), body=f"e {dice.random()}")


def delete(room: Room, who: Participant, dice: random.Random) -> None:
    services.delete_message(room=room, actor=who, seq=_some(room, dice))


def restore(room: Room, who: Participant, dice: random.Random) -> None:
    services.restore_message(room=room, actor=who, seq=_some(room, dice))


def react(room: Room, who: Participant, dice: random.Random) -> None:
    services.react(
        room=room,
        actor=who,
        seq=_some(room, dice),
        emoji=dice.choice(EMOJI),
        on=dice.random() < 0.7,
    )


def pin(room: Room, who: Participant, dice: random.Random) -> None:
    room_services.pin_message(room=room, actor=who, seq=_some(room, dice), on=dice.random() < 0.7)


def change(room: Room, who: Participant, dice: random.Random) -> None:
    room_services.change_room(room=room, topic=f"t {dice.randint(0, 3)}", slow_s=0)


def preset(room: Room, who: Participant, dice: random.Random) -> None:
    room_services.apply_preset(room=room, name=dice.choice(["calm", "open"]))
    room_services.apply_preset(room=room, name="open")


def purge(room: Room, who: Participant, dice: random.Random) -> None:
    room_services.purge_below(room=room, seq=_some(room, dice) // 2)


def clear(room: Room, who: Participant, dice: random.Random) -> None:
    room_services.clear_history(room=room)


def remove(room: Room, who: Participant, dice: random.Random) -> None:
    """The last change of a room: nothing comes after it (a test of its own, below)."""
    Site.objects.update(default_room="")  # the default room stays
    room_services.remove_room(room=room)


def hold(room: Room, who: Participant, dice: random.Random) -> None:
    Room.objects.filter(pk=room.pk).update(approval="all")
    new(room, who, dice)
    Room.objects.filter(pk=room.pk).update(approval="none")


def shadow(room: Room, who: Participant, dice: random.Random) -> None:
    """What a shadow banned person writes, edits and reacts to changes nothing for anybody else."""
    sanction = Sanction.objects.create(site_id=room.site_id, visitor_id=who.id, kind="shadow")
    try:
        dice.choice((new, new, edit, react))(room, who, dice)
    finally:
        sanction.delete()


def approve(room: Room, who: Participant, dice: random.Random) -> None:
    held.approve_held(site=room.site, held_id=_held(room, dice), by=SYSTEM)


def reject(room: Room, who: Participant, dice: random.Random) -> None:
    held.reject_held(site=room.site, held_id=_held(room, dice), by=SYSTEM)


def reopen(room: Room, who: Participant, dice: random.Random) -> None:
    held.reopen_held(site=room.site, held_id=_held(room, dice), by=SYSTEM)


def calm_down(room: Room, who: Participant, dice: random.Random) -> None:
    if dice.random() < 0.5:
        calm.begin_calm(site=room.site, minutes=10, by=SYSTEM)
    else:
        calm.end_calm(site=room.site, by=SYSTEM)


def let_time_pass(room: Room, who: Participant, dice: random.Random) -> None:
    """A lock ends, and a calm where there is one."""
    past = timezone.now() - timedelta(seconds=1)
    room_services.change_room(room=room, locked=True)
    rows = Room.objects.filter(pk=room.pk)
    rows.update(locked_until=past)
    rows.filter(calm_until__isnull=False).update(calm_until=past)
    Site.objects.filter(pk=room.site_id).update(calm_until=None)
    calm.end_what_is_over(calm.rooms_that_are_over())


KINDS: dict[Callable[..., None], int] = {
    new: 10,
    edit: 4,
    delete: 2,
    restore: 4,
    react: 6,
    pin: 2,
    change: 2,
    preset: 1,
    purge: 1,
    many: 3,
    clear: 1,
    hold: 5,
    shadow: 2,
    approve: 3,
    reject: 2,
    reopen: 1,
    calm_down: 1,
    let_time_pass: 1,
}


def _held(room: Room, dice: random.Random) -> int:
    """Any of the held ones: many are decided already, which is refused or changes nothing."""
    rows = HeldMessage.objects.filter(room=room)
    return dice.choice([*rows.values_list("pk", flat=True), 0])


def _some(room: Room, dice: random.Random) -> int:
    return dice.randint(1, max(1, room.head))


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
def test_whoever_follows_a_removed_room_learns_that_it_is_gone(
    room: Room, people: list[Participant], django_capture_on_commit_callbacks: Any
) -> None:
    dice = random.Random(0)
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
        # Another epoch: its snapshot comes before its first frame.
        steady.take(sync(room, reader, None, None))
        lossy.take(sync(room, reader, None, None))
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
