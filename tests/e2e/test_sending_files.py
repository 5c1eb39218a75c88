"""A visitor sends files from the chat: by the button, by pasting, by dropping; seen, described,
stopped, tried again; and looks at them large.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.e2e.test_files import LOADED, Team, photograph
from tests.testkit import files
from tests.testkit.browser.chat import Chat
from tests.testkit.browser.demo import Demo
from tests.testkit.browser.pages import ForeignPages, Visit

UPLOADS = re.compile(r"/rooms/[^/]+/attachments$")
BUTTON = "Add files"
TRAY = "Files of your next message"
# A file as a page gets it from the device, made in the page and given to an event of the panel.
GIVE = """async (node, { kind, bytes, name, type }) => {
  const transfer = new DataTransfer();
  transfer.items.add(new File([new Uint8Array(bytes)], name, { type }));
  const about = { bubbles: true, composed: true, cancelable: true };
  node.dispatchEvent(kind === "paste"
    ? new ClipboardEvent(kind, { ...about, clipboardData: transfer })
    : new DragEvent(kind, { ...about, dataTransfer: transfer }));
}"""


@pytest.fixture(scope="module")
def team(demo: Demo) -> Team:
    return Team(demo)


@pytest.fixture
def gallery(demo: Demo, team: Team) -> str:
    """A room that takes pictures of everybody."""
    room = demo.new_room("Gallery")
    team.ask("PATCH", f"/rooms/{room}", json={"files": "images", "files_from": "all"})
    return room


def picture(name: str = "wall.png", content: bytes | None = None) -> Any:
    content = files.picture(size=(800, 500)) if content is None else content
    return {"name": name, "mimeType": "image/png", "buffer": content}


def slowness(page: Page) -> Callable[[int], None]:
    """Sets how many bytes a second the page can send; -1 for as many as it can."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("Network.enable")
    conditions = {"offline": False, "latency": 0, "downloadThroughput": -1}

    def limit(bytes_a_second: int) -> None:
        upwards = {"uploadThroughput": bytes_a_second}
        cdp.send("Network.emulateNetworkConditions", conditions | upwards)

    return limit


def choose(chat: Chat, *chosen: Any) -> None:
    with chat.page.expect_file_chooser() as chooser:
        chat.panel.get_by_role("button", name=BUTTON).click()
    chooser.value.set_files(list(chosen))


def tray(chat: Chat) -> Locator:
    return chat.panel.get_by_role("list", name=TRAY).get_by_role("listitem")


def give(node: Locator, kind: str, name: str = "wall.png", type_: str = "image/png") -> None:
    content = list(files.picture())
    node.evaluate(GIVE, {"kind": kind, "bytes": content, "name": name, "type": type_})


def assert_inside(page: Page, shown: Locator) -> float:
    """All of it is in the window; how high it is."""
    box = shown.bounding_box()
    window = page.viewport_size
    assert box is not None
    assert window is not None
    assert min(box["x"], box["y"]) >= 0
    assert box["x"] + box["width"] <= window["width"]
    assert box["y"] + box["height"] <= window["height"]
    return box["height"]


def uploaded(page: Page) -> Any:
    # A busy machine needs its time to draw a large picture anew.
    return page.expect_response(lambda answer: bool(UPLOADS.search(answer.url)), timeout=60_000)


def stored(demo: Demo, room: str) -> list[tuple[str, list[str]]]:
    speaker = demo.speaker()
    try:
        return [
            (one["body"], [file["alt"] for file in one["attachments"]])
            for one in speaker.history(room)
        ]
    finally:
        speaker.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_a_picture_goes_with_a_text(
    demo: Demo, foreign: ForeignPages, visit: Visit, gallery: str, scheme: str, width: int
) -> None:
    page = visit(
        foreign.add(room=gallery), viewport={"width": width, "height": 760}, color_scheme=scheme
    )
    chat = Chat(page).open()
    photograph(page, f"send-0-empty-{scheme}-{width}")
    with uploaded(page):
        choose(chat, picture("jars-on-the-shelf.png", files.photograph((800, 500))))
    item = tray(chat)
    expect(item).to_contain_text("jars-on-the-shelf.png")
    item.get_by_role("textbox").fill("Seven jars on a shelf")
    chat.field.fill("For Friday")
    photograph(page, f"send-1-tray-{scheme}-{width}")
    chat.field.press("Enter")
    shown = chat.log.get_by_role("img", name="Seven jars on a shelf")
    chat.expect_message("For Friday")
    expect(chat.messages.get_by_role("img", name="Seven jars on a shelf")).to_be_visible()
    expect(shown).to_have_count(1)
    assert shown.evaluate(LOADED) == 800
    expect(tray(chat)).to_have_count(0)
    photograph(page, f"send-2-sent-{scheme}-{width}")
    assert stored(demo, gallery) == [("For Friday", ["Seven jars on a shelf"])]


