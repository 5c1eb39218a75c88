"""Moderating in a real browser: the tools of a message, cases by keys, rooms put in order."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from inglenook.chat.models import HeldMessage, Message, Report, Room
from inglenook.chat.room_order import ordered_rooms
from inglenook.moderation.models import Sanction, WordRule
from inglenook.sites.models import Site
from inglenook.visitors.models import Visitor

from .conftest import Says
from .visits import DESKTOP_LIGHT, PHONE_DARK, Visit

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {**PHONE_DARK, "has_touch": True, "is_mobile": True}
both = pytest.mark.parametrize(
    "visit", [DESKTOP_LIGHT, PHONE_DARK], indirect=True, ids=["desktop", "phone"]
)


def room_page(visit: Visit, room: Room) -> Page:
    return visit.go(reverse("dashboard:room", args=[room.site_id, room.slug]))


@both
def test_every_page_of_rooms_and_review_is_accessible_and_fits(
    visit: Visit, site: Site, case_file: None
) -> None:
    base = f"/dashboard/sites/{site.pk}"
    report, held = Report.objects.get().pk, HeldMessage.objects.get().pk
    for path in (
        *("rooms/", "rooms/lobby/", "rooms/lobby/side/", "rooms/lobby/settings/"),
        *("rooms/lobby/clear/", "rooms/attic/delete/", "rooms/lobby/messages/1/"),
        *("new-room/", "review/", f"review/r{report}/", f"review/h{held}/", "review/?show=done"),
        *("review/sanctions/", "review/sanctions/?show=ended", "review/sanctions/new/"),
        *("review/words/", "review/words/new/", f"review/words/{WordRule.objects.get().pk}/"),
        *(f"review/words/{WordRule.objects.get().pk}/remove/", "review/several/?words=hello"),
    ):
        visit.go(f"{base}/{path}")
        visit.assert_well()


@pytest.mark.parametrize("visit", [DESKTOP_LIGHT], indirect=True, ids=["desktop"])
def test_a_row_is_deleted_by_its_key_and_taken_back_in_place(
    visit: Visit, room: Room, says: Says
) -> None:
    says("one")
    says("two")
    page = room_page(visit, room)
    page.get_by_label("Write as").fill("Half a sentence")
    page.locator("#log").focus()
    page.keyboard.press("k")
    expect(page.locator("#m-2")).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator("#m-1")).to_be_focused()
    page.keyboard.press("d")
    expect(page.locator("#m-1")).to_contain_text("Deleted by the team.")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#m-1")).to_contain_text("one")
    # No page was loaded for it: what was written stands.
    expect(page.get_by_label("Write as")).to_have_value("Half a sentence")
    page.keyboard.press("?")
    expect(page.get_by_text("Mute its author for a day")).to_be_visible()
    visit.assert_well()


@pytest.mark.parametrize("visit", [DESKTOP_LIGHT], indirect=True, ids=["desktop"])
def test_an_answer_keeps_what_is_written_and_shows_what_it_answers(
    visit: Visit, room: Room, says: Says
) -> None:
    says("Are the jars safe?")
    page = room_page(visit, room)
    page.get_by_label("Write as").fill("Yes")
    page.locator("#m-1").hover()
    page.get_by_role("link", name="Reply to Amber Otter").click()
    expect(page.locator("#reply-strip")).to_contain_text("Are the jars safe?")
    page.get_by_label("Write as").press("Control+Enter")
    expect(page.locator("#m-2 .answers")).to_contain_text("Are the jars safe?")
    assert Message.objects.get(seq=2).reply_to == 1


@pytest.mark.parametrize("visit", [DESKTOP_LIGHT], indirect=True, ids=["desktop"])
def test_what_waits_comes_and_goes_in_the_stream(
    visit: Visit, room: Room, site: Site, says: Says
) -> None:
    says("Hello")
    page = room_page(visit, room)
    teal = Visitor.objects.create(site=site, name="Teal Wren")
    HeldMessage.objects.create(
        room=room, author_id=teal.public_id, author_name="Teal Wren", cid="held",
        body="Let me in", reason="approval",
    )  # fmt: skip
    held = page.locator(".message.held")
    expect(held).to_contain_text("Let me in", timeout=10_000)
    expect(page.locator("#room-side")).to_contain_text("1 held")
    held.get_by_role("button", name="Let it through").click()
    expect(held).to_have_count(0)
    expect(page.locator("#m-2")).to_contain_text("Let me in")


@pytest.mark.parametrize("visit", [PHONE], indirect=True, ids=["phone"])
def test_a_long_press_opens_all_that_can_be_done(visit: Visit, room: Room, says: Says) -> None:
    says("Hello")
    page = room_page(visit, room)
    page.locator("#m-1 .message-body").dispatch_event(
        "pointerdown", {"pointerType": "touch", "isPrimary": True}
    )
    sheet = page.get_by_role("dialog", name="Amber Otter")
    expect(sheet).to_be_visible()
    visit.assert_well()
    sheet.get_by_role("button", name="Mute a day", exact=True).tap()
    expect(page.get_by_text("Amber Otter is muted for a day.")).to_be_visible()
    expect(sheet).to_be_hidden()
    assert Sanction.objects.get().kind == "mute"


@pytest.mark.parametrize("visit", [DESKTOP_LIGHT], indirect=True, ids=["desktop"])
def test_cases_go_by_keys_and_the_next_opens_by_itself(
    visit: Visit, site: Site, case_file: None
) -> None:
    page = visit.go(reverse("dashboard:review", args=[site.pk]))
    title = page.get_by_role("heading", name="in Lobby")
    expect(title).to_have_text("Held in Lobby")
    visit.press("j")
    expect(title).to_have_text("Reported in Lobby")
    visit.press("k")
    expect(title).to_have_text("Held in Lobby")
    visit.press("2")
    expect(page.get_by_text("Rejected. Its author sees that.")).to_be_visible()
    expect(title).to_have_text("Reported in Lobby")
    visit.press("3")
    expect(page.get_by_text("Nothing to review")).to_be_visible()
    assert Message.objects.get(seq=1).deleted == "moderator"
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Taken back.")).to_be_visible()
    assert Report.objects.get().state == "open"


@pytest.mark.parametrize("visit", [DESKTOP_LIGHT], indirect=True, ids=["desktop"])
def test_a_text_is_tried_in_place(visit: Visit, site: Site, case_file: None) -> None:
    page = visit.go(reverse("dashboard:word_rules", args=[site.pk]))
    page.get_by_label("A message as somebody would write it").fill("Buy sp4m here")
    page.get_by_role("button", name="Try it").click()
    expect(page.locator(".verdict-box")).to_contain_text("Not sent.")
    expect(page.locator(".verdict-box")).to_contain_text("Rule “spam”.")
    visit.assert_well()


@pytest.mark.parametrize("visit", [DESKTOP_LIGHT], indirect=True, ids=["desktop"])
def test_rooms_are_dragged_into_order(visit: Visit, site: Site, case_file: None) -> None:
    page = visit.go(reverse("dashboard:rooms", args=[site.pk]))
    rows = page.locator("[data-slug]")
    expect(rows.first).to_contain_text("Attic")
    with page.expect_response("**/move/"):
        rows.nth(1).drag_to(rows.first, target_position={"x": 200, "y": 5})
    expect(rows.first).to_contain_text("Lobby")
    assert [room.slug for room in ordered_rooms(site.pk)] == ["lobby", "attic"]
