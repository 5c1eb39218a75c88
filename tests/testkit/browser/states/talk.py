"""Scenes of a talk: what people say, what can be done with it, what it needs to be sent."""

from __future__ import annotations

import re

from playwright.sync_api import FilePayload, Locator, WebSocketRoute, expect

from tests.testkit import files
from tests.testkit.browser.states.view import View

PICTURE = "jars-on-the-shelf.png"
# Slow enough to be seen, in bytes a second.
SLOW_UPLOAD = 60_000
# A message that the server does not take, and one that never reaches it, by their texts.
KEPT = """([failed, sending]) => {
    const send = WebSocket.prototype.send;
    WebSocket.prototype.send = function (text) {
        const { type, cid, room, body } = JSON.parse(text);
        if (type !== "send" || (body !== failed && body !== sending)) return send.call(this, text);
        if (body === sending) return;
        const data = JSON.stringify({ type: "nack", cid, room, code: "internal", message: "No.",
            final: true });
        setTimeout(() => this.dispatchEvent(new MessageEvent("message", { data })));
    };
}"""


def talked(view: View, **settings: object) -> str:
    """A room where two have spoken, and the owner has answered."""
    site = view.site()
    room = site.room(view.text("lobby"), topic=view.text("topic"), **settings)
    asked = site.speaker(view.text("otter")).say(view.text("jars?"), room=room)
    site.answer(room, view.text("jars"), asked)
    site.speaker(view.text("heron")).say(view.text("blue"), room=room)
    return room


def talking(view: View) -> None:
    """A mention of the visitor, their answer, and somebody who writes."""
    site, room = view.site(), talked(view)
    view.open(site, room)
    who = view.own_name()
    view.say(view.text("two"))
    heron = site.speaker(view.text("heron"))
    heron.say(f"@{who} {view.text('blue')}", room=room)
    expect(view.log.locator(".to-me")).to_be_visible()
    site.speaker(view.text("lynx")).is_writing(room=room)
    expect(view.panel.get_by_text(view.word("typing.one", a=view.text("lynx")))).to_be_visible()


def own_messages(view: View) -> None:
    """Sent, being sent, not sent, and waiting for the team."""
    site = view.site()
    room = site.room(view.text("lobby"), topic=view.text("topic"))
    view.open(site, room)
    view.page.evaluate(KEPT, [view.text("failed"), view.text("sending")])
    view.say(view.text("sent"))
    site.change_room(room, approval="all")
    view.say(view.text("held"), is_stored=False)
    view.shows("message.held")
    view.say(view.text("failed"), is_stored=False)
    expect(view.log.get_by_role("button", name=view.word("message.retry"))).to_be_visible()
    view.say(view.text("sending"), is_stored=False)
    view.shows("message.sending")
    view.field.fill(view.text("barn"))


def held(view: View) -> None:
    site = view.site()
    room = site.room(view.text("lobby"), topic=view.text("topic"), approval="all")
    view.open(site, room)
    view.say(view.text("held"), is_stored=False)
    view.shows("message.held")


def tools(view: View) -> None:
    view.open(view.site(), talked(view))
    view.point_at(view.text("jars?"))


def menu(view: View) -> None:
    """Of a message of somebody else, with reactions below it."""
    site, room = view.site(), talked(view)
    view.open(site, room)
    mine = view.menu_of(view.text("jars?"))
    mine.get_by_role("button", name="👍").click()
    expect(view.log.get_by_role("button", name="👍")).to_be_visible()
    view.menu_of(view.text("jars?"))


def own_menu(view: View) -> None:
    view.open(view.site(), talked(view))
    view.say(view.text("two"))
    view.menu_of(view.text("two"))


def delete_asked(view: View) -> None:
    own_menu(view)
    view.dialog("tools.label").get_by_role("button", name=view.word("tools.delete")).click()
    view.shows("tools.delete.ask")


def report(view: View) -> None:
    view.open(view.site(), talked(view))
    what = view.menu_of(view.text("blue"))
    what.get_by_role("button", name=view.word("tools.report")).click()
    expect(what.get_by_role("radio").first).to_be_visible()


def replies(view: View) -> None:
    """One answers; one message is deleted, an own one was changed; an answer is being written."""
    site = view.site()
    room = talked(view)
    lynx = site.speaker(view.text("lynx"))
    lynx.delete(lynx.say(view.text("friday"), room=room), room=room)
    view.open(site, room)
    view.say(view.text("washes"))
    own = view.menu_of(view.text("washes"))
    own.get_by_role("button", name=re.compile(f"^{view.word('tools.edit')}")).click()
    view.say(view.text("washes!"))
    other = view.menu_of(view.text("jars?"))
    other.get_by_role("button", name=view.word("tools.reply"), exact=True).click()
    expect(view.panel.get_by_text(view.word("reply.to", name=view.text("otter")))).to_be_visible()
    view.field.fill(view.text("mine"))


def emoji(view: View) -> None:
    view.open(view.site(), talked(view))
    view.button("emoji.open").click()
    expect(view.panel.get_by_role("grid")).to_be_visible()


