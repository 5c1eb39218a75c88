"""Scenes of rooms and people: the drawer, oneself, what a room asks and when it is closed; and
where on a page the chat is.
"""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.testkit.browser.chat import COMING_BACK_MS
from tests.testkit.browser.pages import place
from tests.testkit.browser.states.site import StateSite
from tests.testkit.browser.states.talk import talked
from tests.testkit.browser.states.view import View

DAY_SECONDS = 86_400
YELLOW = "#ffe600"
GREEN = "#14532d"


# The launcher


def launcher(view: View, **options: str) -> None:
    view.go(view.site(), **options)
    expect(view.launcher).to_be_visible()


def launcher_words(view: View) -> None:
    launcher(view, launcher_label=view.text("words"))


def launcher_hover(view: View) -> None:
    launcher(view)
    view.launcher.hover()


def launcher_focus(view: View) -> None:
    launcher(view)
    view.page.keyboard.press("Tab")
    expect(view.launcher).to_be_focused()


def launcher_opening(view: View) -> None:
    """The file of the panel does not come yet."""
    view.page.route("**/widget/widget.*", lambda _: None)
    launcher(view)
    view.launcher.click()
    expect(view.launcher).to_have_css("opacity", "0.7")


def _closed_with(view: View, *, said: int = 0) -> tuple[StateSite, str]:
    """The visitor has spoken and closed the chat; others say something meanwhile."""
    site, room = view.site(), talked(view)
    view.open(site, room)
    view.say(view.text("mill?"))
    view.button("panel.close").click()
    expect(view.panel).to_be_hidden()
    for _ in range(said):
        site.speaker(view.text("lynx")).say(view.text("friday"), room=room)
    return site, room


def launcher_unread(view: View) -> None:
    _closed_with(view, said=3)
    view.has_unread(3)


def launcher_answer(view: View) -> None:
    """The card of an answer while the chat is closed."""
    site, room = _closed_with(view)
    asked = site.speaker(view.text("otter")).history(room)[-1]["seq"]
    site.answer(room, view.text("mill"), asked)
    card = view.host.get_by_role("button", name=re.compile(re.escape(view.text("mill"))))
    expect(card).to_be_visible(timeout=COMING_BACK_MS)


# Rooms and people


def rooms(view: View) -> None:
    """One where the visitor wrote has news, and one is quiet."""
    site = view.site("rooms")
    if not site.ask("GET", "/rooms")["items"][1:]:
        for name in ("desk", "coffee"):
            site.room(view.text(name))
    site.ask("PATCH", "/rooms/lobby", json={"name": view.text("lobby")})
    other = site.ask("GET", "/rooms")["items"][1]["slug"]
    view.open(site, other)
    view.say(view.text("green"))
    view.leave()
    site.speaker(view.text("lynx")).say(view.text("bake?"), room=other)
    view.open(site)
    view.open_drawer()
    listed = view.panel.get_by_role("list", name=view.word("rooms.label"))
    unread = view.word("rooms.unread.one", n=1)
    expect(listed.get_by_text(unread)).to_be_visible(timeout=COMING_BACK_MS)


def people(view: View) -> None:
    """Two are here beside the visitor; one of those who wrote is ignored."""
    site, room = view.site(), talked(view)
    for _ in range(2):
        view.somebody_else().open(site, room)
    view.open(site, room)
    what = view.menu_of(view.text("blue"))
    ignore = view.word("tools.ignore", name=view.text("heron"))
    what.get_by_role("button", name=ignore).click()
    expect(view.message(view.text("blue"))).to_have_count(0)
    view.open_people()


def you(view: View) -> None:
    site = view.site()
    view.open(site, talked(view))
    view.say(view.text("two"))
    sheet = view.open_you()
    expect(sheet.get_by_text(view.word("you.messages.one", n=1))).to_be_visible()


def name_refused(view: View) -> None:
    view.open(view.site(), talked(view))
    sheet = view.open_you()
    sheet.get_by_role("textbox", name=view.word("name.label")).fill("Olive")
    view.page.keyboard.press("Enter")
    expect(sheet.get_by_role("alert")).to_be_visible()


def rules(view: View) -> None:
    view.open(view.site(), talked(view, rules=view.text("rules")))
    sheet = view.open_you()
    sheet.get_by_role("button", name=view.word("you.rules")).click()
    expect(sheet.get_by_text(view.text("rules").splitlines()[0])).to_be_visible()


