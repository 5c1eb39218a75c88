"""The results of each part, as docs/benchmarks.md shows them:
its bars first, then all figures, then a plot.
"""

from __future__ import annotations

import math
import os
import platform
import subprocess
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench import paper_fan, paper_ingest, paper_workspace
from bench.figures import Bar, median, ratio_bar, spread, three_digits
from bench.markdown import table
from bench.page.figures import Figure
from bench.parts import history, idle, storm
from bench.variants import VARIANTS

Result = dict[str, Any]
STORM_MOST = 4.0
PACKAGES = (
    "django",
    "channels",
    "channels-redis",
    "daphne",
    "uvicorn",
    "uvloop",
    "websockets",
    "psycopg",
)


def machine() -> str:
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cpu = next(
        (
            row.partition(":")[2].strip()
            for row in Path("/proc/cpuinfo").read_text().splitlines()
            if row.startswith("model name")
        ),
        platform.machine(),
    )
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False)
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"On {datetime.now(UTC):%d %B %Y}: {os.cpu_count()} cores ({cpu}), {gigabytes:.0f} GB, "
        f"{platform.system()} "
        f"{platform.release()}, Python {platform.python_version()}, Node {node.stdout.strip()}, "
        f"{packages}. "
        f"Load average before the run: {os.getloadavg()[0]:.1f}."
    )


def bars_table(bars: Sequence[Bar]) -> str:
    return "\n".join(
        ["| figure | bar | measured | |", "|---|---|---|---|", *(b.row() for b in bars)]
    )


def failed(result: Result) -> list[str]:
    """What could not be measured: the first line of each error."""
    if "failed" in result:
        return [str(result["failed"])]
    return [str(run["error"]).strip().splitlines()[0] for run in result["runs"] if "error" in run]


def failures(result: Result) -> list[str]:
    """The same, in words that do not break the page."""
    return [f"- could not be measured: {text[:200]}" for text in failed(result)]


def bars_of(name: str, result: Result) -> list[Bar]:
    """The bars of a part. One whose figures are missing has no number."""
    if "failed" in result:
        return []
    if name == "PAGE":
        return page_bars(result)
    return SECTIONS[name][0](result)


def page_bars(result: Result) -> list[Bar]:
    found = (Figure(**run).as_bar() for run in result["runs"])
    return [bar for bar in found if bar is not None]


def section(name: str, result: Result) -> str:
    """The markdown between the marks of a part."""
    if not result["runs"]:
        return "\n".join(["Not measured.", *failures(result)])
    if name == "PAGE":  # tables of another form, made in bench/page/
        return str(result["paper"])
    bars, figures = bars_of(name, result), SECTIONS[name][1]
    parts = [bars_table(bars)] if bars else []
    return "\n\n".join(
        [*parts, figures(result), *(["\n".join(failures(result))] if failures(result) else [])]
    )


# What a socket holds, and how fast sockets come in, of a peer's in the same run. The tutorial asks
# origin and session, as ours asks origin, key and token; the others ask nobody.
IDLE_BARS: tuple[tuple[str, str, str, dict[str, float]], ...] = (
    ("memory of a socket, of Socket.IO's", "kib_per_socket", "socketio", {"most": 1.0}),
    ("handshakes/s, of the tutorial's", "handshakes_per_s", "tutorial-redis", {"least": 2.0}),
    ("handshakes/s, of Socket.IO's", "handshakes_per_s", "socketio", {"least": 0.5}),
)


def idle_bars(result: Result) -> list[Bar]:
    found = {run["variant"]: run for run in result["runs"] if "kib_per_socket" in run}
    return [
        ratio_bar(
            "IDLE",
            f"{server}: {text}",
            found.get(server, {}).get(name, math.nan),
            found.get(other, {}).get(name, math.nan),
            **bar,
        )
        for server in idle.SERVERS
        for text, name, other, bar in IDLE_BARS
    ]


def idle_figures(result: Result) -> str:
    rows = [
        [
            VARIANTS[run["variant"]].title,
            three_digits(run["kib_per_socket"]),
            three_digits(run["handshakes_per_s"]),
            three_digits(run["resident_kib"] / 1024),
        ]
        for run in result["runs"]
        if "kib_per_socket" in run
    ]
    return table(["", "KiB a socket", "handshakes/s", "MiB before"], rows) + (
        "\n\nPeers check neither origin nor key nor token, so their handshakes show only the "
        "scale. Memory of the kernel is not counted."
    )


