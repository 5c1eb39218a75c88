"""A browser that translates swaps text nodes, and extensions add their own:
what changes afterwards is shown all the same.
"""

from __future__ import annotations

from contextlib import closing

from playwright.sync_api import expect

from tests.testkit.browser.chat import Chat
from tests.testkit.browser.demo import Demo
from tests.testkit.browser.pages import ForeignPages, Visit

# As Chromium's own translation does it.
TRANSLATE = """() => {
    const root = document.querySelector("inglenook-chat").shadowRoot;
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) if (walker.currentNode.data.trim()) texts.push(walker.currentNode);
    for (const text of texts) {
        if (text.parentElement.localName === "style") continue;
        const outer = document.createElement("font");
        const inner = outer.appendChild(document.createElement("font"));
        inner.textContent = `<${text.data}>`;
        text.replaceWith(outer);
    }
}"""


def test_what_changes_in_place_keeps_none_of_the_old_words(
    demo: Demo, visit: Visit, foreign: ForeignPages
) -> None:
    room = demo.new_room("Tower of Babel")
    chat = Chat(visit(foreign.add(room=room))).open()
    old_name = chat.name()
    with closing(demo.speaker()) as speaker:
        edited = speaker.say("Old words with a *loud* one", room=room)
        deleted = speaker.say("Regretted", room=room)
        chat.expect_message("Regretted")
        chat.page.evaluate(TRANSLATE)
        expect(chat.messages.first).to_contain_text("<Old words")
        speaker.edit(edited, "New words, *louder*", room=room)
        speaker.delete(deleted, room=room)
    expect(chat.messages.first).to_contain_text("New words, louder")
    expect(chat.messages.first).not_to_contain_text("Old")
    expect(chat.messages.last).to_contain_text("Message deleted")
    expect(chat.messages.last).not_to_contain_text("Regretted")
    chat.rename("Babel Fish")
    expect(chat.panel).not_to_contain_text(old_name)
    chat.say("And it goes on")
    chat.expect_message("And it goes on")
