"""`make screenshots`: every main screen at phone and desktop width, light and dark,
into screenshots/.

A demo of its own is started on free ports in a folder that is thrown away,
so that what is shown is always the same; accounts and the first owner have an installation each.
`screenshots/index.html` has all on one sheet.
Look at each: nothing here judges them.
`ONLY=widget make screenshots` takes those with that word in their name, and leaves the others that
are there; `ONLY="room-page login"` takes those with any of the words.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from html import escape
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from scripts import apt, browser
from scripts.install import install
from scripts.steps import ROOT, chore, say, timed

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Page

    from tests.testkit.browser.demo import Demo

OUT = ROOT / "screenshots"
SIZES = {"desktop": (1280, 800), "phone": (390, 844), "narrow": (320, 640)}
# Of the workspace: each width at which its layout is another, and the widest that we draw for.
WORKSPACE_SIZES = {"390": (390, 844), "768": (768, 1024), "1280": (1280, 800), "1440": (1440, 900)}
Sizes = dict[str, tuple[int, int]]
SCHEMES = ("light", "dark")
# Pictures and the second file of the widget are there by then;
# scenes themselves wait for what they show.
SETTLE_MS = 500
SCENE_MS = 20_000
_Stage = TypeVar("_Stage")
_Each = TypeVar("_Each")
NEWCOMER = "newcomer@example.com"
FRESH = "fresh@example.com"


def main() -> bool:
    install(dev=True)
    os.environ["INGLENOOK_CHROMIUM"] = browser.ensure()
    _fonts()
    # Only now: what they import has just been installed.
    from playwright.sync_api import sync_playwright

    options = browser.launch_options()
    if not _wanted():
        shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="inglenook-screenshots-"))
    failures: list[str] = []
    try:
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(**options)
            for of in (of_demo, of_accounts, of_first_owner):
                failures += of(chromium, folder / of.__name__)
            chromium.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    write_sheet()
    pictures = len(list(OUT.glob("*.png")))
    say(f"  {pictures} pictures; all on one sheet: {OUT.relative_to(ROOT)}/index.html")
    for failure in failures:
        say(f"  not taken: {failure}")
    return not failures


def of_demo(chromium: Browser, folder: Path) -> list[str]:
    """The widget, visitors' pages, and the workspace of sites where people talk."""
    from scripts import screenshot_scenes as scenes
    from scripts import state_scenes, workspace_scenes
    from tests.testkit.browser.demo import Demo
    from tests.testkit.browser.pages import ForeignPages
    from tests.testkit.browser.states.states import STATES

    casts: list[tuple[str | None, dict[str, Any], Sizes]] = [
        (None, scenes.OPEN_SCENES, {size: SIZES[size] for size in ("desktop", "phone")}),
        *(
            (None, state_scenes.scenes_on(on), {size: SIZES[size] for size in on})
            for on in sorted({state.screens for state in STATES.values()})
        ),
        ("owner@example.com", workspace_scenes.OWNER_SCENES, WORKSPACE_SIZES),
        (NEWCOMER, workspace_scenes.NEWCOMER_SCENES, WORKSPACE_SIZES),
        (FRESH, workspace_scenes.FRESH_SCENES, WORKSPACE_SIZES),
        (None, workspace_scenes.STRANGER_SCENES, WORKSPACE_SIZES),
    ]
    casts = [(email, found, sizes) for email, cast, sizes in casts if (found := _wanted_of(cast))]
    if not casts:
        return []
    demo = Demo(folder)
    try:
        with timed("Starting a demo"):
            demo.start()
            foreign = ForeignPages(demo)
            stage = scenes.set_stage(demo, foreign)
            for account in (NEWCOMER, FRESH):
                secret = os.urandom(12).hex()
                demo.run("owner", "create", "--email", account, "--password", secret)
            origin = ("--origin", "https://harbour.example")
            demo.run("site", "create", "--name", "Harbour Radio", *origin, "--owner", FRESH)
        failures: list[str] = []
        for email, cast, sizes in casts:
            cookies = signed_in(chromium, demo, email) if email else None
            failures += take_all(chromium, stage, cookies, cast, sizes)
        return failures
    finally:
        demo.kill()


