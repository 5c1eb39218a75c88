"""`make faults`: every fault at full size, with real PostgreSQL and Redis;
the table goes into docs/reliability.md.

    make faults                      all of them (about half an hour)
    make faults ONLY="F3 F7"         some; their rows are renewed, the others stay
    make faults SEED=7               the same moments and choices again
    make faults CHURN=10             the churn run instead: 300 visitors, that many minutes,
                                     everything at once

A missed bar of time is tried once more before it is believed.
A message lost, doubled or out of order is not.
"""

from __future__ import annotations

import asyncio
import os
import platform
import secrets
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bench.markdown import filled
from scripts.install import install
from scripts.steps import ROOT, ChoreError, chore, say

if TYPE_CHECKING:
    from tests.testkit.faults.registry import Fault, Report, Scale

PAPER = ROOT / "docs" / "reliability.md"
CHURN_VISITORS = 300
CHURN_PER_SECOND = 175.0


def main() -> bool:
    install(dev=True)
    seed = int(os.environ.get("SEED") or secrets.randbelow(1_000_000))
    say(f"  seed {seed}   (again: make faults SEED={seed})")
    if minutes := os.environ.get("CHURN"):
        return asyncio.run(_churn(seed, float(minutes)))
    return asyncio.run(_faults(seed, os.environ.get("ONLY", "").split()))


async def _faults(seed: int, names: Sequence[str]) -> bool:
    from tests.testkit.faults import everything  # noqa: F401  registers them
    from tests.testkit.faults.registry import FAULTS, order_of, whole

    if unknown := [name for name in names if name not in FAULTS]:
        raise ChoreError(f"There is no fault {', '.join(unknown)}.")
    is_ok = True
    _put("machine", _machine())
    for name in sorted(names or FAULTS, key=order_of):
        try:
            report, seconds = await _run(FAULTS[name], whole(seed))
        except (AssertionError, OSError) as error:
            is_ok = False
            say(f"  {name:<4} NOT MEASURED, its row stays: {error}")
            continue
        is_ok = report.is_met and is_ok
        say(
            f"  {name:<4} {'met   ' if report.is_met else 'MISSED'} {seconds:4.0f} s  "
            f"{_measured(report)}"
        )
        for detail in report.verdict.details:
            say(f"         {detail}")
        _put_row(name, _row(FAULTS[name], report, seed))
    say(
        f"\nfaults: {'all bars met' if is_ok else 'BARS MISSED'}; the table is in "
        "docs/reliability.md"
    )
    return is_ok


async def _run(fault: Fault, scale: Scale) -> tuple[Report, float]:
    say(f"  {fault.name}: {fault.title} …")
    began = time.monotonic()
    report = await fault.run(scale)
    if report.verdict.is_clean and not report.is_met:
        say(f"  {fault.name}: missed a bar of time; once more")
        report = await fault.run(scale)
    return report, time.monotonic() - began


async def _churn(seed: int, minutes: float) -> bool:
    from tests.testkit.faults.churn import churn
    from tests.testkit.faults.registry import whole

    scale = replace(whole(seed), visitors=CHURN_VISITORS, per_second=CHURN_PER_SECOND)
    report, dealt = await churn(scale, minutes * 60)
    verdict = report.verdict
    blows = ", ".join(f"{count} × {name.replace('_', ' ')}" for name, count in dealt.most_common())
    text = (
        f"{minutes:g} minutes, seed {seed}: {_promise(report)}. {verdict.acked} acked, "
        f"{verdict.stored} "
        f"stored. {_measured(report)}. Blows: {blows}."
    )
    say(text)
    for detail in verdict.details:
        say(f"    {detail}")
    _put("churn", text)
    return report.is_met


def _row(fault: Fault, report: Report, seed: int) -> str:
    verdict = "met" if report.is_met else "**missed**"
    return (
        f"| {fault.name} | {fault.title} | {_promise(report)} | {_measured(report)} | {seed} | "
        f"{verdict} |"
    )


def _promise(report: Report) -> str:
    """What must be 0 in every row, in the order of the table's heading."""
    verdict = report.verdict
    counts = {
        "lost": verdict.lost,
        "doubled": verdict.duplicated,
        "disordered": verdict.disordered,
        "unanswered": verdict.unresolved,
        "failed": verdict.failed,
        "leaked": verdict.leaked,
        "undone": verdict.undone,
        "1011": verdict.code_1011,
        "exceptions": verdict.exceptions,
    }
    wrong = [f"**{name} {count}**" for name, count in counts.items() if count]
    return f"{', '.join(wrong) or '0'} of {verdict.said}"


def _measured(report: Report) -> str:
    return "; ".join(str(figure) for figure in report.figures)


def _machine() -> str:
    from tests.testkit.faults.by_http import MIX, words_of_the_mix

    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"On {datetime.now(UTC):%d %B %Y}, by `make faults`: {os.cpu_count()} cores, "
        f"{gigabytes:.0f} GB, "
        f"{platform.system()} {platform.machine()}, Python {platform.python_version()}, everything "
        "on this one "
        f"machine over loopback. Of every {len(MIX)} visitors {words_of_the_mix()}. The load "
        f"average was {os.getloadavg()[0]:.1f} before the run began: a load "
        "above 0 is other work, which lengthens every time below."
    )


def _put_row(name: str, row: str) -> None:
    """Renews or adds one row of the table."""
    from tests.testkit.faults.registry import order_of

    lines = _between("table").splitlines()
    head, rows = lines[:2], {line.split("|")[1].strip(): line for line in lines[2:]}
    rows[name] = row
    _put("table", "\n".join([*head, *(rows[key] for key in sorted(rows, key=order_of))]))


def _between(mark: str) -> str:
    text = PAPER.read_text()
    return text.split(f"<!-- {mark} -->\n")[1].split(f"\n<!-- /{mark} -->")[0]


def _put(mark: str, inside: str) -> None:
    text = PAPER.read_text()
    before, rest = text.split(f"<!-- {mark} -->\n")
    _, after = rest.split(f"\n<!-- /{mark} -->")
    PAPER.write_text(f"{before}<!-- {mark} -->\n{filled(inside)}\n<!-- /{mark} -->{after}")


if __name__ == "__main__":
    sys.exit(chore(main))
