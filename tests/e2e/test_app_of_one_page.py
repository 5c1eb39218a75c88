"""A page that replaces its content by script: the chat stays, can be taken off, and comes back."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.testkit.browser.chat import Chat
from tests.testkit.browser.demo import Demo
from tests.testkit.browser.pages import Visit


def headline(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", name=words, level=1)).to_be_visible()


def test_an_open_chat_survives_every_change_of_view(demo: Demo, visit: Visit) -> None:
    page = visit(f"{demo.pages_url}/walks")
    sockets: list[str] = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    chat = Chat(page).open()
    chat.say("On the ridge")
    chat.expect_message("On the ridge")
    chat.field.fill("Half a thought")

    for link, words in (("Weather", "Weather on the hills"), ("Saved", "Saved walks")):
        page.get_by_role("navigation").get_by_role("link", name=link).click()
        headline(page, words)
        chat.expect_message("On the ridge")
    page.go_back()
    headline(page, "Weather on the hills")
    page.go_forward()
    headline(page, "Saved walks")

    chat.expect_message("On the ridge")
    expect(chat.field).to_have_value("Half a thought")
    other = demo.speaker()
    other.say("And down again")
    other.close()
    chat.expect_message("And down again")
    assert len(sockets) == 1
    expect(page.locator("inglenook-chat")).to_have_count(1)


def test_a_router_that_throws_the_whole_body_away_leaves_one_chat(demo: Demo, visit: Visit) -> None:
    page = visit(f"{demo.pages_url}/walks")
    chat = Chat(page).open()
    chat.say("Before the swap")
    chat.expect_message("Before the swap")
    # As Turbo does: a new body, with the tag in it again.
    page.evaluate(
        """() => {
            const tag = document.querySelector("script[data-site]").cloneNode();
            const again = Object.assign(
                document.createElement("script"), { src: tag.src, async: true });
            again.dataset.site = tag.dataset.site;
            const body = document.createElement("body");
            body.append(Object.assign(document.createElement("h1"), { textContent: "Swapped" }),
                again);
            document.body.replaceWith(body);
        }"""
    )
    headline(page, "Swapped")
    page.wait_for_load_state("networkidle")
    expect(page.locator("inglenook-chat")).to_have_count(1)
    chat.expect_message("Before the swap")
    chat.say("After the swap")
    chat.expect_message("After the swap")


def test_destroy_removes_everything_and_boot_brings_it_back(demo: Demo, visit: Visit) -> None:
    page = visit(f"{demo.pages_url}/walks")
    with page.expect_websocket() as opened:
        chat = Chat(page).open()
    chat.say("Remember me")
    chat.expect_message("Remember me")
    name = chat.name()
    with opened.value.expect_event("close"):
        page.evaluate("Inglenook.destroy()")
    expect(page.locator("inglenook-chat")).to_have_count(0)
    page.get_by_role("navigation").get_by_role("link", name="Weather").click()
    headline(page, "Weather on the hills")
    expect(page.locator("inglenook-chat")).to_have_count(0)

    page.evaluate("Inglenook.boot()")
    chat.wait_until_ready().expect_message("Remember me")
    assert chat.name() == name


def test_boot_with_options_makes_one_more_chat_and_no_second_of_the_same(
    demo: Demo, visit: Visit
) -> None:
    page = visit(f"{demo.pages_url}/walks")
    expect(page.locator("inglenook-chat")).to_have_count(1)
    for _ in range(2):
        page.evaluate('Inglenook.boot({ room: "help", position: "bottom-left", offsetX: 40 })')
        expect(page.locator("inglenook-chat")).to_have_count(2)
    page.evaluate("Inglenook.destroy()")
    expect(page.locator("inglenook-chat")).to_have_count(0)
