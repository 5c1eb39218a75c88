"""What INGEST came to, for the paper."""

from __future__ import annotations

from typing import Any

from bench import plots
from bench.figures import Bar, ratio_of, three_digits
from bench.markdown import table
from bench.parts import ingest

Result = dict[str, Any]


def bars(result: Result) -> list[Bar]:
    found = []
    for database in ingest.DATABASES:

        def of(way: str, senders: int, name: str, database: str = database) -> float:
            return ingest.middle(result, database, way, senders, name)

        rate = of("whole_path", 100, "acks_per_s")
        found += [
            Bar("INGEST", f"{database}: durable messages, 100 senders", rate, "/s", least=5000),
            Bar(
                "INGEST",
                f"{database}: p99 of their acks",
                of("whole_path", 100, "p99_ms"),
                " ms",
                most=25,
            ),
            Bar(
                "INGEST",
                f"{database}: a lone sender's ack, median",
                of("whole_path", 1, "p50_ms"),
                " ms",
                most=3,
            ),
            Bar(
                "INGEST",
                f"{database}: of the ORM one by one, 100 senders",
                ratio_of(rate, of("one_by_one", 100, "acks_per_s")),
                " ×",
                least=10,
            ),
        ]
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
