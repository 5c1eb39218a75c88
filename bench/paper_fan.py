"""What FAN came to, for the paper."""

from __future__ import annotations

from typing import Any

from bench import plots
from bench.figures import Bar, ratio_bar, ratio_of, spread, three_digits
from bench.markdown import table
from bench.parts import fan
from bench.variants import VARIANTS

NAME = fan.NAME
Result = dict[str, Any]


OURS = "uvicorn"
WHOSE = {
    "socketio": "Socket.IO's",
    "limit": "the limit's",
    "bun": "Bun's",
    "nats": "NATS's",
    "tutorial": "the tutorial's",
}
# CPU of a delivery, of another's in the same run: sockets, step, whose, the most.
CPU_BARS = (
    (100, "alone", "socketio", 1.0),
    (1000, "alone", "socketio", 1.0),
    (100, "busy", "limit", 0.45),
    (1000, "busy", "limit", 0.1),
    (1000, "busy", "bun", 1.5),
    (1000, "busy", "nats", 0.25),
    (1000, "busy", "socketio", 0.1),
    (1000, "busy", "tutorial", 0.005),
)
# Once for the delivery itself, and once more for what comes before it: commit, disk and Redis.
QUIET_MOST = 2.0
STALLED_MOST = 1.25


def bars(result: Result) -> list[Bar]:
    def of(variant: str, sockets: int, step: str, name: str) -> float:
        return fan.middle(result, variant, sockets, step, name)

    found = []
    for sockets, step, other, most in CPU_BARS:
        how = "that comes alone" if step == "alone" else "in a busy room"
        text = f"CPU of a delivery {how}, {sockets:,} sockets, of {WHOSE[other]}"
        own, theirs = (of(name, sockets, step, "cpu_us") for name in (OURS, other))
        found.append(ratio_bar(NAME, text, own, theirs, most=most))
    quiet, stalled = (of(OURS, 100, step, "p99_ms") for step in ("quiet", "stalled_quiet"))
    busy, busy_stalled = (of(OURS, 100, step, "per_s") for step in ("busy", "stalled_busy"))
    limit = of("limit", 100, "quiet", "p99_ms")
    return [
        *found,
        ratio_bar(
            NAME, "p99 in a quiet room of 100, of the limit's", quiet, limit, most=QUIET_MOST
        ),
        ratio_bar(
            NAME,
            "p99 there with one stalled reader, of the same without",
            stalled,
            quiet,
            most=STALLED_MOST,
        ),
        ratio_bar(
            NAME,
            "deliveries/s in a busy room of 100 with one stalled reader, of the same without",
            busy_stalled,
            busy,
            least=0.9,
        ),
    ]


def figures(result: Result) -> str:
    def cell(variant: str, sockets: int, step: str, name: str) -> str:
        return spread(fan.figure(result, variant, sockets, step, name))

    blocks = []
    for sockets in fan.SIZES:
        rows = []
        for name, variant in VARIANTS.items():
            limit = fan.middle(result, "limit", sockets, "alone", "cpu_us")
            own = fan.middle(result, name, sockets, "alone", "cpu_us")
            row = [
                variant.title,
                cell(name, sockets, "alone", "cpu_us"),
                three_digits(ratio_of(own, limit)) + " ×",
                cell(name, sockets, "busy", "cpu_us"),
                cell(name, sockets, "busy", "per_s"),
                f"{fan.middle(result, name, sockets, 'busy', 'generator_share') * 100:.0f} %",
            ]
            if sockets == fan.SIZES[0]:
                row += [
                    cell(name, sockets, "quiet", "p50_ms"),
                    cell(name, sockets, "quiet", "p99_ms"),
                ]
            rows.append(row)
        head = [
            "",
            "alone: µs a delivery",
            "of the limit's",
            "busy: µs",
            "busy: deliveries/s",
            "generator's core",
        ]
        head += ["quiet: p50 ms", "p99 ms"] if sockets == fan.SIZES[0] else []
        blocks.append(f"**{sockets:,} sockets**\n\n{table(head, rows)}")
    ceiling = max(
        (fan.middle(result, name, 1000, "busy", "per_s") for name in VARIANTS), default=float("nan")
    )
    blocks.append(
        "The generator is not the bottleneck where its core is not full. In this run it counted "
        f"up to {three_digits(ceiling)} deliveries/s, and "
        f"{three_digits(fan.middle(result, 'limit', 1000, 'busy', 'per_s'))} from the limit's "
        "server, which writes one frame a delivery as the peers do. Where its core is 95 % busy or "
        "more, the server's rate may be higher than the figure."
    )
    return (
        "\n\n".join(blocks)
        + "\n\n![CPU a delivery](benchmarks/fan-cpu.svg)"
        + "\n\n![Deliveries a second](benchmarks/fan-rate.svg)"
    )


def drawings(result: Result) -> dict[str, str]:
    def rows(sockets: int, step: str, name: str) -> list[plots.Bar]:
        kinds = {"limit": "limit"} | {
            key: "ours" for key, variant in VARIANTS.items() if variant.is_ours
        }
        return [
            (v.title, fan.middle(result, key, sockets, step, name), kinds.get(key, "bar"))
            for key, v in VARIANTS.items()
        ]

    return {
        "fan-cpu.svg": plots.bars(
            "CPU of one delivery that comes alone",
            "µs, one room of 1,000 sockets; less is better; logarithmic",
            rows(1000, "alone", "cpu_us"),
            is_log=True,
        ),
        "fan-rate.svg": plots.bars(
            "Deliveries a second in a busy room",
            "one room of 1,000 sockets, one process; more is better; logarithmic",
            rows(1000, "busy", "per_s"),
            is_log=True,
        ),
    }
