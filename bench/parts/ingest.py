"""INGEST: durable sends. Each sender has one message on its way; its ack comes after COMMIT.

whole path          socket in, form, policy, commit, ack: 1, 10 and 100 senders in 10 rooms
                    without subscribers
with subscribers    the same, and each message also goes to the 10 subscribers of its room
one by one          the same rows by Django's ORM, one transaction each, through
                    database_sync_to_async
"""

from __future__ import annotations

import json
from typing import Any

from bench.figures import median
from bench.product import Product, product
from bench.progress import Progress
from bench.run import PartFailed, load
from scripts.steps import ROOT

NAME = "INGEST"
SENDERS = (1, 10, 100)
DATABASES = ("sqlite", "postgres")
Result = dict[str, Any]


def measure(is_short: bool, only: list[str]) -> Result:
    databases = [name for name in DATABASES if not only or name in only]
    rounds = 1 if is_short else 2
    seconds = 1.0 if is_short else 3.0
    ways = (_whole_path, _with_subscribers, _one_by_one)
    progress = Progress(NAME, rounds * len(databases) * len(ways) * len(SENDERS))
    runs: list[Result] = []
    for number in range(rounds):
        for database in databases:
            for way in ways if number % 2 == 0 else reversed(ways):
                for senders in SENDERS:
                    name = way.__name__.removeprefix("_")
                    progress.step(f"{database}, {name.replace('_', ' ')}, {senders} senders")
                    try:
                        with product(database=database, redis=True) as made:
                            run = way(made, senders, seconds)
                    except (PartFailed, AssertionError) as error:
                        run = {"error": str(error)[-600:]}
                    where = {"database": database, "way": name, "senders": senders}
                    runs.append({**where, "round": number, **run})
                    progress.note(_progress_line(runs[-1]))
    progress.end()
    return {"runs": runs, "rounds": rounds, "short": is_short}


def _whole_path(made: Product, senders: int, seconds: float) -> Result:
    job = made.job(sockets=senders, steps=[{"do": "acks", "senders": senders, "seconds": seconds}])
    job["words"] |= {"rooms": made.cast.rooms, "is_in": '"type":"welcome"', "subscribes": False}
    return load(job)[0]


def _with_subscribers(made: Product, senders: int, seconds: float) -> Result:
    job = made.job(
        rooms=10, sockets=senders, steps=[{"do": "acks", "senders": senders, "seconds": seconds}]
    )
    return load(job)[0]


def _one_by_one(made: Product, senders: int, seconds: float) -> Result:
    """In a process of its own with the product's settings, while the product itself is idle."""
    words = f"from bench.orm import run; run({senders}, {seconds})"
    server = made.servers[0]
    server.env["PYTHONPATH"] = str(ROOT)
    found: Result = json.loads(server.run("shell", "--no-imports", "-c", words).stdout)
    return found


def _progress_line(run: Result) -> str:
    where = f"{run['database']}, {run['way'].replace('_', ' ')}, {run['senders']}"
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
