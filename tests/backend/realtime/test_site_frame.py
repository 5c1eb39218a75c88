"""What an owner changes about the look reaches every open widget, by each transport."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from inglenook.realtime.hub import people
from tests.testkit.events import Stream, poll
from tests.testkit.server import Server
from tests.testkit.wire import Client, open_session

# The promise is 2.5 s; the rest is for a busy machine.
SECONDS = 4.0
LOOK: dict[str, Any] = {
    "theme": {"accent": "#a31", "welcome": "Hello"},
    "texts": {"de": {"composer.send": "Ab damit"}},
}
ON_THE_WIRE = {"accent": "#aa3311", "welcome": "Hello"}


async def test_open_sockets_get_the_new_look_once(
    server: Server, key: str, owner: httpx.AsyncClient
) -> None:
    amber = await Client.greet(server, key, "lobby")
    assert (await owner.patch("site", json=LOOK)).status_code == 200
    frame = await amber.expect("site", seconds=SECONDS)
    assert frame["theme"] == ON_THE_WIRE
    assert frame["texts"] == LOOK["texts"]
    assert (frame["name"], frame["consent"], frame["away"]) == ("Shop", None, None)
    # What is no look announces none.
    await owner.patch("site", json={"repeat_s": 60})
    await asyncio.sleep(2.5)
    assert len(amber.of("site")) == 1


async def test_a_socket_that_comes_later_gets_no_old_news(
    server: Server, key: str, owner: httpx.AsyncClient
) -> None:
    await owner.patch("site", json=LOOK)
    amber = await Client.greet(server, key, "lobby")
    await owner.patch("site", json={"repeat_s": 60})
    await asyncio.sleep(2.5)
    assert amber.of("site") == []


async def test_a_stream_gets_it(server: Server, key: str, owner: httpx.AsyncClient) -> None:
    amber = await Client.greet(server, key, "lobby")
    stream = await Stream.open(server, key, token=amber.token)
    await stream.expect("sync")
    await owner.patch("site", json=LOOK)
    assert (await stream.expect("site", seconds=SECONDS))["theme"] == ON_THE_WIRE


async def test_a_poll_learns_of_it_by_a_header_and_at_once(
    server: Server, key: str, owner: httpx.AsyncClient
) -> None:
    amber = await Client.greet(server, key, "lobby")
    sync = amber.of("sync")[0]
    cursor = {"epoch": sync["epoch"], "since": sync["upto"]}
    before = (await poll(server, key, amber.token, **cursor)).headers["Inglenook-Look"]
    held = asyncio.ensure_future(poll(server, key, amber.token, wait=25, **cursor))
    await asyncio.sleep(0.4)
    started = time.monotonic()
    await owner.patch("site", json=LOOK)
    assert (await held).json()["type"] == "sync"
    assert time.monotonic() - started < SECONDS
    after = await poll(server, key, amber.token, **cursor)
    assert after.headers["Inglenook-Look"] != before
    assert "inglenook-look" in after.headers["Access-Control-Expose-Headers"].lower()


async def test_hours_and_the_words_of_a_team_that_is_away_reach_open_sockets_and_new_ones(
    server: Server, key: str, owner: httpx.AsyncClient
) -> None:
    amber = await Client.greet(server, key, "lobby")
    assert (await open_session(server.base_url, key))["site"]["away"] is None
    await owner.patch("site", json={"opening_hours": {"mon": []}, "away_text": "Back soon."})
    assert (await amber.expect("site", seconds=SECONDS))["away"] == "Back soon."
    assert (await open_session(server.base_url, key))["site"]["away"] == "Back soon."
    olive = await Client.greet(server, key, "lobby")
    cursor = {"epoch": olive.of("sync")[0]["epoch"], "since": 0}
    closed = (await poll(server, key, olive.token, **cursor)).headers["Inglenook-Look"]
    await owner.patch("site", json={"opening_hours": None})
    assert (await amber.expect("site", seconds=SECONDS))["away"] is None
    opened = (await poll(server, key, olive.token, **cursor)).headers["Inglenook-Look"]
    assert (closed.endswith("-away"), opened.endswith("-away")) == (True, False)


@pytest.mark.parametrize(
    ("minutes_ago", "now", "expected"),
    [
        (1, "12:00", "no frame"),
        (1, "18:00", "Back soon."),
        (1, "09:00", None),
        (1, "18:01", "no frame"),
    ],
)
def test_a_frame_says_when_the_hours_begin_and_end(
    monkeypatch: pytest.MonkeyPatch, minutes_ago: int, now: str, expected: str | None
) -> None:
    """2026-11-30 is a Monday."""
    moment = datetime.fromisoformat(f"2026-11-30T{now}:00+00:00")
    monkeypatch.setattr(people.timezone, "now", lambda: moment)
    days = {"mon": [["09:00", "18:00"]]}
    hours = {"opening_hours": days, "time_zone": "UTC", "away_text": "Back soon."}
    look = {"name": "Shop", "theme": {}, "texts": {}, "consent": None}
    card: Any = SimpleNamespace(look_version=3, **hours, **look)
    frame = people._changed_look(card, 3, moment - timedelta(minutes=minutes_ago))
    assert (frame.away if frame else "no frame") == expected
