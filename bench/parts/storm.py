"""STORM: 1,000 clients lose their connection at once and come back at once;
10 rooms, 100 messages were said meanwhile. Peers store nothing: theirs only connect again.
"""

from __future__ import annotations

from typing import Any

from bench.product import product
from bench.progress import Progress
from bench.run import PartFailed, load, reason
from bench.variants import VARIANTS

NAME = "STORM"
CLIENTS = 1000
SERVERS = ("uvicorn", "daphne")
DATABASES = ("sqlite", "postgres")
PEERS = ("socketio",)
MISSED = 100
Result = dict[str, Any]


def measure(is_short: bool, only: list[str]) -> Result:
    places = [(server, database) for server in SERVERS for database in DATABASES]
    places += [(peer, "") for peer in PEERS]
    places = [place for place in places if not only or place[0] in only]
    rounds = 1 if is_short else 2
    progress = Progress(NAME, rounds * len(places))
    runs: list[Result] = []
    for number in range(rounds):
        for variant, database in places if number % 2 == 0 else reversed(places):
            where = ", ".join(filter(None, (VARIANTS[variant].title, database)))
            progress.step(where)
            run: Result = {"variant": variant, "database": database, "round": number}
            try:
                run |= _ours(variant, database) if database else _peer(variant)
                progress.note(f"{where}: all back after {run['seconds']:.2f} s")
            except (PartFailed, AssertionError, OSError) as error:
                run["error"] = reason(error)
                progress.note(f"{where}: FAILED: {run['error']}")
            runs.append(run)
    progress.end()
    return {"runs": runs, "rounds": rounds, "short": is_short}


def _ours(server: str, database: str) -> Result:
    with product(server=server, database=database) as made:
        steps = [{"do": "storm", "missed": MISSED}]
        return load(made.job(sockets=CLIENTS, rooms=10, senders=50, steps=steps))[0]


def _peer(name: str) -> Result:
    with VARIANTS[name].start() as job:
        return load({**job, "sockets": CLIENTS, "steps": [{"do": "storm", "missed": 0}]})[0]
