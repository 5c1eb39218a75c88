"""Lighthouse's performance score of a page with and without the tag.
Its package is installed for this alone.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from statistics import median

from bench.page.figures import Figure
from bench.page.stage import Stage
from scripts.steps import ROOT, ChoreError

PROGRAM = (
    ROOT / "bench" / "page" / "lighthouse" / "node_modules" / "lighthouse" / "cli" / "index.js"
)
SECONDS = 180


def measure(stage: Stage, rounds: int, step: Callable[[str], None]) -> list[Figure]:
    pages = {
        "without": stage.site.page("lighthouse-without"),
        "with": stage.site.page("lighthouse-with", stage.tag),
    }
    scores: dict[str, list[float]] = {name: [] for name in pages}
    for number in range(rounds):
        for name in pages if number % 2 else reversed(pages):
            step(f"Lighthouse, {name} the tag, {number + 1} of {rounds}")
            scores[name].append(_score(stage.program, pages[name]))
    before, after = median(scores["without"]), median(scores["with"])
    return [
        Figure(
            "Points that Lighthouse takes off for the tag",
            before - after,
            "",
            0,
            f"{before:.0f} without, {after:.0f} with it",
        )
    ]


def _score(chromium: str, url: str) -> float:
    flags = "--headless=new --disable-gpu --disable-dev-shm-usage --no-first-run"
    if os.geteuid() == 0:
        flags += " --no-sandbox"
    node = shutil.which("node") or "node"
    done = subprocess.run(
        [
            node,
            str(PROGRAM),
            url,
            "--only-categories=performance",
            "--output=json",
            "--quiet",
            f"--chrome-flags={flags}",
        ],
        env={**os.environ, "CHROME_PATH": chromium},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    if done.returncode != 0:
        raise ChoreError(f"Lighthouse failed on {url}:\n{done.stderr[-2000:]}")
    report = json.loads(done.stdout)
    return round(100 * float(report["categories"]["performance"]["score"]))
