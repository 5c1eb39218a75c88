"""Hundreds of made-up schedules: visitors write while lines, processes, layer and database fail in
any order, then all is calm.

After the calm every client shows exactly what the database holds; every acked `cid` is stored once;
nothing that was not acked is shown as sent. A failing seed is named and repeated by MODEL_SEED=…;
MODEL_SCHEDULES=2000 plays more.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection

from inglenook.chat.models import Room
from inglenook.chat.room_services import change_room
from inglenook.chat.sync import Asked
from inglenook.limits import policy
from inglenook.limits.rate_limit import RateLimit
from inglenook.limits.token_bucket import Allowance
from inglenook.protocol.errors import Unavailable
from inglenook.realtime.connections import consumers
from inglenook.realtime.hub import check
from inglenook.realtime.hub.served_rooms import ServedRooms
from inglenook.sites import services as sites
from inglenook.sites.selectors import CachedSite, site_for_key
from inglenook.visitors.models import Visitor as Person
from tests.convergence.schedules import REAL_CLOCK, Play, in_virtual_time, play
from tests.convergence.simulation import here
from tests.testkit.wire import ORIGIN

SCHEDULES = int(os.environ.get("MODEL_SCHEDULES", "25"))
ONLY = os.environ.get("MODEL_SEED")


@pytest.fixture
def people(transactional_db: None) -> list[Person]:
    owner = sites.create_account(email="owner@shop.example", name="Olive")
    site = sites.create_site(name="Model", origins=[ORIGIN], owner=owner)
    return [Person.objects.create(site=site, name=name) for name in ("Amber", "Brave", "Calm")]


@pytest.fixture
def card(people: list[Person]) -> CachedSite:
    found = site_for_key(people[0].site.keys.get().key)
    assert found is not None
    return found


@pytest.fixture(autouse=True)
def _no_limits_and_no_threads(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(policy, "of_visitor", RateLimit(Allowance(1e6, 10**6)))
    # All of it happens in one thread, the loop's; nobody else waits for that loop.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    # As often as with a layer: there is one, only not Redis.
    monkeypatch.setattr(check, "CHECK_SECONDS_ALONE", check.CHECK_SECONDS)
    monkeypatch.setattr(consumers, "hub_of_this_loop", lambda: here.get().hub)  # type: ignore[union-attr]  # set in each world
    yield
    time.monotonic = REAL_CLOCK


@pytest.mark.timeout(max(120, SCHEDULES * 2))
def test_whatever_fails_every_client_ends_with_what_is_stored(
    card: CachedSite,
    people: list[Person],
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous = OFF")  # nobody pulls the plug on the tests
    first = int(request.config.getoption("randomly_seed", 1)) % 10**6
    seeds = [int(ONLY)] if ONLY else range(first, first + SCHEDULES)
    for seed in seeds:
        print(f"MODEL_SEED={seed}")
        play(seed, card, people, monkeypatch)


def test_the_same_seed_plays_the_same_schedule(
    card: CachedSite, people: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, again = (play(7, card, people, monkeypatch) for _ in range(2))
    assert first.trace == again.trace
    assert first.journal.closes == again.journal.closes


async def live_and_lock(schedule: Play, rooms: Callable[[ServedRooms], None]) -> set[str | None]:
    """Everybody lives while a room is locked, in a world where nothing fails but what `rooms`
    does to each process. Returns what the clients think may be sent there.
    """
    schedule.world.is_calm = True
    for process in schedule.world.processes:
        rooms(process.hub.rooms)
    lives = [asyncio.ensure_future(visitor.live()) for visitor in schedule.visitors]
    await asyncio.sleep(2)
    slug = schedule.rooms["hall"]
    change_room(room=Room.objects.get(slug=slug), locked=True)
    await asyncio.sleep(10)
    for life in lives:
        life.cancel()
    await asyncio.gather(*lives, return_exceptions=True)
    schedule.world.end()
    return {visitor.views[slug].may["send"] for visitor in schedule.visitors}


def test_who_missed_what_they_may_do_gets_it_when_the_database_is_back(
    card: CachedSite, people: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail_between_look_and_page(rooms: ServedRooms) -> None:
        ask = rooms._pages.ask

        async def unavailable_for_a_second(site_id: int, asked: Asked) -> Any:
            if 2 < time.monotonic() < 3:
                raise Unavailable(retry_ms=100)
            return await ask(site_id, asked)

        monkeypatch.setattr(rooms._pages, "ask", unavailable_for_a_second)

    _, said = in_virtual_time(
        1, card, people, monkeypatch, lambda it: live_and_lock(it, fail_between_look_and_page)
    )
    assert said == {"room_locked"}


def test_whose_first_page_was_read_before_a_change_learns_of_it(
    card: CachedSite, people: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    def come_late(rooms: ServedRooms) -> None:
        ask = rooms._pages.ask

        async def late(site_id: int, asked: Asked) -> Any:
            page = await ask(site_id, asked)
            if time.monotonic() < 2:
                await asyncio.sleep(3)
            return page

        monkeypatch.setattr(rooms._pages, "ask", late)

    _, said = in_virtual_time(1, card, people, monkeypatch, lambda it: live_and_lock(it, come_late))
    assert said == {"room_locked"}
