"""GROWTH: what one more process costs each message, and whether a thousand
sites cost more than one.

alone      100 sockets on one process
beside     the same, and one socket of the room on a second process:
           what that process pays for each message
halves     50 sockets on each of two processes
sites      many sites with a room and two sockets each, some messages a second in all;
           beside one site with as many rooms
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from bench.machine import GENERATOR_CORE
from bench.product import Product, product
from bench.progress import Progress
from bench.run import PartFailed, load, reason
from scripts.steps import ROOT

NAME = "GROWTH"
SITES, SHORT_SITES = 1000, 100
RATE = 50
Result = dict[str, Any]


def measure(is_short: bool, only: list[str]) -> Result:
    seconds = 1.5 if is_short else 4.0
    sites = SHORT_SITES if is_short else SITES
    ways: dict[str, Callable[[], Result]] = {
        "alone": lambda: _processes(100, 0, seconds),
        "beside": lambda: _processes(100, 1, seconds),
        "halves": lambda: _processes(50, 50, seconds),
        "one site": lambda: _sites(1, sites, seconds),
        "many sites": lambda: _sites(sites, 1, seconds),
    }
    progress = Progress(NAME, len(ways))
    runs: list[Result] = []
    for name, way in ways.items():
        if only and name not in only:
            continue
        progress.step(name)
        run: Result = {"way": name}
        try:
            run |= way()
            each = [round(us) for us in run["us_per_message"]]
            progress.note(f"{name}: {each} µs of each process a message, {run['said']} messages")
        except (PartFailed, AssertionError, OSError) as error:
            run["error"] = reason(error)
            progress.note(f"{name}: FAILED: {run['error']}")
        runs.append(run)
    progress.end()
    return {"runs": runs, "sites": sites, "short": is_short}


def _processes(first: int, second: int, seconds: float) -> Result:
    with product(database="postgres") as made:
        more = []
        if second:
            other = made.add(core=GENERATOR_CORE)
            more = [{"port": other.port, "sockets": second}]
        steps = [{"do": "closed", "in_flight": 8, "seconds": seconds}]
        (found,) = load(made.job(sockets=first, senders=min(first, 48), more=more, steps=steps))
    return {**found, "us_per_message": _each(found)}


def _sites(sites: int, rooms: int, seconds: float) -> Result:
    with product(rooms=rooms, people=2) as made:
        words = made.words(rooms)
        if sites > 1:
            words = _many_sites(made, sites)
        job = made.job(
            sockets=2 * max(sites, rooms),
            steps=[{"do": "trickle", "rate": RATE, "seconds": seconds}],
        )
        (found,) = load({**job, "words": {**job["words"], **words}})
    return {**found, "us_per_message": _each(found)}


def _many_sites(made: Product, sites: int) -> Result:
    server = made.servers[0]
    server.env["PYTHONPATH"] = str(ROOT)
    words = f"from bench.parts.growth import make_sites; make_sites({sites})"
    cast = json.loads(server.run("shell", "--no-imports", "-c", words).stdout)
    return {
        "paths": [f"/ws/v1/{key}/" for key in cast["keys"]],
        "tokens": cast["tokens"],
        "rooms": ["lobby"],
    }


def make_sites(count: int) -> None:
    """Runs inside the product; prints one JSON object."""
    from django.db import transaction

    from inglenook.chat.room_services import create_room
    from inglenook.sites.selectors import site_for_key
    from inglenook.sites.services import create_site
    from inglenook.visitors.services import open_session

    keys, tokens = [], []
    with transaction.atomic():
        for number in range(count):
            site = create_site(name=f"Site {number}", origins=["http://shop.test"], owner=None)
            create_room(site_id=site.pk, slug="lobby", name="Lobby")
            keys.append(site.keys.get().key)
    with transaction.atomic():
        for key in keys:
            card = site_for_key(key)
            assert card is not None
            tokens.append(open_session(site=card, token=None)[1])
    print(json.dumps({"keys": keys, "tokens": tokens}))


def _each(found: Result) -> list[float]:
    return [cpu / max(1, found["said"]) * 1e6 for cpu in found["cpu_s_by_process"]]
