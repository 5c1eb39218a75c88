"""All of it on one stage, and the paper."""

from __future__ import annotations

import os
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.page import before_click, history, lighthouse, memory, open_chat, paper, peers, sizes
from bench.page.figures import Figure
from bench.page.stage import stage
from scripts.install import OFFLINE_HINT, install
from scripts.steps import ROOT, Stamp, digest, one_at_a_time, say, step

PARTS = ("sizes", "click", "open", "history", "memory", "lighthouse", "peers")


def measure(is_short: bool, only: list[str]) -> dict[str, Any]:
    """Everything, or the parts that are named. What was measured is shown
    as it goes into the paper.
    """
    install_for_page()
    loads, visits = (2, 1) if is_short else (7, 5)
    wanted = only or list(PARTS)
    figures: list[Figure] = []
    rows: list[peers.Row] = []
    with tempfile.TemporaryDirectory() as folder, stage(Path(folder)) as ready:
        if "sizes" in wanted:
            figures += sizes.measure()
        if "click" in wanted:
            figures += before_click.measure(ready, loads, _tell)
        if "open" in wanted:
            figures += open_chat.measure(ready, visits, _tell)
        if "history" in wanted:
            figures += history.measure(ready, visits, _tell)
        if "memory" in wanted:
            figures += memory.measure(ready, _tell)
        if "lighthouse" in wanted:
            figures += lighthouse.measure(ready, 1 if is_short else 3, _tell)
        if "peers" in wanted:
            rows = peers.measure(ready, loads, _tell)
            figures += peers.bars(rows)
        text = paper.text_of(figures, rows, ready.program)
    say(text)
    return {
        "runs": [asdict(figure) for figure in figures],
        "peers": [asdict(row) for row in rows],
        "paper": text,
    }


def install_for_page() -> None:
    """The widgets of others, and Lighthouse: each in a folder of its own, with its own lock,
    and only here.
    """
    env = install(dev=True)
    os.environ["PATH"] = env["PATH"]
    with one_at_a_time():
        for title, name in (("Peers' widgets", "peers"), ("Lighthouse", "lighthouse")):
            folder = ROOT / "bench" / "page" / name
            step(
                title,
                [
                    "npm",
                    "ci",
                    "--ignore-scripts",
                    "--no-audit",
                    "--no-fund",
                    "--prefix",
                    str(folder),
                ],
                env=env,
                stamp=Stamp(
                    folder / "node_modules" / ".installed",
                    digest([folder / "package.json", folder / "package-lock.json"]),
                ),
                hint=OFFLINE_HINT,
            )


def _tell(what: str) -> None:
    say(f"  page     {what}")
