"""What `make screenshots` takes pictures of: each scene by its name, and how to get there.

Imported after the packages of the tests are installed.
A scene gets a new page and leaves it as it shall be shown.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

from playwright.sync_api import Page, WebSocketRoute, expect

from tests.testkit.browser.chat import COMING_BACK_MS, Chat, RoomPage
from tests.testkit.browser.demo import Demo
from tests.testkit.browser.pages import ForeignPages, place
from tests.testkit.browser.states.site import StateSites
from tests.testkit.browser.trouble import TEN_MINUTES_OF_SLEEP, asleep, keep_files, silent_cut

LONG = (
    "A message that goes on: " + "the kiln, the glaze, the second firing and what came of it, " * 12
)
TALK = [
    ("Mira", "Is the blue teapot coming back? The page says *soon*."),
    ("Jonas", "It was there on Tuesday, I should have bought it."),
    ("Mira", "Ha. Same with me and the linen apron."),
    ("Amina", "مرحبا! هل ترسلون إلى المغرب؟"),
    ("Jonas", "They do: https://example.org/delivery has the list. 🫖"),
    ("Mira", "`code` too? _Fancy_. And a_very_long_word_" + "without_a_break_" * 6),
]


@dataclass(frozen=True)
class Stage:
    """The demo, the pages beside it, its rooms (one in full talk, one where nobody spoke), and the
    sites of the widget's states.
    """

    demo: Demo
    foreign: ForeignPages
    busy: str
    empty: str
    states: StateSites


Scene = Callable[[Page, Stage], None]


def set_stage(demo: Demo, foreign: ForeignPages) -> Stage:
    demo.run("site", "origins", "--site", demo.site_key, "--add", foreign.origin)
    busy = demo.new_room("Workbench", "--topic", "Where we talk about clay and wax")
    empty = demo.new_room("Back room")
    speakers = {name: demo.speaker() for name, _ in TALK}
    for name, speaker in speakers.items():
        speaker.call_themselves(name)
    for name, body in TALK:
        speakers[name].say(body, room=busy)
    speakers["Jonas"].ask_the_team("Thank you, the box came today.")
    speakers["Mira"].ask_the_team("Could you keep the linen apron for me until Saturday?")
    speakers["Mira"].ask_the_team("The one in the window, I mean.")
    speakers["Amina"].ask_the_team("Do you ship to Morocco by Friday?")
    for speaker in speakers.values():
        speaker.close()
    return Stage(demo, foreign, busy, empty, StateSites(demo))


def opened(page: Page, stage: Stage, room: str = "", **options: str) -> Chat:
    body = "<p>" + "A page that is somebody else's. " * 60 + "</p>"
    head = (
        "<style>:root { color-scheme: light dark; font: 17px/1.6 system-ui } body { margin: 6vw "
        "}</style>"
    )
    page.goto(stage.foreign.add(body, head=head, room=room or stage.busy, **options))
    return Chat(page).open()


def closed(page: Page, stage: Stage) -> None:
    page.goto(f"{stage.demo.pages_url}/shop")
    Chat(page).launcher.wait_for()


def unread(page: Page, stage: Stage) -> None:
    room = stage.demo.new_room("Doorstep")
    chat = opened(page, stage, room)
    chat.close()
    stage.demo.seed(room, ["Anybody there?", "I am at the counter"])
    expect(chat.launcher).to_have_accessible_name("Open chat, 2 unread messages")


def new_line(page: Page, stage: Stage) -> None:
    room = stage.demo.new_room("Doorstep")
    stage.demo.seed(room, ["Good morning"])
    chat = opened(page, stage, room)
    chat.expect_message("Good morning")
    chat.close()
    stage.demo.seed(room, ["Anybody there?", "I am at the counter"])
    expect(chat.launcher).to_have_accessible_name("Open chat, 2 unread messages")
    chat.open()


def busy(page: Page, stage: Stage) -> None:
    chat = opened(page, stage)
    said = "I have two left, come by before five."
    before = chat.message(said).count()  # the same room is seen at each size
    chat.say(said)
    expect(chat.message(said)).to_have_count(before + 1)
    with closing(stage.demo.speaker()) as speaker:
        speaker.call_themselves("Mira")
        speaker.is_writing(room=stage.busy)
    expect(chat.panel.get_by_text("Mira is writing…")).to_be_visible()


def empty(page: Page, stage: Stage) -> None:
    opened(page, stage, stage.empty)


def long_text(page: Page, stage: Stage) -> None:
    room = stage.demo.new_room("Long hall " * 3, "--topic", "A topic that does not end " * 4)
    chat = opened(page, stage, room)
    chat.say(LONG)
    chat.expect_message(LONG.strip())
    chat.field.fill("x" * 2003)
    expect(chat.panel.get_by_text("characters too many")).to_be_visible()


def rename(page: Page, stage: Stage) -> None:
    chat = opened(page, stage)
    chat.face.click()
    chat.panel.get_by_role("textbox", name="Your name").fill("Moderator")
    page.keyboard.press("Enter")
    expect(chat.panel.get_by_role("alert")).to_be_visible()


def rename_missing(page: Page, stage: Stage) -> None:
    """The file of the name editor does not come."""
    page.route("**/widget/you-view.*", lambda route: route.abort())
    chat = opened(page, stage)
    chat.face.click()
    expect(chat.panel.get_by_text("This could not be loaded.")).to_be_visible()


def people(page: Page, stage: Stage) -> None:
    chat = opened(page, stage)
    chat.people.click()
    here = chat.panel.get_by_role("list", name="Here now")
    expect(here.get_by_text("you", exact=True)).to_be_visible()


def people_missing(page: Page, stage: Stage) -> None:
    """Nor does the list of those who are here."""
    page.route("**/widget/drawer-view.*", lambda route: route.abort())
    chat = opened(page, stage)
    chat.people.click()
    expect(chat.panel.get_by_text("This could not be loaded.")).to_be_visible()


def rooms(page: Page, stage: Stage) -> None:
    page.goto(f"{stage.demo.pages_url}/shop")
    chat = Chat(page).open()
    chat.panel.get_by_role("heading").get_by_role("button").click()
    expect(chat.panel.get_by_role("list", name="Rooms")).to_be_visible()


def offline(page: Page, stage: Stage) -> None:
    """Two wait, and the next is being written."""
    chat = opened(page, stage, stage.demo.new_room("Ferry"))
    page.context.set_offline(True)
    chat.say("Does this arrive?")
    chat.say("I will come by at four, if the ferry runs.")
    chat.field.fill(
        "And please keep the linen apron for me, I would like to see it before I decide"
    )
    expect(chat.panel.get_by_text("You are offline")).to_be_visible()


def offline_reload(page: Page, stage: Stage) -> None:
    keep_files(page)
    page.goto(stage.foreign.add(room=stage.demo.new_room("Ferry"), open="true"))
    chat = Chat(page).wait_until_ready()
    page.context.set_offline(True)
    chat.say("Does this arrive?")
    chat.say("I will come by at four, if the ferry runs.")
    page.reload()
    expect(chat.panel.get_by_text("You are offline")).to_be_visible()
    expect(chat.log.get_by_text("Sends when you are back")).to_have_count(2)


def back_online(page: Page, stage: Stage) -> None:
    room = stage.demo.new_room("Quay")
    chat = opened(page, stage, room)
    chat.say("Is anybody at the quay?")
    chat.expect_message("Is anybody at the quay?")
    page.context.set_offline(True)
    chat.say("The ferry is late, I am on it.")
    stage.demo.seed(room, ["We are here, with the lamp on."])
    page.context.set_offline(False)
    chat.expect_message("The ferry is late, I am on it.", timeout=COMING_BACK_MS)
    chat.expect_message("We are here, with the lamp on.")


def lost(page: Page, stage: Stage) -> None:
    """The server does not answer any more; what was said waits."""
    sockets: list[WebSocketRoute] = []

    def relay(socket: WebSocketRoute) -> None:
        if sockets:
            socket.close(code=1013)
            return
        sockets.append(socket)
        socket.connect_to_server()

    page.route_web_socket("**/ws/v1/**", relay)
    chat = opened(page, stage, stage.demo.new_room("Lighthouse"))
    page.route("**/api/**", lambda route: route.abort())
    sockets[0].close(code=1013)
    chat.say("Are you still there?")
    # The first attempts follow each other so soon that the chat shows no wait.
    expect(chat.panel.get_by_text("The connection was lost")).to_be_visible(timeout=20_000)


def after_sleep(page: Page, stage: Stage) -> None:
    room = stage.demo.new_room("Bedroom")
    page.add_init_script(TEN_MINUTES_OF_SLEEP)
    cut = silent_cut(page)
    chat = opened(page, stage, room)
    chat.say("Good night")
    chat.expect_message("Good night")
    with asleep(page):
        cut()
        stage.demo.seed(room, ["While you slept", "And you slept on"])
    chat.expect_message("And you slept on", timeout=COMING_BACK_MS)


def growing(page: Page, stage: Stage) -> None:
    """The list stays at its end while the field grows."""
    chat = opened(page, stage)
    for _ in range(5):
        chat.field.press_sequentially("A line")
        chat.field.press("Shift+Enter")


def failed(page: Page, stage: Stage) -> None:
    page.add_init_script(
        """const send = WebSocket.prototype.send;
        WebSocket.prototype.send = function (text) {
            const { type, cid, room } = JSON.parse(text);
            if (type !== "send") return send.call(this, text);
            const data = JSON.stringify({ type: "nack", cid, room, code: "blocked_link",
                message: "No.", final: true });
            setTimeout(() => this.dispatchEvent(new MessageEvent("message", { data })));
        };"""
    )
    chat = opened(page, stage)
    chat.say("Look at https://example.org/offers")
    expect(chat.log.get_by_role("button", name="Try again")).to_be_visible()


def inline(page: Page, stage: Stage) -> None:
    page.goto(f"{stage.demo.pages_url}/article")
    chat = Chat(page, inline="lobby").open()
    chat.field.scroll_into_view_if_needed()


def two_rooms(page: Page, stage: Stage) -> None:
    page.goto(f"{stage.demo.pages_url}/radio")
    Chat(page, inline="help").open()
    Chat(page, inline="coffee").open().field.scroll_into_view_if_needed()


def right_to_left(page: Page, stage: Stage) -> None:
    page.goto(stage.foreign.add(html='lang="ar" dir="rtl"', room=stage.busy))
    page.locator("inglenook-chat").get_by_role("button").click()
    page.locator("inglenook-chat").get_by_role("textbox").wait_for()


def accent(page: Page, stage: Stage) -> None:
    opened(page, stage, accent="#0b6e4f")


def unlisted(page: Page, stage: Stage) -> None:
    page.goto(f"{stage.demo.unlisted_url}/shop")
    chat = Chat(page)
    chat.launcher.click()
    expect(chat.panel.get_by_text("This chat does not know this page yet")).to_be_visible()


def not_joined(page: Page, stage: Stage) -> None:
    page.goto(stage.foreign.add(place(stage.empty, 400), mode="inline"))
    page.locator("inglenook-chat").get_by_role("button").wait_for()


def room_page_talk(page: Page, stage: Stage) -> None:
    """The team has answered, and the visitor has written."""
    site = stage.states.named("Wick & Clay")
    room = site.room("Lobby", topic="Candles and clay")
    asked = site.speaker("Amber Otter").say("Are the tall jars dishwasher safe?", room=room)
    site.answer(room, "Yes, on the cool programme.", asked)
    page.goto(f"{site.base_url}/s/{site.site_key}/r/{room}/")
    written = RoomPage(page)
    written.say("Perfect, then I take two. Thank you!")
    expect(written.messages).to_have_count(3)


def at(path: str) -> Scene:
    """A page of ours or of the demo, as it is."""

    def go(page: Page, stage: Stage) -> None:
        base = stage.demo.pages_url if path.startswith("demo:") else stage.demo.base_url
        words = {"KEY": stage.demo.site_key, "BUSY": stage.busy, "EMPTY": stage.empty}
        address = path.removeprefix("demo:")
        for word, value in words.items():
            address = address.replace(word, value)
        page.goto(base + address)

    return go


OPEN_SCENES: dict[str, Scene] = {
    "widget-closed": closed,
    "widget-unread": unread,
    "widget-busy": busy,
    "widget-empty": empty,
    "widget-new-line": new_line,
    "widget-failed": failed,
    "widget-offline": offline,
    "widget-offline-reload": offline_reload,
    "widget-back-online": back_online,
    "widget-lost": lost,
    "widget-after-sleep": after_sleep,
    "widget-growing": growing,
    "widget-long-text": long_text,
    "widget-rename": rename,
    "widget-rename-missing": rename_missing,
    "widget-people": people,
    "widget-people-missing": people_missing,
    "widget-rooms": rooms,
    "widget-right-to-left": right_to_left,
    "widget-accent": accent,
    "widget-unlisted": unlisted,
    "inline-not-joined": not_joined,
    "inline-article": inline,
    "inline-two-rooms": two_rooms,
    "demo-index": at("demo:/"),
    "demo-shop": at("demo:/shop"),
    "demo-article": at("demo:/article"),
    "demo-radio": at("demo:/radio"),
    "demo-walks": at("demo:/walks"),
    "demo-strict": at("demo:/strict"),
    "room-page": at("/s/KEY/r/BUSY/"),
    "room-page-talk": room_page_talk,
    "room-page-empty": at("/s/KEY/r/EMPTY/"),
}