def _storms(result: Result) -> dict[tuple[str, str], list[float]]:
    found: dict[tuple[str, str], list[float]] = {}
    for run in result["runs"]:
        found.setdefault((run["variant"], run["database"]), [])
        if "seconds" in run:
            found[run["variant"], run["database"]].append(run["seconds"])
    return found


def storm_bars(result: Result) -> list[Bar]:
    found = _storms(result)
    peer = median(found.get((storm.PEERS[0], ""), []))
    return [
        ratio_bar(
            "STORM",
            f"{server}, {database}: 1,000 clients back at once and in step, of Socket.IO's "
            "that only connect",
            median(found.get((server, database), [])),
            peer,
            most=STORM_MOST,
        )
        for server in storm.SERVERS
        for database in storm.DATABASES
    ]


def storm_figures(result: Result) -> str:
    rows = [
        [", ".join(filter(None, (VARIANTS[variant].title, database))), spread(seconds)]
        for (variant, database), seconds in _storms(result).items()
        if seconds
    ]
    return table(["1,000 clients back at once", "seconds"], rows) + (
        "\n\nAll connect in one moment, without the jitter that spreads real clients. With "
        "Inglenook 100 messages were said meanwhile, and a client is back when it has them. Peers "
        "store none: with them a client is back when it is connected."
    )


def history_bars(result: Result) -> list[Bar]:
    return [
        Bar(
            "HISTORY",
            f"{run['database']}, {run['way']}, {run['place']}: at {run['sizes'][1]:,} messages of "
            f"at {run['sizes'][0]:,}",
            run["ratio"],
            " ×",
            most=1.5,
        )
        for run in result["runs"]
        if "ratio" in run
    ]


def history_figures(result: Result) -> str:
    rows = [
        [
            f"{run['database']}, {run['way']}, {run['place']}",
            three_digits(run["ms"][0]),
            three_digits(run["ms"][1]),
        ]
        for run in result["runs"]
        if "ratio" in run
    ]
    return table([f"a page of {history.PAGE}, median ms", "few", "many"], rows)


def resume_bars(result: Result) -> list[Bar]:
    return [
        Bar(
            "RESUME",
            f"{run['database']}, {run['missed']:,} missed, {run['clients']} clients: largest "
            "answer",
            run["largest_bytes"] / 1024,
            " KiB",
            most=72,
        )
        for run in result["runs"]
        if "largest_bytes" in run
    ]


def resume_figures(result: Result) -> str:
    rows = [
        [
            run["database"],
            f"{run['missed']:,}",
            str(run["clients"]),
            str(run["pages"]),
            three_digits(run["seconds"]),
            three_digits(run["peak_growth_kib"] / 1024),
            three_digits(run["peak_growth_kib_per_client"]),
        ]
        for run in result["runs"]
        if "largest_bytes" in run
    ]
    return table(
        [
            "",
            "missed",
            "clients",
            "answers each",
            "all back after s",
            "peak MiB above",
            "KiB a client",
        ],
        rows,
    )


def growth_figures(result: Result) -> str:
    rows = [
        [
            run["way"],
            " + ".join(three_digits(us) for us in run["us_per_message"]),
            three_digits(sum(run["us_per_message"])),
            three_digits(run["beside_us"] * run["deliveries"] / max(1, run["said"])),
        ]
        for run in result["runs"]
        if "us_per_message" in run
    ]
    return table(["", "CPU µs a message, of each process", "together", "Redis µs a message"], rows)


Bars = Callable[[Result], list[Bar]]
SECTIONS: dict[str, tuple[Bars, Callable[[Result], str]]] = {
    "FAN": (paper_fan.bars, paper_fan.figures),
    "INGEST": (paper_ingest.bars, paper_ingest.figures),
    "IDLE": (idle_bars, idle_figures),
    "STORM": (storm_bars, storm_figures),
    "HISTORY": (history_bars, history_figures),
    "RESUME": (resume_bars, resume_figures),
    "GROWTH": (lambda _result: [], growth_figures),
    "WORKSPACE": (paper_workspace.bars, paper_workspace.figures),
}
PLOTS: dict[str, Callable[[Result], dict[str, str]]] = {
    "FAN": paper_fan.drawings,
    "INGEST": paper_ingest.drawings,
}
