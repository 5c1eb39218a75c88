"""PAIRS: this checkout against another, in turns: what a change gains.

    .venv/bin/python -m bench.pairs ../other                 every figure
    PAIRS=12 .venv/bin/python -m bench.pairs ../other lone   one

handshakes   sockets that say hello: processor time of each
memory       sockets in rooms: what each holds, and its processor time
lone         100 sockets, Redis, the next message when everybody has the last
busy, crowd  48 messages on their way, to 100 and to 1,000 sockets
rates        200 and 500 messages a second to 1,000 sockets: delays
quiet        ten messages a second to 100 sockets
ack, acks    durable sends of one and of 100 senders in ten rooms, on SQLite; ack-pg, acks-pg on
             PostgreSQL
storm        1,000 sockets gone and back at once, which missed 100 messages; storm-pg on PostgreSQL

A server of each checkout runs all the time. Short windows of load go to one and the other, in the
order A B B A. A line has the medians of both, with least and greatest, and the same of the ratios
of the pairs.

A checkout in which `make lint` was run has libraries and a database of its own, so one with other
tables can be compared too. Another one gets those of this checkout.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from bench.figures import median
from bench.load import STEPS, Load
from bench.machine import GENERATOR_CORE, more_files, pin
from bench.product import product

PAIRS = int(os.environ.get("PAIRS", "6"))
Figures = dict[str, float]
Job = dict[str, Any]
# What the environment of another checkout runs; the server ends with its standard input.
SERVES = """
import json, sys
from bench.product import product
with product(database=sys.argv[1]) as made:
    print(json.dumps(made.job(rooms=10)), flush=True)
    sys.stdin.read()
"""


class Part(NamedTuple):
    """A crowd of so many `sockets`, and the steps of each window with the figures to take."""

    sockets: int
    steps: list[tuple[dict[str, Any], dict[str, str]]]
    rooms: int = 1
    only_hello: bool = False
    pairs: int = PAIRS
    database: str = "sqlite"


def _acks(senders: int, database: str) -> Part:
    step = {"do": "acks", "senders": senders, "seconds": 1.5}
    figures = {key: key for key in ("acks_per_s", "cpu_us_per_ack", "p50_ms", "p99_ms")}
    return Part(senders, [(step, figures)], 10, True, database=database)


def _storm(database: str) -> Part:
    step = {"do": "storm", "missed": 100}
    figures = {"seconds": "s until all are back", "cpu_seconds": "processor time of that, s"}
    return Part(1000, [(step, figures)], 10, database=database)


CPU = {"cpu_us": "µs a delivery"}
GROW = {"cpu_us_per_socket": "µs a socket", "opened_per_s": "sockets a second"}
PARTS = {
    "handshakes": Part(1, [({"do": "grow", "sockets": 400, "rest": 0.2}, GROW)], 1, True),
    "memory": Part(
        100,
        [({"do": "grow", "sockets": 4900}, GROW | {"kib_per_socket": "KiB a socket"})],
        rooms=10,
        pairs=1,
    ),
    "lone": Part(100, [({"do": "closed", "in_flight": 1, "seconds": 1.5}, CPU)]),
    "busy": Part(100, [({"do": "closed", "in_flight": 48, "seconds": 1.5}, CPU)]),
    "crowd": Part(1000, [({"do": "closed", "in_flight": 48, "seconds": 1.5}, CPU)]),
    "rates": Part(
        1000,
        [
            (
                {"do": "open", "rate": rate, "seconds": 1.5},
                {key: f"{key} at {rate}/s" for key in ("p50_ms", "p99_ms", "cpu_us")},
            )
            for rate in (200, 500)
        ],
    ),
    "quiet": Part(
        100,
        [({"do": "open", "rate": 10, "seconds": 2.0}, {key: key for key in ("p50_ms", "p99_ms")})],
    ),
    "ack": _acks(1, "sqlite"),
    "acks": _acks(100, "sqlite"),
    "ack-pg": _acks(1, "postgres"),
    "acks-pg": _acks(100, "postgres"),
    "storm": _storm("sqlite"),
    "storm-pg": _storm("postgres"),
}


def main() -> None:
    other = Path(sys.argv[1]).resolve()
    more_files()
    pin([0], GENERATOR_CORE)
    for name in sys.argv[2:] or PARTS:
        part = PARTS[name]
        with _served(other, part.database) as before, product(database=part.database) as after:
            for line in _lines(part, before, after.job(rooms=10)):
                print(f"{name}, {line}", flush=True)


@contextmanager
def _served(other: Path, database: str) -> Iterator[Job]:
    """A server of the other checkout, and how to reach it."""
    own = other / ".venv" / "bin" / "python"
    if not own.exists():
        path = f"{other}{os.pathsep}{other / 'backend'}"
        with product(database=database, PYTHONPATH=path) as made:
            yield made.job(rooms=10)
        return
    command = [str(own), "-c", SERVES, database]
    with subprocess.Popen(
        command, cwd=other, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        # What else is printed there comes before the one line that is the job.
        lines = (line for line in process.stdout or () if line.startswith("{"))
        if not (line := next(lines, "")):
            sys.exit(f"No server of {other} came up; it says above why.")
        yield json.loads(line)
        # To leave here closes its input, which ends it.


def _lines(part: Part, *jobs: Job) -> list[str]:
    windows = [_opened(part, job) for job in jobs]
    found: list[list[Figures]] = [[], []]
    for number in range(part.pairs):
        for side in (0, 1) if number % 2 == 0 else (1, 0):
            found[side].append(windows[side]())
    lines = []
    for figure in found[0][0]:
        before, after = ([one[figure] for one in side] for side in found)
        ratios = [new / old for old, new in zip(before, after, strict=True)]
        shown = f"{_spread(before)} -> {_spread(after)}, ratio {_spread(ratios)}"
        lines.append(f"{figure}, {part.pairs} pairs: {shown}")
    return lines


def _opened(part: Part, job: Job) -> Callable[[], Figures]:
    words = {**job["words"], "rooms": job["words"]["rooms"][: part.rooms]}
    if part.only_hello:
        words |= {"is_in": '"type":"welcome"', "subscribes": False}
    wanted = {"sockets": part.sockets, "senders": min(part.sockets, 48), "words": words}
    load = Load({**job, **wanted})
    load.crowd.open(part.sockets)
    load.crowd.rest(1.0, until_quiet=True)

    def window() -> Figures:
        figures: Figures = {}
        for step, wanted in part.steps:
            result = STEPS[step["do"]](load, step)
            figures |= {title: result[key] for key, title in wanted.items()}
        return figures

    return window


def _spread(values: list[float]) -> str:
    return f"{median(values):.3g} ({min(values):.3g} to {max(values):.3g})"


if __name__ == "__main__":
    main()