def test_one_on_its_way_says_how_far_it_is_and_can_be_stopped(
    demo: Demo, foreign: ForeignPages, visit: Visit, gallery: str
) -> None:
    page = visit(foreign.add(room=gallery), viewport={"width": 1280, "height": 760})
    chat = Chat(page).open()
    limit = slowness(page)
    limit(150_000)
    choose(chat, picture("hills.png", files.photograph()))
    item = tray(chat)
    bar = item.get_by_role("progressbar", name="hills.png is uploading")
    expect(item).to_contain_text(re.compile(r"MB · [1-9]\d? %"))
    share = float(bar.evaluate("it => it.value"))
    assert 0 < share < 1
    photograph(page, "send-3-progress")
    item.get_by_role("button", name="Remove hills.png").click()
    expect(item).to_have_count(0)
    expect(chat.field).to_be_focused()
    # It is sent before the file is there: its message waits, with the picture of this device.
    choose(chat, picture("hills.png", files.photograph()))
    chat.field.fill("Hills")
    chat.field.press("Enter")
    expect(chat.field).to_have_value("")
    expect(item).to_have_count(0)
    expect(chat.log.get_by_text("Sending…")).to_be_visible()
    waiting = chat.log.get_by_role("img", name="hills.png")
    assert str(waiting.get_attribute("src")).startswith("blob:")
    expect(chat.log.get_by_role("progressbar")).to_be_visible()
    photograph(page, "send-4-sending")
    assert stored(demo, gallery) == []
    # What is stopped can be changed.
    chat.log.get_by_role("button", name="Stop sending").click()
    expect(chat.field).to_have_value("Hills")
    expect(item).to_contain_text("hills.png")
    expect(waiting).to_have_count(0)
    limit(-1)
    item.get_by_role("textbox").fill("Two hills")
    chat.field.press("Enter")
    expect(chat.messages.get_by_role("img", name="Two hills")).to_be_visible()
    assert stored(demo, gallery) == [("Hills", ["Two hills"])]


def test_pictures_are_pasted_and_dropped(
    demo: Demo, foreign: ForeignPages, visit: Visit, gallery: str
) -> None:
    page = visit(foreign.add(room=gallery), viewport={"width": 1280, "height": 760})
    chat = Chat(page).open()
    # The tray comes with the first look at its button, or once the chat has been open for a while.
    chat.panel.get_by_role("button", name=BUTTON).focus()
    expect(chat.panel.locator("input[type=file]")).to_be_attached()
    with uploaded(page):
        give(chat.field, "paste", "pasted.png")
    expect(tray(chat)).to_contain_text("pasted.png")
    give(chat.log, "dragover")
    zone = chat.panel.get_by_text("Drop files here")
    expect(zone).to_be_visible()
    photograph(page, "send-5-drop")
    with uploaded(page):
        give(chat.log, "drop", "dropped.png")
    expect(zone).to_be_hidden()
    expect(tray(chat)).to_have_count(2)
    photograph(page, "send-6-two")
    # No text is needed.
    chat.send_button.click()
    expect(chat.messages.get_by_role("img")).to_have_count(2)
    assert stored(demo, gallery) == [("", ["", ""])]