def emoji_names(view: View) -> None:
    """While one writes a name between colons."""
    view.open(view.site(), talked(view))
    _bring_completion(view)
    view.field.press_sequentially(":fir")
    expect(view.panel.get_by_role("listbox")).to_be_visible()


def _bring_completion(view: View) -> None:
    """What completes comes with what can be done with a message."""
    view.menu_of(view.text("blue"))
    view.page.keyboard.press("Escape")
    expect(view.dialog("tools.label")).to_be_hidden()


def _choose_picture(view: View) -> None:
    content = files.photograph((800, 500))
    picture: FilePayload = {"name": PICTURE, "mimeType": "image/png", "buffer": content}
    with view.page.expect_file_chooser() as chooser:
        view.button("files.add").click()
    chooser.value.set_files([picture])


def _tray(view: View) -> Locator:
    return view.panel.get_by_role("list", name=view.word("files.label")).get_by_role("listitem")


def mention_and_picture(view: View) -> None:
    """A picture on its way, and the names that begin so."""
    room = talked(view, files="images", files_from="all")
    view.open(view.site(), room)
    _bring_completion(view)
    cdp = view.page.context.new_cdp_session(view.page)
    cdp.send("Network.enable")
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1}
    cdp.send("Network.emulateNetworkConditions", slow | {"uploadThroughput": SLOW_UPLOAD})
    _choose_picture(view)
    expect(_tray(view).get_by_role("progressbar")).to_be_visible()
    view.field.press_sequentially(f"@{view.text('heron')[:2]}")
    expect(view.panel.get_by_role("listbox")).to_be_visible()


def tray(view: View) -> None:
    """A picture that waits for its words."""
    room = talked(view, files="images", files_from="all")
    view.open(view.site(), room)
    _choose_picture(view)
    expect(_tray(view)).to_have_count(1)
    expect(_tray(view).get_by_role("progressbar")).to_be_hidden(timeout=20_000)
    alt = _tray(view).get_by_role("textbox")
    alt.fill(view.text("alt"))


def picture(view: View) -> None:
    """In a message."""
    site = view.site()
    room = talked(view)
    site.show(room, files.photograph((1200, 675)), PICTURE, view.text("alt"))
    view.open(site, room)
    shown = view.log.get_by_role("img", name=view.text("alt"))
    expect(shown).to_be_visible()
    shown.evaluate("it => it.decode()")


def viewer(view: View) -> None:
    picture(view)
    view.log.get_by_role("img", name=view.text("alt")).click()
    large = view.page.get_by_role("dialog", name=view.word("files.view", name=view.text("alt")))
    large.get_by_role("img").evaluate("it => it.decode()")


def blocked_link(view: View) -> None:
    site = view.site()
    room = talked(view, links="none")
    view.open(site, room)
    view.say(view.text("link"), is_stored=False)
    expect(view.log.get_by_role("button", name=view.word("message.retry"))).to_be_visible()


def slow_mode(view: View) -> None:
    site = view.site()
    room = site.room(view.text("lobby"), topic=view.text("topic"), slow_s=30)
    site.speaker(view.text("otter")).say(view.text("market?"), room=room)
    view.open(site, room)
    view.say(view.text("market"))
    view.field.fill(view.text("stove"))
    expect(view.panel.locator(".send b")).to_be_visible()


def offline(view: View) -> None:
    site = view.site()
    room = site.room(view.text("lobby"), topic=view.text("topic"))
    site.speaker(view.text("otter")).say(view.text("market?"), room=room)
    view.open(site, room)
    view.page.context.set_offline(True)
    view.say(view.text("market"), is_stored=False)
    view.shows("message.waiting")
    view.shows("state.offline")


def coming_back(view: View) -> None:
    """The server does not answer, and the chat says when it tries again."""
    sockets: list[WebSocketRoute] = []

    def relay(socket: WebSocketRoute) -> None:
        if sockets:
            socket.close(code=1013)
            return
        sockets.append(socket)
        socket.connect_to_server()

    view.page.route_web_socket("**/ws/v1/**", relay)
    view.open(view.site(), talked(view))
    view.page.route("**/api/**", lambda route: route.abort())
    sockets[0].close(code=1013)
    expect(view.button("state.now")).to_be_visible(timeout=20_000)


def folded(view: View) -> None:
    """A text that goes on for longer than a panel shows at once."""
    site = view.site()
    room = site.room(view.text("lobby"), topic=view.text("topic"))
    site.speaker(view.text("otter")).say(view.text("winter") * 4, room=room)
    view.open(site, room)
    expect(view.button("message.whole")).to_be_visible()


def new_line(view: View) -> None:
    """The line above what came while the chat was closed."""
    site, room = view.site(), talked(view)
    view.open(site, room)
    expect(view.message(view.text("blue"))).to_be_visible()
    view.button("panel.close").click()
    expect(view.panel).to_be_hidden()
    site.speaker(view.text("lynx")).say(view.text("friday"), room=room)
    view.has_unread(1)
    view.launcher.click()
    expect(view.log.get_by_text(view.word("log.new"), exact=True)).to_be_visible()
