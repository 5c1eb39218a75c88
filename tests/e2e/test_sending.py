"""What is written is sent once, or kept: without a network, over a reload, and
where the server refuses.
"""

from __future__ import annotations

import json

from playwright.sync_api import Page, WebSocketRoute, expect

from tests.testkit.browser.chat import COMING_BACK_MS, Chat
from tests.testkit.browser.demo import Demo
from tests.testkit.browser.pages import ForeignPages, Visit


def test_what_is_sent_without_a_network_goes_when_it_is_back(
    demo: Demo, visit: Visit, foreign: ForeignPages
) -> None:
    room = demo.new_room("Cellar")
    page = visit(foreign.add(room=room), cuts=True)
    chat = Chat(page).open()
    page.context.set_offline(True)
    expect(chat.panel.get_by_text("You are offline.")).to_be_visible()
    chat.say("One from the cellar")
    chat.say("Two from the cellar")
    expect(chat.status_of("One from the cellar")).to_have_text("Sends when you are back")
    assert demo.bodies(room) == []
    page.context.set_offline(False)
    for body in ("One from the cellar", "Two from the cellar"):
        chat.expect_message(body, timeout=COMING_BACK_MS)
    expect(chat.panel.get_by_text("You are offline.")).to_be_hidden()
    assert demo.bodies(room) == ["One from the cellar", "Two from the cellar"]


def test_a_reload_in_the_middle_of_sending_delivers_once(
    demo: Demo, visit: Visit, foreign: ForeignPages
) -> None:
    """The server has stored it, but its answer never arrives:
    the page only knows that it does not know.
    """
    room = demo.new_room("Well")
    page = visit("about:blank")
    swallow_what_follows_a_send(page)
    page.goto(foreign.add(room=room))
    chat = Chat(page).open()
    chat.say("Down the well")
    expect(chat.status_of("Down the well")).to_have_text("Sending…")
    chat.say("And another")
    chat.field.fill("A draft")

    page.unroute_all()
    page.evaluate("window.letThrough = true")
    page.reload()
    chat.wait_until_ready()
    chat.expect_message("Down the well", timeout=COMING_BACK_MS)
    chat.expect_message("And another", timeout=COMING_BACK_MS)
    expect(chat.field).to_have_value("A draft")
    assert demo.bodies(room) == ["Down the well", "And another"]


def swallow_what_follows_a_send(page: Page) -> None:
    """The server's frames after the first `send` get lost on this page's first connection."""
    has_sent = False

    def relay(socket: WebSocketRoute) -> None:
        nonlocal has_sent
        is_first = not has_sent
        server = socket.connect_to_server()

        def up(text: str | bytes) -> None:
            nonlocal has_sent
            has_sent = has_sent or json.loads(text)["type"] == "send"
            server.send(text)

        def down(text: str | bytes) -> None:
            if not (is_first and has_sent):
                socket.send(text)

        socket.on_message(up)
        server.on_message(down)

    page.route_web_socket("**/ws/v1/**", relay)


def test_what_the_server_refuses_stays_with_the_reason_and_can_be_tried_again(
    demo: Demo, visit: Visit, foreign: ForeignPages
) -> None:
    room = demo.new_room("Gatehouse")
    page = visit("about:blank")
    refuse_sends(page)
    page.goto(foreign.add(room=room))
    chat = Chat(page).open()
    chat.say("Let me in")
    expect(chat.status_of("Let me in")).to_have_text("Not sent")
    expect(chat.log.get_by_text("You are not allowed to do that here.")).to_be_visible()
    assert demo.bodies(room) == []

    page.evaluate("window.isAllowed = true")
    chat.log.get_by_role("button", name="Try again").click()
    chat.expect_message("Let me in")
    assert demo.bodies(room) == ["Let me in"]


def refuse_sends(page: Page) -> None:
    """Answers sends as a server would that forbids them, until the page says `isAllowed`."""
    page.add_init_script(
        """(() => {
            const send = WebSocket.prototype.send;
            WebSocket.prototype.send = function (text) {
                const { type, cid, room } = JSON.parse(text);
                if (type !== "send" || window.isAllowed) return send.call(this, text);
                const data = JSON.stringify({ type: "nack", cid, room, code: "forbidden",
                    message: "No.", final: true });
                setTimeout(() => this.dispatchEvent(new MessageEvent("message", { data })));
            };
        })()"""
    )


def test_too_much_text_is_counted_and_not_sent(demo: Demo, visit: Visit) -> None:
    chat = Chat(visit(f"{demo.pages_url}/shop")).open()
    chat.field.fill("x" * 1990)
    expect(chat.panel.get_by_text("10 characters left")).to_be_visible()
    chat.field.fill("x" * 2003)
    expect(chat.panel.get_by_text("3 characters too many")).to_be_visible()
    chat.field.press("Enter")
    expect(chat.field).to_have_value("x" * 2003)
    chat.field.fill("😀" * 2000)
    expect(chat.panel.get_by_text("0 characters left")).to_be_visible()


def test_who_is_too_fast_sees_it_count_down_and_nothing_is_lost(
    demo: Demo, visit: Visit, foreign: ForeignPages
) -> None:
    room = demo.new_room("Mill race")
    page = visit(foreign.add(room=room))
    chat = Chat(page).open()
    said = [f"Drop {number}" for number in range(12)]
    for body in said:
        chat.say(body)
        # As fast as the room allows: the limit is on what one visitor sends, the field is not
        # locked before the widget knows.
        if chat.panel.get_by_text("You can write again in").is_visible():
            break
    expect(chat.panel.get_by_text("You can write again in")).to_be_visible()
    expect(chat.panel.get_by_text("You can write again in")).to_be_hidden(timeout=COMING_BACK_MS)
    written = [body for body in said if chat.log.get_by_text(body, exact=True).count()]
    for body in written:
        chat.expect_message(body, timeout=COMING_BACK_MS)
    assert demo.bodies(room) == written
