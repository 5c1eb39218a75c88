"""INGEST: durable sends. Each sender has one message on its way; its ack comes after COMMIT.

whole path          socket in, form, policy, commit, ack: 1, 10 and 100 senders in 10 rooms
                    without subscribers
with subscribers    the same, and each message also goes to the 10 subscribers of its room
one by one          the same rows by Django's ORM, one transaction each, through
                    database_sync_to_async

Beside them a peer that stores: its whole path, with texts alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from bench.figures import median
from bench.product import product
from bench.progress import Progress
from bench.run import PartFailed, load, reason
from bench.variants import STORING
from scripts.steps import ROOT

NAME = "INGEST"
SENDERS = (1, 10, 100)
DATABASES = ("sqlite", "postgres")
Result = dict[str, Any]
Way = Callable[[str, int, float], Result]


def measure(is_short: bool, only: list[str]) -> Result:
    rounds = 1 if is_short else 2
    seconds = 1.0 if is_short else 3.0
    ours = [
        (name, way) for name in DATABASES for way in (_whole_path, _with_subscribers, _one_by_one)
    ]
    places = [*ours, *((name, _peer) for name in STORING)]
    places = [(name, way) for name, way in places if not only or name in only]
    progress = Progress(NAME, rounds * len(places) * len(SENDERS))
    runs: list[Result] = []
    for number in range(rounds):
        for name, way in places if number % 2 == 0 else reversed(places):
            for senders in SENDERS:
                where = {"database": name, "way": _word(way), "senders": senders, "round": number}
                progress.step(_title(where))
                try:
                    run = way(name, senders, seconds)
                except (PartFailed, AssertionError) as error:
                    run = {"error": reason(error)}
                runs.append({**where, **run})
                progress.note(_progress_line(runs[-1]))
    progress.end()
    return {"runs": runs, "rounds": rounds, "short": is_short}


def _word(way: Way) -> str:
    return "whole_path" if way is _peer else way.__name__.removeprefix("_")


def _title(run: Result) -> str:
    return f"{run['database']}, {run['way'].replace('_', ' ')}, {run['senders']} senders"


def _peer(name: str, senders: int, seconds: float) -> Result:
    with STORING[name].start() as job:
        steps = [{"do": "acks", "senders": senders, "seconds": seconds}]
        return load({**job, "sockets": senders, "steps": steps})[0]


def _whole_path(database: str, senders: int, seconds: float) -> Result:
    steps = [{"do": "acks", "senders": senders, "seconds": seconds}]
    with product(database=database, redis=True) as made:
        job = made.job(sockets=senders, steps=steps)
        job["words"] |= {"rooms": made.cast.rooms, "is_in": '"type":"welcome"', "subscribes": False}
        return load(job)[0]


def _with_subscribers(database: str, senders: int, seconds: float) -> Result:
    steps = [{"do": "acks", "senders": senders, "seconds": seconds}]
    with product(database=database, redis=True) as made:
        return load(made.job(rooms=10, sockets=senders, steps=steps))[0]


def _one_by_one(database: str, senders: int, seconds: float) -> Result:
    """In a process of its own with the product's settings, while the product itself is idle."""
    words = f"from bench.orm import run; run({senders}, {seconds})"
    with product(database=database, redis=True) as made:
        server = made.servers[0]
        server.env["PYTHONPATH"] = str(ROOT)
        found: Result = json.loads(server.run("shell", "--no-imports", "-c", words).stdout)
        return found


def _progress_line(run: Result) -> str:
    where = _title(run)
    if "error" in run:
        return f"{where}: FAILED: {run['error']}"
    return (
        f"{where}: {run['acks_per_s']:,.0f}/s, p50 {run['p50_ms']:.1f} p99 {run['p99_ms']:.1f} ms"
    )


def middle(result: Result, database: str, way: str, senders: int, name: str) -> float:
    return median(
        [
            run[name]
            for run in result["runs"]
            if (run["database"], run["way"], run["senders"]) == (database, way, senders)
            and name in run
        ]
    )
