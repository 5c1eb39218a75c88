"""`make captures`: five moments of the chat as moving pictures, into docs/captures/.

A demo of its own is started on free ports in a folder that is thrown away. Each moment is a row of
pictures of one page, each shown for as long as its step takes; an arrow stands for the pointer.
`ONLY=picture make captures` takes those with that word in their name.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from scripts import browser
from scripts.install import install
from scripts.steps import ROOT, chore, say, timed

if TYPE_CHECKING:
    from playwright.sync_api import FilePayload, Locator, Page

    from tests.testkit.browser.states.site import StateSite
    from tests.testkit.browser.states.view import View

OUT = ROOT / "docs" / "captures"
WINDOW = {"width": 560, "height": 620}
MAX_BYTES = 400_000
MAX_MS = 8_000
QUALITY = 80
MOVE_MS = 350
PRESS_MS = 250
TYPE_MS = 110
CHARS_A_PICTURE = 6
# A shop's page, in place of the heading that each page of tests has.
PAGE = """<style>
    main > h1 { display: none }
    body { margin: 32px; background: light-dark(#f7f3ea, #1b1613) }
    header, h2 { font: 600 20px Georgia, serif }
    h2 { margin: 48px 0 12px; max-width: 9em; font-size: 38px; line-height: 1.15 }
    p { max-width: 22em }
    .shelf { display: flex; gap: 16px; margin-top: 40px }
    .shelf i { flex: 1; height: 190px; border-radius: 6px; background: #3a322d }
    .shelf i + i { background: #d9e0d6 } .shelf i + i + i { background: #ecd9c8 }
</style>
<header>Wick &amp; Clay</header>
<h2>Light for the long evenings</h2>
<p>Beeswax poured on Tuesdays, stoneware fired on Fridays, both by the same four hands.</p>
<div class="shelf"><i></i><i></i><i></i></div>"""
# The pointer, which pictures of a page do not have: its tip is where it points to.
ARROW = """() => {
    const arrow = document.createElement("div");
    arrow.id = "pointer";
    arrow.innerHTML = "<svg width='22' height='26'><path d='M2 2v19l5-4 3 7 4-2-3-7h7z'"
        + " fill='#2c231e' stroke='#fff' stroke-width='1.6' stroke-linejoin='round'/></svg>";
    arrow.style.cssText = "position:fixed;z-index:2147483647;margin:-2px;pointer-events:none;"
        + "transform-origin:0 0";
    document.documentElement.append(arrow);
    addEventListener("mousemove", ({ clientX, clientY }) => {
        arrow.style.left = clientX + "px";
        arrow.style.top = clientY + "px";
    }, true);
}"""
PRESSED = "size => { document.getElementById('pointer').style.transform = `scale(${size})` }"


class Reel:
    """The pictures of one moment, and how long each is shown."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._pictures: list[tuple[bytes, int]] = []
        page.evaluate(ARROW)
        page.mouse.move(200, 330)

    def show(self, ms: int) -> None:
        picture = self.page.screenshot()
        if self._pictures and self._pictures[-1][0] == picture:
            picture, before = self._pictures.pop()
            ms += before
        self._pictures.append((picture, ms))

    def press(self, on: Locator) -> None:
        on.hover()
        self.show(MOVE_MS)
        self.page.evaluate(PRESSED, 0.75)
        self.show(PRESS_MS)
        self.page.evaluate(PRESSED, 1)
        on.click()

    def write(self, into: Locator, text: str) -> None:
        for start in range(0, len(text), CHARS_A_PICTURE):
            into.press_sequentially(text[start : start + CHARS_A_PICTURE])
            self.show(TYPE_MS)

    def save(self, name: str) -> None:
        """Raises where it is too large or too long."""
        from PIL import Image

        length = sum(ms for _, ms in self._pictures)
        frames = [Image.open(BytesIO(picture)).convert("RGB") for picture, _ in self._pictures]
        path = OUT / f"{name}.webp"
        frames[0].save(
            path,
            save_all=True,
            append_images=frames[1:],
            duration=[ms for _, ms in self._pictures],
            loop=0,
            quality=QUALITY,
            method=6,
        )
        size = path.stat().st_size
        say(f"  {name}: {length / 1000:.1f} s, {size // 1000} KB, {len(frames)} pictures")
        if length > MAX_MS or size > MAX_BYTES:
            raise ValueError(f"{name} is longer than {MAX_MS} ms or larger than {MAX_BYTES} bytes")


Moment = Callable[["View", "StateSite"], Reel]


def opened(view: View, site: StateSite, room: str) -> Reel:
    view.open(site, room, body=PAGE)
    view.log.hover()
    return Reel(view.page)


def talk(view: View, site: StateSite) -> Reel:
    """Open it and talk."""
    from playwright.sync_api import expect

    room = site.room("Lobby", topic="Candles and clay")
    otter, heron = site.speaker("Amber Otter"), site.speaker("Quiet Heron")
    asked = otter.say("Are the tall jars dishwasher safe?", room=room)
    site.answer(room, "Yes, on the cool programme.", asked)
    heron.say("The blue ones are back, by the way", room=room)
    view.go(site, PAGE, room=room)
    reel = Reel(view.page)
    reel.show(500)
    reel.press(view.launcher)
    view.ready()
    expect(view.message("The blue ones are back, by the way")).to_be_visible()
    reel.show(900)
    reel.write(view.field, "Perfect, then I take two!")
    reel.press(view.panel.get_by_role("button", name="Send"))
    expect(view.message("Perfect, then I take two!")).to_be_visible()
    reel.show(600)
    heron.is_writing(room=room)
    view.shows_text("Quiet Heron is writing…")
    reel.show(700)
    heron.say("I keep them for you until Friday", room=room)
    expect(view.message("I keep them for you until Friday")).to_be_visible()
    reel.show(1_800)
    return reel


def answer(view: View, site: StateSite) -> Reel:
    """Reply and react."""
    from playwright.sync_api import expect

    room = site.room("Lobby", topic="Candles and clay")
    site.speaker("Sea Lynx").say("My first glaze came out green", room=room)
    site.speaker("Amber Otter").say("Who else bakes on Sundays?", room=room)
    reel = opened(view, site, room)
    reel.show(600)
    view.point_at("My first glaze came out green")
    reel.show(500)
    tools = view.panel.get_by_role("toolbar")
    reel.press(tools.get_by_role("button", name="React"))
    menu = view.dialog("tools.label")
    expect(menu).to_be_visible()
    reel.press(menu.get_by_role("button", name="🔥"))
    expect(view.log.get_by_role("button", name="🔥 1")).to_be_visible()
    reel.show(700)
    view.point_at("Who else bakes on Sundays?")
    reel.press(tools.get_by_role("button", name="Reply"))
    view.shows_text("Reply to Amber Otter")
    reel.show(400)
    reel.write(view.field, "I do. Rye, mostly.")
    view.field.press("Enter")
    expect(view.message("I do. Rye, mostly.")).to_be_visible()
    reel.show(1_800)
    return reel


def picture(view: View, site: StateSite) -> Reel:
    """A picture, with words for those who do not see it."""
    from playwright.sync_api import expect

    from tests.testkit import files

    room = site.room("Lobby", topic="Candles and clay", files="images", files_from="all")
    site.speaker("Quiet Heron").say("Show us the shelf!", room=room)
    reel = opened(view, site, room)
    reel.show(600)
    cdp = view.page.context.new_cdp_session(view.page)
    cdp.send("Network.enable")
    line = {"offline": False, "latency": 0, "downloadThroughput": -1}
    cdp.send("Network.emulateNetworkConditions", line | {"uploadThroughput": 60_000})
    chosen: FilePayload = {"name": "shelf.png", "mimeType": "image/png", "buffer": files.shelf()}
    with view.page.expect_file_chooser() as chooser:
        reel.press(view.button("files.add"))
    chooser.value.set_files([chosen])
    tray = view.panel.get_by_role("list", name="Files of your next message")
    expect(tray.get_by_role("progressbar")).to_be_visible()
    reel.show(700)
    cdp.send("Network.emulateNetworkConditions", line | {"uploadThroughput": -1})
    reel.write(tray.get_by_role("textbox"), "Three jars on a shelf")
    expect(tray.get_by_role("progressbar")).to_be_hidden(timeout=20_000)
    reel.show(400)
    view.field.focus()
    reel.write(view.field, "Here they are")
    reel.press(view.panel.get_by_role("button", name="Send"))
    shown = view.message("Here they are").get_by_role("img", name="Three jars on a shelf")
    expect(shown).to_be_visible(timeout=20_000)
    shown.evaluate("it => it.decode()")
    reel.show(1_800)
    return reel


def offline(view: View, site: StateSite) -> Reel:
    """No connection, and back."""
    from playwright.sync_api import expect

    room = site.room("Lobby", topic="Candles and clay")
    site.speaker("Amber Otter").say("Is the market inside this time?", room=room)
    reel = opened(view, site, room)
    reel.show(600)
    view.page.context.set_offline(True)
    view.shows("state.offline")
    reel.show(1_000)
    reel.write(view.field, "Inside, by the east gate.")
    view.field.press("Enter")
    view.shows("message.waiting")
    reel.show(1_600)
    view.page.context.set_offline(False)
    expect(view.message("Inside, by the east gate.")).to_be_visible(timeout=30_000)
    expect(view.panel.get_by_text("You are offline")).to_be_hidden()
    reel.show(2_000)
    return reel


def private(view: View, site: StateSite) -> Reel:
    """One's own line to the team, and its answer while the chat is closed."""
    from playwright.sync_api import expect

    for room in ("Studio desk", "Coffee corner"):
        site.room(room)
    view.open(site, body=PAGE)
    reel = Reel(view.page)
    reel.show(500)
    reel.press(view.panel.get_by_role("heading").get_by_role("button"))
    rooms = view.panel.get_by_role("list", name="Rooms")
    expect(rooms).to_be_visible()
    reel.show(500)
    reel.press(view.panel.get_by_role("button", name="Ask the team"))
    expect(view.panel.get_by_role("heading", name="Ask the team")).to_be_visible()
    reel.show(500)
    reel.write(view.field, "Do these two come as a set?")
    view.field.press("Enter")
    expect(view.message("Do these two come as a set?")).to_be_visible()
    reel.show(600)
    reel.press(view.button("panel.close"))
    expect(view.panel).to_be_hidden()
    reel.show(400)
    site.answer(site.newest_private_room(), "They do. 38 for both.")
    card = view.host.get_by_role("button", name="They do. 38 for both.")
    expect(card).to_be_visible(timeout=30_000)
    reel.show(900)
    reel.press(card)
    expect(view.message("They do. 38 for both.")).to_be_visible()
    reel.show(1_500)
    return reel


MOMENTS: dict[str, Moment] = {
    "talk": talk,
    "answer": answer,
    "picture": picture,
    "offline": offline,
    "private": private,
}


def main() -> bool:
    install(dev=True)
    os.environ["INGLENOOK_CHROMIUM"] = browser.ensure()
    # Only now: what they import has just been installed.
    from playwright.sync_api import sync_playwright

    from tests.testkit.browser.demo import Demo
    from tests.testkit.browser.states.site import StateSites
    from tests.testkit.browser.states.view import View

    OUT.mkdir(exist_ok=True)
    wanted = os.environ.get("ONLY", "").split()
    folder = Path(tempfile.mkdtemp(prefix="inglenook-captures-"))
    demo = Demo(folder)
    try:
        demo.start()
        sites = StateSites(demo)
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(**browser.launch_options())
            for name, moment in MOMENTS.items():
                if wanted and not any(word in name for word in wanted):
                    continue
                context = chromium.new_context(
                    viewport=WINDOW,  # type: ignore[arg-type]  # Playwright wants its TypedDict
                    locale="en-GB",
                    reduced_motion="reduce",
                )
                with timed(name):
                    site = sites.named(f"Wick & Clay: {name}")
                    moment(View(context.new_page(), sites), site).save(name)
                context.close()
            chromium.close()
        sites.close()
    finally:
        demo.kill()
        shutil.rmtree(folder, ignore_errors=True)
    return True


if __name__ == "__main__":
    sys.exit(chore(main))
