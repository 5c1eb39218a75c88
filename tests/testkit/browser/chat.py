"""The chat as a person uses it: elements are found by role and name.

Playwright searches open shadow roots by itself.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

LAUNCHER = re.compile(r"^(Chat( \d+)?|Open chat.*|Close chat)$")
# The only selectors without a role: the number of a stored message, and the text of a body.
MESSAGE = "[data-seq]"
BODY = "div[dir=auto]"
# Long, because test machines are busy.
COMING_BACK_MS = 30_000


@dataclass(frozen=True)
class Shown:
    """A stored message, which has its number."""

    seq: int
    body: str


class Chat:
    """One chat on a page: the bubble, or the inline room in the given place."""

    def __init__(self, page: Page, *, inline: str | None = None) -> None:
        self.page = page
        host = f'[data-inglenook-room="{inline}"]' if inline else "html > inglenook-chat"
        self.host = page.locator(host)
        self.panel = self.host.get_by_role("region" if inline else "dialog")
        self.launcher = self.host.get_by_role("button", name=LAUNCHER)
        self._join = self.host.get_by_role("button").first if inline else self.launcher
        self.log = self.panel.get_by_role("log", name="Messages")
        self.field = self.panel.get_by_role("textbox", name="Your message")
        self.send_button = self.panel.get_by_role("button", name="Send")
        self.people = self.panel.get_by_role("button", name=re.compile(r"\d+ here"))
        # One's own, at the beginning of the composer; it says the name.
        self.face = self.panel.get_by_role("button", name=re.compile("^You are "))
        self.messages = self.log.locator(MESSAGE)

    def open(self) -> Chat:
        """Presses its button and waits until the visitor can read and write."""
        self._join.click()
        return self.wait_until_ready()

    def wait_until_ready(self) -> Chat:
        # Parts that load a moment later belong to it: the connection's state, presence, and the
        # public object.
        self.page.wait_for_function("() => window.Inglenook?.run", timeout=COMING_BACK_MS)
        expect(self.field).to_be_enabled(timeout=COMING_BACK_MS)
        expect(self.log).to_be_visible(timeout=COMING_BACK_MS)
        return self

    def say(self, text: str) -> None:
        """Writes and sends, without waiting for anything."""
        self.field.fill(text)
        self.field.press("Enter")

    def message(self, text: str) -> Locator:
        """The stored message with exactly that body."""
        return self.messages.filter(has=self.page.get_by_text(text, exact=True))

    def expect_message(self, text: str, *, timeout: float = 10_000) -> None:
        """It is stored and shown, once."""
        expect(self.message(text)).to_have_count(1, timeout=timeout)

    def type_until(self, text: str, seen: Locator) -> None:
        """Types until others see it. Typing is best effort: a Redis that loses events may drop the
        first signs.
        """
        self.field.press_sequentially(text)
        for _ in range(5):
            with suppress(AssertionError):
                expect(seen).to_be_visible(timeout=4_000)
                break
            self.field.press_sequentially("x")
            self.field.press("Backspace")
        expect(seen).to_be_visible()

    def shown(self) -> list[Shown]:
        """Every stored message, from top to bottom."""
        found = self.messages.evaluate_all(
            "(nodes, body) => nodes.map((node) =>"
            " [Number(node.dataset.seq), node.querySelector(body)?.textContent ?? ''])",
            BODY,
        )
        return [Shown(seq, body) for seq, body in found]

    def status_of(self, text: str) -> Locator:
        """The status of the visitor's own message that is not stored yet."""
        words = re.compile(
            "Sending…|Sends when you are back|Sent|Not sent|Waiting for the team|Not approved"
        )
        own = self.log.locator("div").filter(has=self.page.get_by_text(text, exact=True))
        return own.filter(has_not=self.page.locator(MESSAGE)).get_by_text(words).last

    def name(self) -> str:
        return (self.face.get_attribute("aria-label") or "").removeprefix("You are ")

    def rename(self, name: str) -> None:
        self.face.click()
        self.panel.get_by_role("textbox", name="Your name").fill(name)
        self.panel.get_by_role("button", name="Save").click()
        expect(self.face).to_have_accessible_name(f"You are {name}")

    def switch_to(self, room: str) -> None:
        """Changes to another room, by the headline and the list below it."""
        self.panel.get_by_role("heading").get_by_role("button").click()
        self.panel.get_by_role("list", name="Rooms").get_by_role("button", name=room).click()
        expect(self.panel.get_by_role("heading", name=room)).to_be_visible()

    def close(self) -> None:
        self.panel.get_by_role("button", name="Close").click()
        expect(self.panel).to_be_hidden()


class RoomPage:
    """The page of a room under `/s/…`, by HTMX or by links and forms alone."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.field = page.get_by_role("textbox", name="Message", exact=True)
        self.messages = page.get_by_role("log", name="Messages").locator("li[id^=m-]")

    def say(self, text: str) -> None:
        self.field.fill(text)
        self.page.get_by_role("button", name="Send").click()

    def shown(self) -> list[Shown]:
        """Every message, read element by element: this page runs no script of ours."""
        return [
            Shown(
                int((item.get_attribute("id") or "").removeprefix("m-")),
                item.locator("p[dir=auto]").last.inner_text(),
            )
            for item in self.messages.all()
        ]
