"""`make screenshots`: every main screen, at phone and desktop width, light and dark, into screenshots/.

A demo of its own is started on free ports in a folder that is thrown away, so that what is shown is
always the same. Look at each picture: nothing here judges them.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from scripts import apt, browser
from scripts.install import VENV, install
from scripts.steps import ROOT, ChoreError, chore, say, timed

if TYPE_CHECKING:
    from playwright.sync_api import Page

OUT = ROOT / "screenshots"
SIZES = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1280, "height": 900}}
SCHEMES = ("light", "dark")
SETTLE_MS = 700
LOBBY_TALK = [
    ("Mira", "Is the blue teapot coming back? The page says *soon*."),
    ("Jonas", "It was there on Tuesday, I should have bought it."),
    ("Mira", "Ha. Same with me and the linen apron."),
    ("Amina", "مرحبا! هل ترسلون إلى المغرب؟"),
    ("Jonas", "They do: https://example.org/delivery has the list. 🫖"),
]


@dataclass(frozen=True)
class Demo:
    base_url: str
    pages_url: str
    site_key: str
    login_link: str


def main() -> bool:
    install(dev=True)
    os.environ["INGLENOOK_CHROMIUM"] = browser.ensure()
    _fonts()
    from playwright.sync_api import sync_playwright

    options = browser.launch_options()
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir()
    with running_demo() as demo, sync_playwright() as playwright:
        fill(demo)
        chromium = playwright.chromium.launch(**options)
        signed_in = chromium.new_context()
        signed_in.new_page().goto(demo.login_link)
        button = signed_in.pages[0].locator("main form button")
        if button.count():
            button.first.click()
        cookies = signed_in.storage_state()
        for size, scheme in product(SIZES, SCHEMES):
            with timed(f"{size}, {scheme}"):
                for signed, names in ((False, open_screens(demo)), (True, owner_screens())):
                    context = chromium.new_context(
                        viewport=SIZES[size],  # type: ignore[arg-type]
                        color_scheme=scheme,  # type: ignore[arg-type]
                        has_touch=size == "phone",
                        storage_state=cookies if signed else None,
                    )
                    for name, address in names.items():
                        page = context.new_page()
                        show(page, demo, address)
                        page.screenshot(path=OUT / f"{name}-{size}-{scheme}.png")
                        page.close()
                    context.close()
        chromium.close()
    say(f"  {len(list(OUT.glob('*.png')))} pictures in {OUT.relative_to(ROOT)}/: look at each")
    return True


def open_screens(demo: Demo) -> dict[str, str]:
    """Anybody's screens by name. `#open` opens the chat first, `#room` the first room inside the page."""
    site, unlisted = f"{demo.base_url}/s/{demo.site_key}", demo.pages_url
    port = int(unlisted.rpartition(":")[2])
    return {
        "demo-index": f"{demo.pages_url}/",
        "demo-shop": f"{demo.pages_url}/shop",
        "demo-shop-open": f"{demo.pages_url}/shop#open",
        "demo-article": f"{demo.pages_url}/article",
        "demo-article-room": f"{demo.pages_url}/article#room",
        "demo-radio": f"{demo.pages_url}/radio",
        "demo-radio-room": f"{demo.pages_url}/radio#room",
        "demo-walks-open": f"{demo.pages_url}/walks#open",
        "demo-strict-open": f"{demo.pages_url}/strict#open",
        "demo-unlisted-open": f"http://127.0.0.1:{port + 1}/shop#open",
        "room-page": f"{site}/r/lobby/",
        "login": f"{demo.base_url}/accounts/login/",
        "not-found": f"{demo.base_url}/nowhere/",
    }


def owner_screens() -> dict[str, str]:
    """The owner's screens; `~` is the demo site's own."""
    return {
        "dashboard-sites": "/dashboard/",
        "dashboard-new-site": "/dashboard/sites/new/",
        "dashboard-site": "~",
        "dashboard-settings": "~settings/",
        "dashboard-rooms": "~rooms/",
        "dashboard-new-room": "~new-room/",
        "dashboard-room": "~rooms/lobby/",
        "dashboard-room-settings": "~rooms/lobby/settings/",
    }


def show(page: Page, demo: Demo, address: str) -> None:
    if address.startswith(("/", "~")):
        address = demo.base_url + address.replace("~", "/dashboard/sites/1/")
    address, _, what = address.partition("#")
    page.goto(address)
    page.wait_for_timeout(SETTLE_MS)
    if what == "open":
        page.evaluate("() => window.Inglenook('open')")
    elif what == "room":
        room = page.locator("[data-inglenook-room]").first
        room.scroll_into_view_if_needed()
        room.click()
    if what:
        page.wait_for_timeout(2 * SETTLE_MS)


def fill(demo: Demo) -> None:
    """Lets a few visitors talk in the lobby, through the same door as the widget."""
    import httpx

    with httpx.Client(
        base_url=f"{demo.base_url}/api/v1/{demo.site_key}", headers={"Origin": demo.pages_url}
    ) as http:
        tokens: dict[str, dict[str, str]] = {}
        for name, body in LOBBY_TALK:
            if name not in tokens:
                opened = http.post("/session", json={"token": None, "room": None})
                opened.raise_for_status()
                tokens[name] = {"Authorization": f"Bearer {opened.json()['token']}"}
                http.patch("/me", json={"name": name}, headers=tokens[name]).raise_for_status()
            message = {"cid": str(uuid.uuid4()), "body": body}
            http.post("/rooms/lobby/messages", json=message, headers=tokens[name])


@contextmanager
def running_demo() -> Iterator[Demo]:
    from tests.process import Process, accepts_connections, free_port

    folder = Path(tempfile.mkdtemp(prefix="inglenook-screenshots-"))
    port, demo_port = free_port(), free_port()
    while accepts_connections(demo_port + 1) or port in (demo_port, demo_port + 1):
        demo_port = free_port()
    own = {"INGLENOOK_DATA_DIR": str(folder / "data"), "INGLENOOK_ENV_FILE": os.devnull}
    process = Process(
        "inglenook demo",
        [
            str(VENV / "bin" / "inglenook"),
            "demo",
            "--port",
            str(port),
            "--demo-port",
            str(demo_port),
        ],
        log=folder / "log",
        env={**os.environ, **own},
        folder=folder,
    )
    try:
        process.start(lambda: "Ctrl-C stops it" in process.log_text())
        log = process.log_text()
        link = re.search(r"Dashboard +(\S+)", log)
        key = re.search(r'data-site="(\w+)"', log)
        if not link or not key:
            raise ChoreError(f"The demo did not say its addresses:\n{log}")
        base_url, pages_url = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{demo_port}"
        yield Demo(base_url, pages_url, key[1], link[1])
    finally:
        process.kill()
        shutil.rmtree(folder, ignore_errors=True)


def _fonts() -> None:
    """Without these a picture shows boxes for Arabic and emoji."""
    if apt.may_install() and not _has_emoji():
        apt.install("Fonts", "fontconfig", *browser.FONTS)


def _has_emoji() -> bool:
    try:
        listed = subprocess.run(["fc-list"], capture_output=True, text=True, check=False).stdout
    except OSError:
        return False
    return "emoji" in listed.lower() and "arab" in listed.lower()


if __name__ == "__main__":
    sys.exit(chore(main))
