"""The whole conversation as a file, in a real browser."""

from __future__ import annotations

from tests.testkit.browser.chat import Chat
from tests.testkit.browser.demo import Demo
from tests.testkit.browser.pages import ForeignPages, Visit


def test_all_of_a_long_conversation_is_saved(
    demo: Demo, visit: Visit, foreign: ForeignPages
) -> None:
    room = demo.new_room("Archive")
    demo.seed(room, [f"Number {n}" for n in range(230)])
    page = visit(foreign.add(room=room))
    chat = Chat(page).open()
    chat.people.click()
    with page.expect_download() as coming:
        chat.panel.get_by_role("button", name="Save this conversation").click()
    text = coming.value.path().read_text("utf-8")
    assert coming.value.suggested_filename.startswith(f"{room}-")
    said = [line.rsplit(": ", 1)[1] for line in text.splitlines() if ": Number" in line]
    assert said == [f"Number {n}" for n in range(230)]
