"""What INGEST came to, for the paper."""

from __future__ import annotations

from typing import Any

from bench import plots
from bench.figures import Bar, ratio_bar, three_digits
from bench.markdown import table
from bench.parts import ingest

Result = dict[str, Any]


def bars(result: Result) -> list[Bar]:
    """All of the same rows stored one by one by Django's ORM, in the same run."""
    found = []
    for database in ingest.DATABASES:
        for text, senders, name, bar in (
            ("durable messages a second, 100 senders", 100, "acks_per_s", {"least": 10.0}),
            ("p99 of their acks", 100, "p99_ms", {"most": 0.1}),
            ("median of a lone sender's acks", 1, "p50_ms", {"most": 1.0}),
        ):
            own, orm = (
                ingest.middle(result, database, way, senders, name)
                for way in ("whole_path", "one_by_one")
            )
            found.append(
                ratio_bar(
                    ingest.NAME, f"{database}: {text}, of the ORM one by one", own, orm, **bar
                )
            )
    return found


def figures(result: Result) -> str:
    rows = [
        [f"{database}, {way.replace('_', ' ')}", str(senders)]
        + [
            three_digits(ingest.middle(result, database, way, senders, name))
            for name in ("acks_per_s", "p50_ms", "p99_ms", "cpu_us_per_ack")
        ]
        for database in ingest.DATABASES
        for way in ("whole_path", "with_subscribers", "one_by_one")
        for senders in ingest.SENDERS
    ]
    return (
        table(["", "senders", "acks/s", "p50 ms", "p99 ms", "CPU µs each"], rows)
        + "\n\n![Durable messages](benchmarks/ingest.svg)"
    )


def drawings(result: Result) -> dict[str, str]:
    rows: list[plots.Bar] = [
        (
            f"{database}, {way.replace('_', ' ')}",
            ingest.middle(result, database, way, 100, "acks_per_s"),
            "bar" if way == "one_by_one" else "ours",
        )
        for database in ingest.DATABASES
        for way in ("whole_path", "with_subscribers", "one_by_one")
    ]
    return {
        "ingest.svg": plots.bars(
            "Durable messages a second",
            "100 senders, acked after COMMIT, one process; more is better",
            rows,
        )
    }