def of_accounts(chromium: Browser, folder: Path) -> list[str]:
    """Accounts where mail, a provider of accounts and passkeys work."""
    from scripts import account_scenes
    from scripts.account_stage import accounts_stage

    casts = [(email, found) for email, cast in account_scenes.CASTS if (found := _wanted_of(cast))]
    if not casts:
        return []
    failures: list[str] = []
    with accounts_stage(folder, chromium) as accounts:
        for email, cast in casts:
            cookies = accounts.cookies[email] if email else None
            failures += take_all(chromium, accounts, cookies, cast, WORKSPACE_SIZES)
    return failures


def of_first_owner(chromium: Browser, folder: Path) -> list[str]:
    """An installation that nobody owns."""
    from scripts import account_scenes
    from scripts.account_stage import bare_stage

    cast = _wanted_of(account_scenes.SET_UP_SCENES)
    if not cast:
        return []
    with bare_stage(folder) as server:
        return take_all(chromium, server, None, cast, WORKSPACE_SIZES)


def take_all(
    chromium: Browser,
    stage: _Stage,
    cookies: object,
    cast: dict[str, Callable[[Page, _Stage], None]],
    sizes: Sizes,
) -> list[str]:
    """Takes the scenes of one person, who is signed in by `cookies`.

    Answers with what could not be taken, and why.
    """
    failures: list[str] = []
    for name, scene in cast.items():
        with timed(name):
            for size, (width, height) in sizes.items():
                is_phone = width < 600
                context = chromium.new_context(
                    viewport={"width": width, "height": height},
                    has_touch=is_phone,
                    is_mobile=is_phone,
                    reduced_motion="reduce",
                    storage_state=cookies,  # type: ignore[arg-type]  # Playwright wants its TypedDict
                )
                context.set_default_timeout(SCENE_MS)
                page = context.new_page()
                try:
                    scene(page, stage)
                except Exception as error:  # noqa: BLE001  the other pictures are wanted all the same
                    failures.append(f"{name}, {size}: {str(error).splitlines()[0]}")
                for scheme in SCHEMES:
                    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
                    page.wait_for_timeout(SETTLE_MS)
                    page.screenshot(path=OUT / f"{name}-{size}-{scheme}.png")
                context.close()
    return failures


def _wanted_of(cast: dict[str, _Each]) -> dict[str, _Each]:
    words = _wanted()
    return {
        name: scene
        for name, scene in cast.items()
        if not words or any(word in name for word in words)
    }


def _wanted() -> list[str]:
    """Words of the names that are wanted; none: all."""
    return os.environ.get("ONLY", "").split()


def signed_in(chromium: Browser, demo: Demo, email: str) -> object:
    context = chromium.new_context()
    page = context.new_page()
    page.goto(demo.run("owner", "login-link", "--email", email).split()[-1])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/dashboard/")
    state = context.storage_state()
    context.close()
    return state


def write_sheet() -> None:
    """All pictures on one page, a row a scene."""
    names = sorted({path.stem.rsplit("-", 2)[0] for path in OUT.glob("*.png")})
    rows = []
    for name in names:
        pictures = "".join(
            f'<a href="{name}-{size}-{scheme}.png"><img src="{name}-{size}-{scheme}.png" '
            f'alt="{size}, {scheme}" height="340" loading="lazy"></a>'
            for size, scheme in product([*SIZES, *WORKSPACE_SIZES], SCHEMES)
            if (OUT / f"{name}-{size}-{scheme}.png").exists()
        )
        rows.append(f"<h2>{escape(name)}</h2><p>{pictures}</p>")
    style = "body{font:15px system-ui;margin:24px;background:#888}img{margin:0 8px 8px 0}"
    (OUT / "index.html").write_text(
        "<!doctype html><meta "
        f"charset=utf-8><title>Screens</title><style>{style}</style>{''.join(rows)}\n"
    )


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
