"""One made-up schedule: visitors write while lines, processes, layer and database fail in any
order, then all is calm. Its seed decides everything.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from typing import Any, TypeVar

import pytest

from inglenook.chat import room_services
from inglenook.chat.models import Message, Room
from inglenook.chat.posting import batcher
from inglenook.chat.sync import Cursor, sync_of
from inglenook.protocol import frames
from inglenook.protocol.errors import ChatError
from inglenook.sites import database
from inglenook.sites.selectors import CachedSite
from inglenook.visitors.models import Visitor as Person
from inglenook.visitors.participants import participant_from_member, participant_from_visitor
from inglenook.visitors.tokens import make_token
from tests.convergence import kinds
from tests.convergence.simulation import World
from tests.convergence.virtual_time import VirtualLoop
from tests.testkit.faults import visitor as clients
from tests.testkit.faults.checker import Verdict, judge
from tests.testkit.faults.journal import Journal
from tests.testkit.faults.truth import StoredRoom
from tests.testkit.faults.view import View, digest_of
from tests.testkit.writing import write_soon_by

PROCESSES = 2
STEPS = 24
CALM_SECONDS = 300
SLUGS = ("hall", "den")
# Kinds of change that leave each message with its `cid`, and let everybody write.
CHANGES = (
    *(kinds.edit, kinds.edit, kinds.delete, kinds.restore, kinds.react, kinds.pin),
    *(kinds.answer, kinds.attach, kinds.preview, kinds.clean),
)
REAL_CLOCK = time.monotonic
T = TypeVar("T")


class Play:
    """One schedule, from its seed."""

    def __init__(self, seed: int, card: CachedSite, people: list[Person]) -> None:
        self.seed = seed
        self.dice = random.Random(seed)
        self.world = World(seed, card, PROCESSES)
        self.journal = Journal()
        self.people = people
        self.member = participant_from_member(people[0].site.members.get())
        self.trace: list[str] = []
        # In every other schedule nothing is changed: then no message may ever appear
        # above one that is shown.
        self.has_changes = seed % 2 == 1
        # Another address every time: rooms of the schedules before are not in the way.
        self.rooms = {slug: f"{slug}-{seed}-{Room.objects.count()}" for slug in SLUGS}
        for slug in self.rooms.values():
            Room.objects.create(site_id=card.id, slug=slug, name=slug)
        clients.FrameSocket = self.world  # type: ignore[misc, assignment]  # the world stands for sockets
        self.visitors = [
            clients.Visitor(
                key=card.key,
                token=make_token(person),
                me=person.public_id,
                rooms=list(self.rooms.values()),
                port=self.any_port,
                server=-1,
                journal=self.journal,
                dice=random.Random(self.dice.random()),
            )
            for person in people
        ]

    def any_port(self) -> int:
        return self.dice.randrange(PROCESSES)

    async def run(self) -> Verdict:
        lives = [asyncio.ensure_future(visitor.live()) for visitor in self.visitors]
        acts = [act for act in ACTS if self.has_changes or act not in OF_CHANGES]
        weights = [ACTS[act] for act in acts]
        for _ in range(STEPS):
            await asyncio.sleep(self.dice.choice((0.0, 0.01, 0.2, 2.0)) * self.dice.random())
            act = self.dice.choices(acts, weights)[0]
            self.trace.append(f"{time.monotonic():.4f} {act.__name__}")
            with suppress(ChatError):
                await act(self)
        await self.calm()
        for life in lives:
            life.cancel()
        await asyncio.gather(*lives, return_exceptions=True)
        self.world.end()
        for view, may in self.views_and_may():
            assert view.may == may, f"MODEL_SEED={self.seed}: {view.slug}"
        self.forget_refused()
        only_new = not self.has_changes
        if self.has_changes:
            for visitor in self.visitors:
                for view in visitor.views.values():
                    view.inversions = 0
        return judge(
            self.visitors,
            self.journal,
            stored(self.rooms),
            self.world.defects,
            has_only_new=only_new,
        )

    async def calm(self) -> None:
        world = self.world
        world.is_calm, world.is_database_away, world.is_layer_away = True, False, False
        for number, process in enumerate(world.processes):
            if not process.is_up:
                world.start_again(number)
        deadline = time.monotonic() + CALM_SECONDS
        while time.monotonic() < deadline and not self.is_quiet():  # noqa: ASYNC110  the clock jumps
            await asyncio.sleep(3)

    def is_quiet(self) -> bool:
        heads = dict(Room.objects.filter(slug__in=self.rooms.values()).values_list("slug", "head"))
        return all(
            visitor.is_in_step
            and not visitor.waiting
            and all(view.since == heads[slug] for slug, view in visitor.views.items())
            for visitor in self.visitors
        ) and all(view.may == may for view, may in self.views_and_may())

    def views_and_may(self) -> Iterator[tuple[View, Any]]:
        """What each client shows, and what a fresh snapshot says that its person may do there.

        It comes a moment after the change of the room, which has a number.
        """
        for visitor, person in zip(self.visitors, self.people, strict=True):
            for view in visitor.views.values():
                yield view, may_of(person, view.slug)

    # --- what happens

    @property
    def room(self) -> Room:
        return Room.objects.get(slug=self.dice.choice(list(self.rooms.values())))

    @property
    def somebody(self) -> clients.Visitor:
        return self.dice.choice(self.visitors)

    async def say(self) -> None:
        slug = self.dice.choice(list(self.rooms.values()))
        self.somebody.say(slug, f"text {self.dice.random()}")

    async def say_much(self) -> None:
        for _ in range(self.dice.randint(2, 6)):
            await self.say()

    async def change(self) -> None:
        """By another road than a socket: any kind of change after which every message stands where
        its author knows that it does.
        """
        room = self.room
        seq = self.dice.randint(1, max(1, room.head))
        kind = self.dice.choice([*CHANGES, None])
        if kind is None:
            room_services.purge_below(room=room, seq=seq // 4)
            self.forget_below(room)
            return
        self.trace.append(f"    {kind.__name__}")
        everybody = [*map(participant_from_visitor, self.people), self.member]
        kind(room, self.dice.choice(everybody), self.dice)

    async def set_room(self) -> None:
        """What the wire says of a room, and what one may do in it, which has no number."""
        changes = self.dice.choice(
            (
                {"topic": f"t {self.dice.random()}"},
                {"announcement": f"a {self.dice.random()}", "rules": "be kind"},
                {"files": "images", "files_from": "all"},
                {"files": "none"},
            )
        )
        room_services.change_room(room=self.room, **changes)

    async def lock(self) -> None:
        """For a moment. What is refused meanwhile is no loss: its author gets an answer."""
        room = room_services.change_room(room=self.room, locked=True)
        await asyncio.sleep(self.dice.uniform(0.05, 5))
        room_services.change_room(room=room, locked=False)

    def forget_refused(self) -> None:
        for cid, said in list(self.journal.said.items()):
            if said.failed == "room_locked":
                del self.journal.said[cid]

    def forget_below(self, room: Room) -> None:
        """What the team removed for good is no loss."""
        left = set(Message.objects.filter(room_id=room.pk).values_list("cid", flat=True))
        for cid, said in list(self.journal.said.items()):
            if said.room == room.slug and said.acked_at is not None and cid not in left:
                del self.journal.said[cid]

    async def cut(self) -> None:
        self.somebody.vanish()

    async def stall(self) -> None:
        """Half open: nothing passes, and neither side learns of it."""
        line: Any = self.somebody._socket
        if line is not None:
            line.is_stalled = True

    async def kill(self) -> None:
        number = self.any_port()
        self.world.processes[number].kill()
        await asyncio.sleep(self.dice.uniform(0.05, 3))
        if not self.world.processes[number].is_up:
            self.world.start_again(number)

    async def restart(self) -> None:
        number = self.any_port()
        if self.world.processes[number].is_up:
            await self.world.processes[number].end()
            self.world.start_again(number)

    async def lose_database(self) -> None:
        self.world.is_database_away = True
        await asyncio.sleep(self.dice.uniform(0.05, 5))
        self.world.is_database_away = False

    async def turn_layer(self) -> None:
        self.world.is_layer_away = not self.world.is_layer_away

    async def come_back(self) -> None:
        self.somebody.try_now()


ACTS: dict[Callable[[Play], Any], int] = {
    Play.say: 20,
    Play.say_much: 3,
    Play.change: 8,
    Play.set_room: 2,
    Play.lock: 1,
    Play.cut: 3,
    Play.stall: 1,
    Play.kill: 2,
    Play.restart: 1,
    Play.lose_database: 1,
    Play.turn_layer: 1,
    Play.come_back: 2,
}


OF_CHANGES = {Play.change, Play.set_room, Play.lock}


def stored(rooms: dict[str, str]) -> dict[str, StoredRoom]:
    found: dict[str, StoredRoom] = {}
    for room in Room.objects.filter(slug__in=rooms.values()):
        kept = found[room.slug] = StoredRoom(room.slug, room.head, room.epoch)
        for message in Message.objects.filter(room_id=room.pk).order_by("seq"):
            digest = digest_of(message.cid, message.body, message.deleted)
            kept.messages[message.seq] = (message.rev, digest)
            kept.cids.setdefault(str(message.cid), []).append(message.seq)
    return found


def may_of(person: Person, slug: str) -> Any:
    """What a fresh snapshot says that this person may do."""
    asked = {"slug": slug, "participant": participant_from_visitor(person)}
    return json.loads(frames.encode(sync_of(**asked, cursor=Cursor(None, None, 1))))["may"]


async def end_all() -> None:
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)


def in_virtual_time(
    seed: int,
    card: CachedSite,
    people: list[Person],
    patch: pytest.MonkeyPatch,
    work: Callable[[Play], Awaitable[T]],
) -> tuple[Play, T]:
    """Makes a schedule's world and does the work in it. Returns both, the world ended."""
    loop = VirtualLoop()
    time.monotonic = loop.time

    async def all_of_it() -> tuple[Play, T]:
        schedule = Play(seed, card, people)
        here_only.setattr(database, "_run", schedule.world.run)
        here_only.setattr(batcher, "write_soon", write_soon_by(schedule.world.run))
        return schedule, await work(schedule)

    # Undone each time: what is patched over and over keeps every world that there was.
    with patch.context() as here_only:
        try:
            return loop.run_until_complete(all_of_it())
        finally:
            loop.run_until_complete(end_all())
            loop.close()
            time.monotonic = REAL_CLOCK


def play(seed: int, card: CachedSite, people: list[Person], patch: pytest.MonkeyPatch) -> Play:
    schedule, verdict = in_virtual_time(seed, card, people, patch, Play.run)
    complaint = "\n".join([f"MODEL_SEED={seed}: {verdict}", *verdict.details, *schedule.trace])
    assert verdict.is_clean or not verdict.said, complaint
    return schedule
