"""FAN: one room, everyone gets every message. What a delivery costs, how many a second there are at
most, how long one takes.

In each round all variants run once, and the order turns round from one round to the next.

    alone    the next message is said when everybody has the last
    busy     many messages are on their way
    quiet    ten messages a second to 100 sockets
    stalled  the same, and busy, with one that reads nothing
"""

from __future__ import annotations

from typing import Any

from bench.figures import median
from bench.progress import Progress
from bench.run import PartFailed, load, reason
from bench.variants import VARIANTS, Variant

NAME = "FAN"
SIZES = (100, 1000)
QUIET_RATE = 10
Result = dict[str, Any]


def measure(is_short: bool, only: list[str]) -> Result:
    chosen = [variant for name, variant in VARIANTS.items() if not only or name in only]
    rounds = 1 if is_short else 2
    progress = Progress(NAME, rounds * len(chosen) * len(SIZES))
    runs: list[Result] = []
    for number in range(rounds):
        for sockets in SIZES:
            for variant in chosen if number % 2 == 0 else reversed(chosen):
                progress.step(f"{variant.title}, {sockets} sockets, round {number + 1}")
                run = _once(variant, sockets, is_short)
                runs.append({"variant": variant.name, "sockets": sockets, "round": number, **run})
                progress.note(_progress_line(variant, sockets, run))
    progress.end()
    return {"runs": runs, "rounds": rounds, "short": is_short}


def _once(variant: Variant, sockets: int, is_short: bool) -> Result:
    part = 0.6 if is_short else 1.0
    steps: list[Result] = [
        {"do": "closed", "in_flight": 1, "seconds": 1.5 * part},
        {"do": "closed", "in_flight": variant.in_flight, "seconds": 2.5 * part},
    ]
    names = ["alone", "busy"]
    if sockets == SIZES[0]:
        steps += [{"do": "open", "rate": QUIET_RATE, "seconds": 4 * part}]
        names += ["quiet"]
        if variant.is_ours or variant.name == "socketio":
            steps += [
                {"do": "stall"},
                {"do": "open", "rate": QUIET_RATE, "seconds": 2.5 * part},
                {"do": "closed", "in_flight": variant.in_flight, "seconds": 2 * part},
            ]
            names += ["stall", "stalled_quiet", "stalled_busy"]
    try:
        with variant.start() as job:
            found = load({**job, "sockets": sockets, "senders": 48, "steps": steps})
    except (PartFailed, AssertionError) as error:
        return {"error": reason(error)}
    return dict(zip(names, found, strict=True))


def _progress_line(variant: Variant, sockets: int, run: Result) -> str:
    if "error" in run:
        return f"{variant.title}, {sockets}: FAILED: {run['error']}"
    alone, busy = run["alone"], run["busy"]
    text = (
        f"{variant.title}, {sockets}: {alone['cpu_us']:.1f} µs a delivery alone, "
        f"{busy['cpu_us']:.2f} busy, "
        f"{busy['per_s']:,.0f} deliveries/s (generator {busy['generator_share']:.0%})"
    )
    if "quiet" in run:
        text += f", quiet p50 {run['quiet']['p50_ms']:.1f} p99 {run['quiet']['p99_ms']:.1f} ms"
    return text


def figure(result: Result, variant: str, sockets: int, step: str, name: str) -> list[float]:
    """One figure of all rounds that went well."""
    return [
        run[step][name]
        for run in result["runs"]
        if run["variant"] == variant and run["sockets"] == sockets and step in run
    ]


def middle(result: Result, variant: str, sockets: int, step: str, name: str) -> float:
    return median(figure(result, variant, sockets, step, name))
