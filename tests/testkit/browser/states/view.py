"""What one visitor sees in a scene: a page of a site, in one language, on one screen.

The parts of the chat are found by their role and by their words in that language.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from playwright.sync_api import Locator, Page, expect

from inglenook.sites.widget_words import widget_words
from tests.testkit.browser.chat import BODY, COMING_BACK_MS, MESSAGE
from tests.testkit.browser.states.site import StateSite, StateSites
from tests.testkit.browser.states.texts import OF_LANGUAGES

HEAD = (
    "<style>:root { color-scheme: light dark; font: 17px/1.6 system-ui } body { margin: 6vw }"
    "</style>"
)
TEXT_OF_PAGE = "<p>" + "A page that is somebody else's. " * 40 + "</p>"
PHONE_WIDTH = 480


@dataclass(frozen=True)
class View:
    page: Page
    sites: StateSites
    language: str = "en"

    @property
    def is_phone(self) -> bool:
        size = self.page.viewport_size
        return size is not None and size["width"] <= PHONE_WIDTH

    def word(self, key: str, **values: object) -> str:
        """A sentence of the widget. Of one with forms for numbers, the form for many."""
        words = widget_words()[self.language]
        return (words.get(key) or words[f"{key}.other"]).format(**values)

    def text(self, key: str) -> str:
        """What people say, and what things are called."""
        return OF_LANGUAGES[self.language][key]

    def site(self, kind: str = "site", **settings: Any) -> StateSite:
        """The site of this language for one kind of settings."""
        name = self.text("site") if kind == "site" else f"{self.text('site')}: {kind}"
        return self.sites.named(name, **settings)

    # Pages

    def go(self, site: StateSite, body: str = TEXT_OF_PAGE, **options: str) -> None:
        """To a new page with the tag, whose chat is not open."""
        html = f'lang="{self.language}"' + (' dir="rtl"' if self.language in ("ar", "he") else "")
        self.page.goto(site.pages.add(body, html=html, head=HEAD, **options))
        self.page.locator("inglenook-chat").first.wait_for(state="attached")

    def open(self, site: StateSite, room: str = "", **options: str) -> View:
        """A new page with the chat open at a room, where one can read and write. Without a room
        one can change between those of the site.
        """
        self.go(site, **({"room": room} if room else {}), **options)
        self.launcher.click()
        return self.ready()

    def leave(self) -> None:
        """To a page without a chat: from now on nothing is read."""
        self.page.goto("about:blank")

    def ready(self) -> View:
        self.page.wait_for_function("() => window.Inglenook?.run", timeout=COMING_BACK_MS)
        expect(self.log).to_be_visible(timeout=COMING_BACK_MS)
        return self

    def somebody_else(self) -> View:
        """Another visitor, on a screen of their own, as long as this one is there."""
        browser = self.page.context.browser
        assert browser, "A page has a browser."
        context = browser.new_context()
        self.page.context.on("close", lambda _: context.close())
        return View(context.new_page(), self.sites, self.language)

    def visitor(self) -> str:
        """The id of the visitor whose chat it is."""
        answer = self.page.evaluate(
            "Inglenook.debug().then(({ instances }) => JSON.stringify(instances))"
        )
        return str(json.loads(answer)[0]["visitor"])

    # Parts of the chat

    @cached_property
    def host(self) -> Locator:
        return self.page.locator("inglenook-chat").first

    @property
    def launcher(self) -> Locator:
        return self.host.get_by_role("button").first

    @property
    def panel(self) -> Locator:
        return self.host.locator(".panel").first

    @property
    def log(self) -> Locator:
        return self.panel.get_by_role("log")

    @property
    def field(self) -> Locator:
        return self.panel.get_by_role("textbox", name=self.word("composer.label"), exact=True)

    def button(self, key: str, **values: object) -> Locator:
        return self.panel.get_by_role("button", name=self.word(key, **values), exact=True)

    def dialog(self, key: str) -> Locator:
        return self.panel.get_by_role("dialog", name=self.word(key), exact=True)

    def message(self, text: str) -> Locator:
        """The newest stored message that says it; one that quotes it is another."""
        body = self.page.locator(BODY).filter(has_text=re.compile(f"^{re.escape(text)}$"))
        return self.log.locator(MESSAGE).filter(has=body).last

    def has_unread(self, n: int) -> None:
        """The badge at the launcher says so."""
        expect(self.launcher).to_have_attribute("data-unread", str(n), timeout=COMING_BACK_MS)

    def shows(self, key: str) -> None:
        self.shows_text(self.word(key))

    def shows_text(self, text: str) -> None:
        expect(self.panel.get_by_text(text).first).to_be_visible(timeout=COMING_BACK_MS)

    # Acts

    def say(self, text: str, *, is_stored: bool = True) -> None:
        self.field.fill(text)
        self.field.press("Enter")
        if is_stored:
            expect(self.message(text)).to_be_visible(timeout=COMING_BACK_MS)

    def menu_of(self, text: str) -> Locator:
        """Opens what can be done with a message."""
        time = self.message(text).locator("time")
        if self.is_phone:
            time.tap()
        else:
            time.click()
        menu = self.dialog("tools.label")
        expect(menu).to_be_visible()
        return menu

    def point_at(self, text: str) -> None:
        """With a pointer, until the tools are at the message's corner."""
        tools = self.panel.get_by_role("toolbar", name=self.word("tools.label"))
        body = self.message(text).locator(BODY).last
        places = (5, 15, 25, 35)  # a list that still moves hides the tools
        _until(tools, *(partial(body.hover, position={"x": at, "y": 5}) for at in places))

    def press_field_until(self, asked: Locator) -> None:
        """A press before the file of what is asked is here asks nothing yet."""
        _until(asked, *[self.field.click] * 4)

    def open_drawer(self) -> None:
        self.panel.get_by_role("heading").get_by_role("button").click()
        expect(self.panel.get_by_role("list", name=self.word("rooms.label"))).to_be_visible()

    def open_people(self) -> None:
        here = re.compile(self.word("people.count", n=r"\S+"))
        self.panel.get_by_role("button", name=here).click()
        expect(self.panel.get_by_role("list", name=self.word("people.title"))).to_be_visible()

    @property
    def face(self) -> Locator:
        """One's own, at the beginning of the composer."""
        name = re.compile(f"^{re.escape(self.word('name.you', name=''))}")
        return self.panel.get_by_role("button", name=name)

    def own_name(self) -> str:
        expect(self.face).to_be_visible()
        said = self.face.get_attribute("aria-label") or ""
        return said.removeprefix(self.word("name.you", name="")).strip()

    def open_you(self) -> Locator:
        self.face.click()
        sheet = self.dialog("you.title")
        expect(sheet.get_by_role("textbox", name=self.word("name.label"))).to_be_visible()
        return sheet


def _until(shown: Locator, *acts: Callable[[], None]) -> None:
    """One act after the other, until it is there."""
    for act in acts:
        act()
        with suppress(AssertionError):
            return expect(shown).to_be_visible(timeout=1_000)
    return expect(shown).to_be_visible()
