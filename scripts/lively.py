"""`make lively`: an hour of a lively room in ten minutes, followed by a real browser.

    make lively                        200 people, 10 minutes; written into docs/reliability.md
    make lively MINUTES=1 PEOPLE=50    shorter or smaller; only printed
    make lively SEED=7                 the same hour again

It fails where memory grows, where a task of the page takes more than 50 ms, or where the browser
shows at the end anything else than the server says. As root it lets the browser go before other
work on this machine; otherwise that work lengthens the browser's tasks.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bench.markdown import filled
from scripts import browser
from scripts.install import install
from scripts.steps import ROOT, chore, say

if TYPE_CHECKING:
    from tests.testkit.lively.hour import Outcome, Scale

PAPER = ROOT / "docs" / "reliability.md"
MINUTES, PEOPLE, SEED = 10, 200, 1
MOST_DETAILS = 20


def main() -> bool:
    install(dev=True)
    options = browser.launch_options()
    # Only now: what they import has just been installed.
    from playwright.sync_api import sync_playwright

    from tests.testkit.lively.hour import Scale, play
    from tests.testkit.lively.verdict import bars

    scale = Scale(
        people=int(os.environ.get("PEOPLE") or PEOPLE),
        seconds=float(os.environ.get("MINUTES") or MINUTES) * 60,
        seed=int(os.environ.get("SEED") or SEED),
    )
    load = os.getloadavg()[0]
    say(f"  {scale.people} people, {scale.seconds / 60:g} minutes, seed {scale.seed}")
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        chromium = playwright.chromium.launch(**options)
        outcome = play(scale, chromium, Path(folder), say, favours=True)
        version = chromium.version
        chromium.close()
    found = bars(outcome)
    for bar in found:
        say(f"  {'met   ' if bar.is_met else 'MISSED'} {bar.words}")
    for detail in _details(outcome):
        say(f"         {detail}")
    is_met = all(bar.is_met for bar in found)
    if _is_whole(scale):
        words = "; ".join(bar.words for bar in found)
        verdict = "All bars are met" if is_met else "**Bars are missed**"
        _put(f"{_said(outcome, load, version)} {verdict}: {words}.")
        say("  written into docs/reliability.md")
    return is_met


def _is_whole(scale: Scale) -> bool:
    return scale.people >= PEOPLE and scale.seconds >= MINUTES * 60


def _details(outcome: Outcome) -> list[str]:
    tasks = sorted(outcome.tasks, key=lambda task: -task.ms)
    lines = [f"{task.ms:.0f} ms at {task.at / 1000:.0f} s: {task.why}" for task in tasks]
    return [*outcome.differences, *outcome.defects, *lines][:MOST_DETAILS]


def _said(outcome: Outcome, load: float, version: str) -> str:
    scale = outcome.scale
    refused = ", ".join(f"{count} × `{code}`" for code, count in outcome.answers.most_common())
    acts = ", ".join(f"{count} × {kind}" for kind, count in sorted(outcome.guest_acts.items()))
    priority = (
        "The browser went before other work on the machine."
        if outcome.is_favoured
        else "The browser had no priority over other work on the machine."
    )
    return (
        f"On {datetime.now(UTC):%d %B %Y}: {scale.people} people, {scale.seconds / 60:g} minutes, "
        f"seed {scale.seed}, Chromium {version}, {os.cpu_count()} cores, {platform.system()} "
        f"{platform.machine()}, one process with SQLite, all on this machine; the load average was "
        f"{load:.1f} before. {priority} The room had {outcome.changes} changes. The team approved "
        f"{outcome.decided['approve']} messages and rejected {outcome.decided['reject']}. "
        f"Refused: {refused or 'nothing'}. The visitor of the browser: {acts}."
    )


def _put(inside: str) -> None:
    before, rest = PAPER.read_text().split("<!-- lively -->\n")
    _, after = rest.split("\n<!-- /lively -->")
    PAPER.write_text(f"{before}<!-- lively -->\n{filled(inside)}\n<!-- /lively -->{after}")


if __name__ == "__main__":
    sys.exit(chore(main))
