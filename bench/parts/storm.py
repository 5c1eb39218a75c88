"""STORM: 1,000 clients lose their connection at once and come back at once;
10 rooms, 100 messages were said meanwhile.
"""

from __future__ import annotations

from typing import Any

from bench.product import product
from bench.progress import Progress
from bench.run import PartFailed, load

NAME = "STORM"
CLIENTS = 1000
SERVERS = ("uvicorn", "daphne")
Result = dict[str, Any]


def measure(is_short: bool, only: list[str]) -> Result:
    places = [(server, database) for server in SERVERS for database in ("sqlite", "postgres")]
    places = [place for place in places if not only or place[0] in only]
    rounds = 1 if is_short else 2
    progress = Progress(NAME, rounds * len(places))
    runs: list[Result] = []
    for number in range(rounds):
        for server, database in places if number % 2 == 0 else reversed(places):
            progress.step(f"{server}, {database}")
            run: Result = {"variant": server, "database": database, "round": number}
            try:
                with product(server=server, database=database) as made:
                    steps = [{"do": "storm", "missed": 100}]
                    run |= load(made.job(sockets=CLIENTS, rooms=10, senders=50, steps=steps))[0]
                progress.note(f"{server}, {database}: all in step after {run['seconds']:.2f} s")
            except (PartFailed, AssertionError, OSError) as error:
                run["error"] = str(error)[-600:]
                progress.note(f"{server}, {database}: FAILED: {run['error']}")
            runs.append(run)
    progress.end()
    return {"runs": runs, "rounds": rounds, "short": is_short}