def leaving(view: View) -> None:
    view.open(view.site(), talked(view))
    view.say(view.text("two"))
    sheet = view.open_you()
    sheet.get_by_role("button", name=view.word("you.delete"), exact=True).click()
    expect(sheet.get_by_role("button", name=view.word("you.delete.keep"))).to_be_visible()


# What a site asks, and when one cannot write


def consent(view: View) -> None:
    asked = {"text": view.text("consent"), "version": "states-1"}
    site = view.site("terms", consent=asked)
    room = site.room(view.text("lobby"), topic=view.text("topic"), rules=view.text("rules"))
    site.answer(room, view.text("jars"))
    view.open(site, room)
    view.press_field_until(view.dialog("before.title"))


def questions(view: View) -> None:
    fields = [{"key": "order", "label": view.text("order"), "required": True}]
    site = view.site(
        "questions", prechat={"name": "optional", "email": "required", "fields": fields}
    )
    view.open(site, "private")
    view.press_field_until(view.dialog("ask.title"))


def away(view: View) -> None:
    """By opening hours without any time, in the visitor's language."""
    site = view.site("away", opening_hours={"mon": []}, away_text="")
    view.open(site, "private")
    expect(view.panel.get_by_text(view.word("bar.away"))).to_be_visible()


def banned(view: View) -> None:
    """For a day, with a reason."""
    site, room = view.site(), talked(view)
    view.open(site, room)
    sanction = {"visitor": view.visitor(), "kind": "mute", "seconds": DAY_SECONDS}
    site.ask("POST", "/sanctions", json={**sanction, "reason": view.text("reason")})
    until = view.word("composer.stopped.until", time="\0").partition("\0")[0]
    expect(view.panel.get_by_text(re.compile(re.escape(until))).last).to_be_visible()


def closed_with_news(view: View) -> None:
    """An announcement; the visitor reads above while three more come; then the room is closed."""
    site = view.site()
    news = view.text("news")
    room = site.room(view.text("lobby"), topic=view.text("topic"), announcement=news)
    talk = {"otter": "market?", "heron": "market", "lynx": "kettle"}
    for _ in range(4):
        for name, said in talk.items():
            site.speaker(view.text(name)).say(view.text(said), room=room)
    view.open(site, room)
    view.log.evaluate("list => list.scrollTo(0, 0)")
    jump = view.panel.locator(".jump")
    expect(jump).to_be_visible()
    for name in talk:
        site.speaker(view.text(name)).say(view.text("blue"), room=room)
    expect(jump).to_contain_text(re.compile("[3٣]"))
    site.change_room(room, locked=True)
    view.shows("composer.locked")


def welcome(view: View) -> None:
    """The visitor's own line to the team, before the first word."""
    starters = [view.text(key) for key in ("stock?", "open?", "else")]
    theme = {"welcome": view.text("welcome"), "starters": starters}
    view.open(view.site("welcome", theme=theme), "private")
    expect(view.panel.get_by_role("button", name=view.text("stock?"))).to_be_visible()


def private_line(view: View) -> None:
    site = view.site("line")
    view.open(site, "private")
    view.say(view.text("set?"))
    site.answer(site.newest_private_room(), view.text("set"))
    expect(view.message(view.text("set"))).to_be_visible()
    view.say(view.text("saturday"))


def empty(view: View) -> None:
    site = view.site()
    view.open(site, site.room(view.text("lobby"), topic=view.text("topic")))
    expect(view.panel.get_by_text(view.word("log.empty"))).to_be_visible()


# Where the chat is


def _inline(view: View) -> tuple[StateSite, str]:
    site = view.site()
    room = site.room(view.text("story"), topic=view.text("topic"))
    site.speaker(view.text("otter")).say(view.text("winter") * 4, room=room)
    asked = site.speaker(view.text("lynx")).say(view.text("mill?"), room=room)
    site.answer(room, view.text("mill"), asked)
    view.go(site, "<p>A story.</p>" + place(room, 520), mode="inline")
    return site, room


def inline_closed(view: View) -> None:
    _inline(view)
    expect(view.launcher).to_be_visible()


def inline_open(view: View) -> None:
    _inline(view)
    view.launcher.click()
    view.ready()
    expect(view.message(view.text("mill"))).to_be_visible()


def page_mode(view: View) -> None:
    """The chat fills the window."""
    view.open(view.site(), talked(view), mode="page")


def not_listed(view: View) -> None:
    """A page that the site does not know."""
    site = view.site()
    view.go(site)
    host = view.page.url.replace("127.0.0.1", "localhost")
    view.page.goto(host)
    view.launcher.click()
    expect(view.panel.get_by_role("status").first).to_be_visible()
