"""Pages that change the browser's own functions: the chat works, or leaves the
page as it was (threat T33).
"""

from __future__ import annotations

from contextlib import closing

import pytest
from playwright.sync_api import expect

from tests.testkit.browser.chat import Chat
from tests.testkit.browser.demo import Demo
from tests.testkit.browser.pages import ForeignPages, Visit

CHANGED_BUT_WHOLE = {
    "everything has one name more": """
        for (const { prototype } of [Object, Array, String, Function, Promise, Map])
            prototype.extra = function () { return "extra"; };
    """,
    "an old library writes JSON its own way": """
        for (const { prototype } of [Array, String, Object])
            Object.defineProperty(prototype, "toJSON", { value: () => "spoiled", configurable: true,
                writable: true });
    """,
    "a monitor wraps what goes out and what waits": """
        const { fetch, WebSocket, setTimeout, Promise: { prototype } } = window;
        const { then } = prototype;
        prototype.then = function (...given) { return then.apply(this, given); };
        window.fetch = (...given) => fetch(...given);
        window.setTimeout = (act, ...given) => setTimeout(() => act(), ...given);
        window.WebSocket = class extends WebSocket {};
    """,
    "storage cannot be touched": """
        for (const name of ["localStorage", "sessionStorage"])
            Object.defineProperty(window, name, { get() { throw new Error("no storage here"); } });
    """,
}
BROKEN = {
    "nothing can be read as JSON": "JSON.parse = () => { throw new Error('page: no JSON'); };",
    "nothing can be asked for": "window.fetch = () => { throw new Error('page: no fetch'); };",
}


@pytest.mark.parametrize("name", CHANGED_BUT_WHOLE)
def test_it_works_where_functions_still_do_what_they_say(
    name: str, demo: Demo, visit: Visit, foreign: ForeignPages
) -> None:
    room = demo.new_room("Hall")
    page = visit(foreign.add(room=room), before=CHANGED_BUT_WHOLE[name])
    chat = Chat(page).open()
    chat.say(f"From a page where {name}")
    chat.expect_message(f"From a page where {name}")
    with closing(demo.speaker()) as speaker:
        speaker.say("And an answer", room=room)
    chat.expect_message("And an answer")
    assert [one.body for one in chat.shown()] == [f"From a page where {name}", "And an answer"]
    assert demo.bodies(room) == [f"From a page where {name}", "And an answer"]


@pytest.mark.parametrize("name", BROKEN)
def test_it_stays_out_of_the_way_where_they_do_not(name: str, demo: Demo, visit: Visit) -> None:
    page = visit(f"{demo.pages_url}/shop", before=BROKEN[name], complaints=r"page: no |inglenook")
    page.locator("html > inglenook-chat").get_by_role("button").first.click()
    page.wait_for_timeout(1_500)
    # The page is the page: nothing of it hangs, and its own links lead where they led.
    assert (
        page.evaluate("new Promise((resolve) => setTimeout(() => resolve('alive'), 0))") == "alive"
    )
    page.get_by_role("link", name="All demo pages").click()
    expect(page.get_by_role("link", name="A shop")).to_be_visible()
