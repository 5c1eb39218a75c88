"""What the tests in a real browser share: a demo, and people with browser profiles of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from tests.testkit.browser.demo import Demo
from tests.testkit.browser.pages import ForeignPages, Visit, foreign_pages

# What is not there by then will not come; half of what Playwright waits by itself.
ACT_MS = 15_000
# A server that was killed and a network that was cut: the browser reports them by itself.
NETWORK = re.compile(
    r"^(Failed to load resource: net::|WebSocket connection to .* failed|Fetch API cannot load)"
)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """One for all files that neither kill it nor change its site for good."""
    started = Demo(tmp_path_factory.mktemp("demo")).start()
    yield started
    started.stop()
    started.assert_clean()


@pytest.fixture(scope="session")
def foreign(demo: Demo) -> Iterator[ForeignPages]:
    """Pages as a test needs them: `visit(foreign.add(room=…))`."""
    with foreign_pages(demo, demo.run) as pages:
        yield pages


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Opens a page as somebody new: `visit(url, viewport=…)`.

    `scripts=False` is a browser without JavaScript; `cuts=True` expects that the network fails.
    What the console complains of beyond that, and what `complaints` does not name, fails the test.
    """
    contexts: list[BrowserContext] = []
    reported: list[str] = []

    def arrive(
        url: str,
        *,
        scripts: bool = True,
        cuts: bool = False,
        complaints: str | None = None,
        before: str | None = None,
        **options: Any,
    ) -> Page:
        context = browser.new_context(
            java_script_enabled=scripts, **{"locale": "en-GB", "reduced_motion": "reduce"} | options
        )
        contexts.append(context)
        context.set_default_timeout(ACT_MS)
        if before:
            context.add_init_script(before)
        expected = [NETWORK] if cuts else []
        if complaints:
            expected.append(re.compile(complaints))

        def note(said: ConsoleMessage) -> None:
            if said.type not in ("error", "warning"):
                return
            if not any(one.search(said.text) for one in expected):
                reported.append(f"{said.type}: {said.text}")

        def watch(page: Page) -> None:
            page.on("console", note)
            page.on("pageerror", lambda error: reported.append(f"uncaught: {error}"))
            # Playwright is not ready for a chooser that comes with the press that it is asked for.
            page.on("filechooser", lambda _: None)

        context.on("page", watch)
        page = context.new_page()
        page.goto(url)
        return page

    yield arrive
    for context in contexts:
        context.close()
    assert reported == []
