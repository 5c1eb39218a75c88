"""Draws the app's icons from the logo: `.venv/bin/python -m scripts.icons`.

The pictures are in git, so that nothing which runs or installs needs a browser. A phone cuts a
maskable icon to its own shape, so the logo is smaller there, on a ground that reaches the edges.
"""

from __future__ import annotations

import os
import sys

from scripts import browser
from scripts.install import install
from scripts.steps import ROOT, chore

STATIC = ROOT / "backend" / "inglenook" / "static" / "inglenook"
GROUND = "#a8431f"
# What is drawn: the file, its pixels, how much of the square the logo takes.
PICTURES = (
    ("icon-192.png", 192, 1.0),
    ("icon-512.png", 512, 1.0),
    ("icon-512-maskable.png", 512, 0.72),
)


def main() -> bool:
    install(dev=True)
    os.environ["INGLENOOK_CHROMIUM"] = browser.ensure()
    # Only now: it has just been installed.
    from playwright.sync_api import sync_playwright

    logo = (STATIC / "logo.svg").read_text()
    out = STATIC / "app"
    out.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(**browser.launch_options())
        for name, pixels, share in PICTURES:
            page = chromium.new_page(viewport={"width": pixels, "height": pixels})
            ground = GROUND if share < 1 else "transparent"
            page.set_content(
                f"<style>body{{margin:0;display:grid;place-items:center;height:100vh;"
                f"background:{ground}}}svg{{width:{share:.0%}}}</style>{logo}"
            )
            page.screenshot(path=out / name, omit_background=True)
            page.close()
        chromium.close()
    return True


if __name__ == "__main__":
    sys.exit(chore(main))
