"""What every measurement stands on: the product, a foreign website with its tag,
a browser with a slow CPU.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from bench.page.site import Site
from scripts.browser import launch_options
from scripts.steps import ROOT
from tests.testkit.browser.demo import Demo, Speaker

CPU = 4
# 150 ms there and back, 1.6 Mbit/s: what Lighthouse calls slow 4G.
SLOW_4G = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 200_000,
    "uploadThroughput": 93_750,
}
WAIT_MS = 60_000
# Nothing of ours comes later than this after the page has loaded.
SETTLED_MS = 1_500


@dataclass
class Stage:
    demo: Demo
    site: Site
    browser: Browser
    program: str

    @property
    def tag(self) -> str:
        return self.tag_for()

    def tag_for(self, **options: str) -> str:
        data = "".join(f' data-{name}="{value}"' for name, value in options.items())
        return (
            f'<script async src="{self.demo.base_url}/embed.js" '
            f'data-site="{self.demo.site_key}"{data}></script>'
        )

    def room(self, name: str, messages: int) -> str:
        """A new room with that many stored messages, written below the
        limits that visitors have.
        """
        slug = self.demo.new_room(name)
        if messages:
            subprocess.run(
                [sys.executable, "-m", "bench.page.seed", slug, str(messages)],
                cwd=ROOT,
                env={**self.demo.env, "PYTHONPATH": f"{ROOT}:{ROOT / 'backend'}"},
                check=True,
            )
        return slug

    def site_speaker(self) -> Speaker:
        """Another visitor, on the same website."""
        return Speaker(self.demo.base_url, self.demo.site_key, self.site.origin)

    @contextmanager
    def visit(
        self, url: str | None = None, *, slow: bool = True, before: str = ""
    ) -> Iterator[tuple[Page, CDPSession]]:
        """A visitor with an empty profile, and the browser's own line to that page."""
        context = self.browser.new_context(
            locale="en-GB", reduced_motion="reduce", viewport={"width": 1280, "height": 800}
        )
        context.set_default_timeout(WAIT_MS)
        page = context.new_page()
        line = context.new_cdp_session(page)
        line.send("Performance.enable")
        if before:
            page.add_init_script(before)
        if slow:
            line.send("Emulation.setCPUThrottlingRate", {"rate": CPU})
        try:
            if url:
                page.goto(url, wait_until="load")
            yield page, line
        finally:
            context.close()


@contextmanager
def stage(folder: Path) -> Iterator[Stage]:
    options = launch_options()
    demo = Demo(folder).start()
    site = Site()
    try:
        demo.run("site", "origins", "--site", demo.site_key, "--add", site.origin)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(**options)
            yield Stage(demo, site, browser, options["executable_path"])
            browser.close()
    finally:
        site.close()
        demo.stop()


def metrics(line: CDPSession) -> dict[str, float]:
    answer: dict[str, Any] = line.send("Performance.getMetrics")
    return {one["name"]: one["value"] for one in answer["metrics"]}


def collected(line: CDPSession) -> dict[str, float]:
    """The same, once the garbage is gone."""
    for _ in range(3):
        line.send("HeapProfiler.collectGarbage")
    return metrics(line)


def manifest() -> dict[str, Any]:
    path = ROOT / "backend" / "inglenook" / "embed_dist" / "manifest.json"
    found: dict[str, Any] = json.loads(path.read_text())
    return found
