"""What INGEST came to, for the paper."""

from __future__ import annotations

from typing import Any

from bench import plots
from bench.figures import Bar, ratio_bar, three_digits
from bench.markdown import table
from bench.parts import ingest
from bench.variants import STORING

Result = dict[str, Any]


NAME = ingest.NAME
ORM, PEER = "the ORM one by one", "nats-stream"
# Of the same rows stored one by one, and of a peer that stores: senders, figure, bar.
BARS: tuple[tuple[str, str, int, str, dict[str, float]], ...] = (
    (ORM, "durable messages a second, 100 senders", 100, "acks_per_s", {"least": 10.0}),
    (ORM, "p99 of their acks", 100, "p99_ms", {"most": 0.1}),
    (ORM, "median of a lone sender's acks", 1, "p50_ms", {"most": 1.0}),
    (PEER, "durable messages a second, 100 senders", 100, "acks_per_s", {"least": 5.0}),
    (PEER, "median of a lone sender's acks", 1, "p50_ms", {"most": 1.5}),
)


def bars(result: Result) -> list[Bar]:
    found = []
    for database in ingest.DATABASES:
        for other, text, senders, name, bar in BARS:
            own = ingest.middle(result, database, "whole_path", senders, name)
            where = (database, "one_by_one") if other == ORM else (other, "whole_path")
            theirs = ingest.middle(result, *where, senders, name)
            whose = STORING[other].title if other in STORING else other
            found.append(ratio_bar(NAME, f"{database}: {text}, of {whose}", own, theirs, **bar))
    return found


def _ways() -> list[tuple[str, str, str]]:
    """Each row: its title, database or peer, and way."""
    ours = [
        (f"{database}, {way.replace('_', ' ')}", database, way)
        for database in ingest.DATABASES
        for way in ("whole_path", "with_subscribers", "one_by_one")
    ]
    return [*ours, *((peer.title, name, "whole_path") for name, peer in STORING.items())]


def figures(result: Result) -> str:
    rows = [
        [title, str(senders)]
        + [
            three_digits(ingest.middle(result, place, way, senders, name))
            for name in ("acks_per_s", "p50_ms", "p99_ms", "cpu_us_per_ack")
        ]
        for title, place, way in _ways()
        for senders in ingest.SENDERS
    ]
    return (
        table(["", "senders", "acks/s", "p50 ms", "p99 ms", "CPU µs each"], rows)
        + "\n\n![Durable messages](benchmarks/ingest.svg)"
    )


def drawings(result: Result) -> dict[str, str]:
    rows: list[plots.Bar] = [
        (
            title,
            ingest.middle(result, place, way, 100, "acks_per_s"),
            "ours" if place in ingest.DATABASES and way != "one_by_one" else "bar",
        )
        for title, place, way in _ways()
    ]
    return {
        "ingest.svg": plots.bars(
            "Durable messages a second",
            "100 senders, acked after COMMIT, one process; more is better",
            rows,
        )
    }
