"""`make profile`: where the time goes in a process that serves:
fan-out to a busy room of 1,000, and durable sends of 100.

    make profile                     both: tables here, text and flame graphs in .cache/profile/
    make profile INGEST=1            one: FAN or INGEST
    make profile SECONDS=10          longer

py-spy looks at the process from outside, a hundred times a second; ours runs as it always does.
Linux lets it look at its own children, or at anything for root.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

from scripts.bench import PACKAGES, install_for_bench
from scripts.steps import CACHE, ROOT, ChoreError, chore, say

OUT = CACHE / "profile"
PARTS = ("FAN", "INGEST")
RATE = 200
TOP = 25
# Threads that wait for work, which py-spy cannot tell from working everywhere.
WAITS = ("_worker (", "ConnectionQuota._work (", "wait (threading.py", "get (queue.py", "select (")


def main() -> bool:
    if not sys.platform.startswith("linux"):
        raise ChoreError("The load comes from the benchmarks, which need Linux.")
    install_for_bench()
    OUT.mkdir(parents=True, exist_ok=True)
    seconds = float(os.environ.get("SECONDS") or 5)
    for name in [part for part in PARTS if os.environ.get(part)] or PARTS:
        stacks = _profile(name, seconds)
        text = tables(stacks)
        (OUT / f"{name.lower()}.txt").write_text(text)
        say(f"\n{name}\n{text}")
        say(f"  {name}: flame graph in .cache/profile/{name.lower()}.svg")
    return True


def _profile(name: str, seconds: float) -> Counter[tuple[str, ...]]:
    """Puts the load on a process, and looks at it meanwhile."""
    from bench import flame
    from bench.product import product
    from bench.run import load

    step = {"do": "closed", "in_flight": 48} if name == "FAN" else {"do": "acks", "senders": 100}
    with product(redis=True) as made:
        sockets = 1000 if name == "FAN" else 100
        job = made.job(sockets=sockets, senders=48, steps=[{**step, "seconds": seconds + 6}])
        if name == "INGEST":
            job["words"] |= {
                "rooms": made.cast.rooms,
                "is_in": '"type":"welcome"',
                "subscribes": False,
            }
        raw = OUT / f"{name.lower()}.stacks"
        raw.unlink(missing_ok=True)
        watcher = threading.Timer(
            _opening_seconds(sockets), _watch, (made.servers[0].process.pid, seconds, raw)
        )
        watcher.start()
        (result,) = load(job)
        watcher.join()
    if not raw.is_file():
        raise ChoreError(
            "py-spy could not look at the process; see "
            f"{raw.with_suffix('.log').relative_to(ROOT)}.\n"
            "It needs the right to trace: root, or kernel.yama.ptrace_scope=0."
        )
    rate = result.get("per_s") if name == "FAN" else result.get("acks_per_s")
    say(
        f"  {name}: {rate:,.0f} {'deliveries' if name == 'FAN' else 'acks'}/s while it was looked "
        "at"
    )
    stacks = flame.read(raw.read_text())
    (OUT / f"{name.lower()}.svg").write_text(flame.draw(stacks, f"{name}: where the time goes"))
    return stacks


def _opening_seconds(sockets: int) -> float:
    """How long the crowd may take to come in: what is watched is what comes after."""
    return 1.5 + sockets / 400


def _watch(pid: int, seconds: float, raw: Path) -> None:
    argv = [str(PACKAGES / "bin" / "py-spy"), "record", "--pid", str(pid), "--format", "raw"]
    argv += [
        "--duration",
        str(max(1, round(seconds))),
        "--rate",
        str(RATE),
        "--threads",
        "--output",
        str(raw),
    ]
    with raw.with_suffix(".log").open("wb") as log:
        subprocess.run(argv, stdout=log, stderr=log, timeout=seconds + 60, check=False)


def tables(stacks: Counter[tuple[str, ...]]) -> str:
    """The functions in which the time goes, by themselves and with all that they call."""
    stacks = Counter({stack: n for stack, n in stacks.items() if not stack[-1].startswith(WAITS)})
    total = sum(stacks.values()) or 1
    own: Counter[str] = Counter()
    whole: Counter[str] = Counter()
    for stack, count in stacks.items():
        own[stack[-1]] += count
        for function in set(stack):
            whole[function] += count
    blocks = []
    for title, found in (("by themselves", own), ("with what they call", whole)):
        rows = [
            f"    {count / total:6.1%}  {function}" for function, count in found.most_common(TOP)
        ]
        blocks.append("\n".join([f"  {title}", *rows]))
    return "\n\n".join(blocks) + "\n"


if __name__ == "__main__":
    sys.exit(chore(main))
