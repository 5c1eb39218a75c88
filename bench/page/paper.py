"""The page's part of docs/benchmarks.md."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime

from bench.page.figures import Figure
from bench.page.peers import NOT_MEASURED, Row
from bench.page.stage import CPU


def text_of(figures: Sequence[Figure], rows: Sequence[Row], chromium: str) -> str:
    version = subprocess.run(
        [chromium, "--version"], capture_output=True, text=True, check=False
    ).stdout.strip()
    return "\n".join(
        [
            f"By `make bench PAGE=1` on {datetime.now(UTC):%d %B %Y}: {version}, its CPU {CPU} "
            f"times slower, {os.cpu_count()} cores, "
            f"{platform.system()} {platform.machine()}, load average {os.getloadavg()[0]:.1f} at "
            "the end. The product is served by "
            "`inglenook demo`, the page by another origin, all over loopback. Slow 4G has 150 ms "
            "there and back and 1.6 Mbit/s.",
            "",
            "Script is time on the page's main thread above a page without the tag, by the "
            "thread's own clock, the least of all "
            "loadings; a finger presses without hovering first. A ratio is of two medians, which "
            "were measured in turn: ours, and that of the same files and panel without a chat's "
            "script (`bench/page/floor.py`).",
            "",
            "| what | measured | bar | | |",
            "|---|---:|---:|---|---|",
            *(figure.row() for figure in figures),
            "",
            "Beside published widgets, each alone on the same page, loaded in turn in the same "
            "run. They were loaded and evaluated, not "
            "started: no account was used. Script is the least of all loadings, and their median, "
            "in ms.",
            "",
            "| widget | bytes | gzip | brotli | script | long tasks | |",
            "|---|---:|---:|---:|---:|---:|---|",
            *(row.line() for row in rows),
            "",
            NOT_MEASURED,
        ]
    )