def test_a_file_that_cannot_be_sent_says_why(
    demo: Demo, foreign: ForeignPages, visit: Visit, gallery: str
) -> None:
    page = visit(
        foreign.add(room=gallery),
        viewport={"width": 390, "height": 760},
        complaints=r"status of (415|400|503)",
    )
    chat = Chat(page).open()
    large = {"name": "huge.png", "mimeType": "image/png", "buffer": b"x" * (5 * 1024 * 1024 + 1)}
    paper = {"name": "paper.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}
    broken = {"name": "broken.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n???"}
    choose(chat, large, paper, broken, picture("fine.png"), picture("fifth.png"))
    alerts = chat.panel.get_by_role("alert")
    for words in (
        "This file is too large: 5 MB at most.",
        "Only pictures can be sent here.",
        "This picture can't be read. It may be damaged, or far too large.",
        "A message takes 4 files at most.",
    ):
        expect(alerts.filter(has_text=words)).to_have_count(1)
    expect(chat.panel.get_by_text("fine.png is ready to send")).to_be_attached()
    photograph(page, "send-7-refused")
    # What is good goes; the others stay, to be looked at.
    chat.field.fill("One of them")
    chat.field.press("Enter")
    expect(chat.messages.get_by_role("img", name="fine.webp")).to_be_visible()
    expect(tray(chat)).to_have_count(3)
    assert stored(demo, gallery) == [("One of them", [""])]


def test_a_photograph_that_is_too_large_is_sent_smaller(
    demo: Demo, foreign: ForeignPages, visit: Visit, gallery: str
) -> None:
    page = visit(foreign.add(room=gallery))
    chat = Chat(page).open()
    photograph_of_today = files.photograph((2600, 1300))
    assert len(photograph_of_today) > 5 * 1024 * 1024
    with uploaded(page):
        choose(chat, picture("today.png", photograph_of_today))
    chat.send_button.click()
    expect(chat.messages.get_by_role("img", name="today.webp")).to_be_visible()
    speaker = demo.speaker()
    ((kept,),) = [one["attachments"] for one in speaker.history(gallery)]
    speaker.close()
    assert (kept["width"], kept["height"]) == (2048, 1024)


def test_it_is_tried_again_where_the_server_is_busy_and_on_request(
    demo: Demo, foreign: ForeignPages, visit: Visit, gallery: str
) -> None:
    page = visit(foreign.add(room=gallery), complaints=r"status of 403", cuts=True)
    chat = Chat(page).open()
    answers: list[dict[str, Any]] = [
        {"status": 403, "json": {"error": "forbidden", "message": "Full.", "field": "file"}}
    ]

    def answer(route: Route) -> None:
        if answers and route.request.method == "POST":
            route.fulfill(**answers.pop(), headers={"Access-Control-Allow-Origin": "*"})
        else:
            route.continue_()

    page.route(UPLOADS, answer)
    choose(chat, picture())
    alert = chat.panel.get_by_role("alert")
    expect(alert).to_contain_text("There is no space left for files.")
    with uploaded(page):
        tray(chat).get_by_role("button", name="Try again").click()
    expect(alert).to_have_count(0)
    chat.send_button.click()
    expect(chat.messages.get_by_role("img", name="wall.webp")).to_be_visible()


def test_without_a_network_files_wait_and_go_once_it_is_back(
    demo: Demo, foreign: ForeignPages, visit: Visit, gallery: str
) -> None:
    page = visit(foreign.add(room=gallery), cuts=True)
    chat = Chat(page).open()
    limit = slowness(page)
    limit(60_000)
    choose(chat, picture("hills.png", files.photograph()))
    expect(tray(chat)).to_contain_text(re.compile(r"[1-9]\d? %"))
    chat.field.fill("Hills")
    chat.field.press("Enter")
    page.context.set_offline(True)
    expect(chat.log.get_by_text("Sends when you are back")).to_be_visible()
    photograph(page, "send-8-offline")
    choose(chat, picture("second.png"))
    # Chromium cuts no socket that is open: a ping of the server's may say that it is online.
    expect(tray(chat)).to_contain_text(re.compile("Goes when you are back|Waiting"))
    limit(-1)
    page.context.set_offline(False)
    expect(chat.messages.get_by_role("img", name="hills.webp")).to_be_visible(timeout=30_000)
    expect(chat.panel.get_by_text("second.png is ready to send")).to_be_attached(timeout=30_000)
    chat.send_button.click()
    expect(chat.messages.get_by_role("img")).to_have_count(2)
    assert stored(demo, gallery) == [("Hills", [""]), ("", [""])]


def test_a_reload_keeps_the_text_and_what_is_stored(
    demo: Demo, foreign: ForeignPages, visit: Visit, gallery: str
) -> None:
    page = visit(foreign.add(room=gallery))
    chat = Chat(page).open()
    with uploaded(page):
        choose(chat, picture("first.png"))
    tray(chat).get_by_role("textbox").fill("The first wall")
    limit = slowness(page)
    limit(60_000)
    choose(chat, picture("hills.png", files.photograph()))
    chat.field.fill("Two of them")
    chat.field.press("Enter")
    expect(chat.log.get_by_text("Sending…")).to_be_visible()
    page.reload()
    chat = Chat(page).wait_until_ready()
    chat.panel.get_by_role("button", name=BUTTON).focus()
    expect(tray(chat)).to_have_count(1)
    expect(tray(chat).get_by_role("textbox")).to_have_value("The first wall")
    expect(chat.field).to_have_value("Two of them")
    photograph(page, "send-9-reloaded")
    chat.field.press("Enter")
    expect(chat.messages.get_by_role("img", name="The first wall")).to_be_visible()
    assert stored(demo, gallery) == [("Two of them", ["The first wall"])]


def test_a_picture_is_looked_at_large(
    demo: Demo, foreign: ForeignPages, visit: Visit, gallery: str, team: Team
) -> None:
    page = visit(foreign.add(room=gallery), viewport={"width": 1280, "height": 760})
    chat = Chat(page).open()
    tower = picture("tower.png", files.photograph((300, 900)))
    choose(chat, picture("hills.png", files.photograph()), tower)
    words = tray(chat).get_by_role("textbox")
    words.first.fill("Two hills at noon")
    words.last.fill("A tower")
    words.last.press("Enter")
    expect(chat.field).to_be_focused()
    chat.field.press("Enter")
    expect(chat.messages.get_by_role("img")).to_have_count(2)
    # Drawn by the server from now on.
    page.reload()
    chat = Chat(page).wait_until_ready()
    opener = chat.messages.get_by_role("link", name="Two hills at noon")
    opener.focus()
    opener.press("Enter")
    viewer = page.get_by_role("dialog", name="Look at Two hills at noon")
    large = viewer.get_by_role("img", name="Two hills at noon")
    assert large.evaluate(LOADED) == 1200
    expect(viewer.get_by_text("1 of 2 · Two hills at noon")).to_be_visible()
    photograph(page, "view-1-desk")
    page.keyboard.press("ArrowRight")
    second = page.get_by_role("dialog", name="Look at A tower")
    assert second.get_by_role("img", name="A tower").evaluate(LOADED) == 300
    expect(second.get_by_text("2 of 2 · A tower")).to_be_visible()
    second.get_by_role("button", name="Next picture").click()
    expect(large).to_be_visible()
    assert_inside(page, large)
    page.set_viewport_size({"width": 390, "height": 760})
    photograph(page, "view-2-phone")
    assert_inside(page, large)
    large.click()
    assert large.evaluate("it => it.width") == 1200
    page.keyboard.press("Escape")
    expect(viewer).to_have_count(0)
    expect(opener).to_be_focused()
    expect(chat.panel).to_be_visible()


def test_all_of_it_works_by_keyboard_and_from_right_to_left(
    demo: Demo, foreign: ForeignPages, visit: Visit, gallery: str
) -> None:
    page = visit(
        foreign.add(room=gallery, lang="ar"), viewport={"width": 390, "height": 760}, locale="ar-EG"
    )
    page.get_by_role("button").last.click()
    panel = page.get_by_role("dialog")
    field = panel.get_by_role("textbox", name="رسالتك")
    expect(field).to_be_enabled()
    button = panel.get_by_role("button", name="إرفاق ملفات")
    expect(button).to_be_visible()
    field.focus()
    page.keyboard.press("Tab")
    expect(button).to_be_focused()
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files([picture("hills.png", files.photograph((800, 500)))])
    item = panel.get_by_role("listitem")
    expect(item.get_by_role("textbox")).to_be_visible()
    photograph(page, "send-10-rtl")
    remove = item.get_by_role("button")
    for target in (remove, item.get_by_role("textbox"), button):
        assert assert_inside(page, target) >= 44
    remove.focus()
    page.keyboard.press("Enter")
    expect(item).to_have_count(0)
    expect(field).to_be_focused()
