"""The pages in a real browser.

Nothing for axe to find, nothing against the policy, no sideways scrolling; HTMX does its part.
"""

from __future__ import annotations

import uuid

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from inglenook.chat.models import Message, Room
from inglenook.chat.room_services import change_room
from inglenook.sites.models import Site
from inglenook.sites.services import note_sighting
from inglenook.visitors.models import Visitor

from .conftest import Says
from .test_home import private_line
from .visits import DESKTOP_LIGHT, PHONE_DARK, SCREEN_NAMES, SCREENS, Visit

pytestmark = pytest.mark.django_db(transaction=True)

SECTIONS = ("writing", "consent", "questions", "hours", "kept", "keys", "delete")


@pytest.mark.parametrize("visit", SCREENS, indirect=True, ids=SCREEN_NAMES)
def test_every_page_is_accessible_and_fits(
    visit: Visit, site: Site, room: Room, says: Says
) -> None:
    Room.objects.create(site=site, slug="quiet", name="Quiet")
    says(
        "hello *there*, see https://shop.example/a-long-address/that-goes-on/and-on/and-on/for-ever"
    )
    says("x" * 300)
    change_room(room=room, topic="Come in", announcement="Closed on Monday", slow_s=15)
    note_sighting(site_id=site.pk, origin="https://shop.example", refused=False)
    note_sighting(site_id=site.pk, origin="https://" + "long-" * 10 + "name.example", refused=True)
    base, lobby = f"/dashboard/sites/{site.pk}", f"/dashboard/sites/{site.pk}/rooms/lobby"
    paths = [
        "/dashboard/",
        "/dashboard/offline/",
        "/dashboard/sites/new/",
        f"{base}/search/?q=o",
        f"{base}/",
        f"{base}/origins/",
        f"{base}/on-my-pages/",
        f"{base}/settings/",
    ]
    paths += [
        f"{base}/{name}/" for name in ("rooms", "new-room", "key/rotate", "disable", "rooms/quiet")
    ]
    paths += [f"{base}/origins/remove/?entry=https://shop.example", f"{base}/rooms/?show=archived"]
    paths += [
        f"{lobby}/",
        f"{lobby}/?before=3",
        f"{lobby}/settings/",
        f"{lobby}/messages/2/delete/",
    ]
    says_who = Visitor.objects.get(site=site, name="Amber Otter").public_id
    line = private_line(Visitor.objects.get(public_id=says_who), ("visitor", 30), ("owner", 20))
    paths += [
        *(f"{base}/people/", f"{base}/people/{says_who}/", f"{base}/people/{says_who}/erase/"),
        *(f"{base}/log/", f"{base}/inbox/", f"{base}/inbox/{line.slug}/"),
        *(f"{base}/settings/{name}/" for name in SECTIONS),
        "/dashboard/sites/deleted/",
    ]
    paths += ["/accounts/password/set/", "/accounts/logout/", "/nowhere/"]
    for path in paths:
        visit.go(path)
        visit.assert_well(in_both_schemes=True)


@pytest.mark.parametrize(
    "visit", [DESKTOP_LIGHT, PHONE_DARK], indirect=True, ids=["desktop", "phone"]
)
def test_every_page_before_signing_in_is_accessible_and_fits(visit: Visit) -> None:
    visit.page.context.clear_cookies()
    for path in (
        "/",
        "/accounts/login/",
        "/accounts/signup/",
        "/accounts/password/reset/",
        "/login/1-1-1/",
    ):
        visit.go(path)
        visit.assert_well()


def test_mistakes_are_accessible_and_the_summary_has_the_focus(visit: Visit, site: Site) -> None:
    page = visit.go("/dashboard/sites/new/")
    page.get_by_label("Addresses").fill("shop.example/a\n*")
    page.get_by_role("button", name="Add the site").click()
    expect(page.get_by_role("alert")).to_be_focused()
    visit.assert_well()
    page.get_by_role("button", name="Use it").click()
    expect(page.get_by_label("Addresses")).to_have_value("https://shop.example\n*")
    page = visit.go(f"/dashboard/sites/{site.pk}/new-room/")
    page.get_by_role("button", name="Open the room").click()
    expect(page.get_by_label("Name", exact=True)).to_have_attribute("aria-invalid", "true")
    visit.assert_well()


def test_the_short_name_appears_while_the_name_is_typed(visit: Visit, site: Site) -> None:
    page = visit.go(f"/dashboard/sites/{site.pk}/new-room/")
    page.get_by_label("Name", exact=True).press_sequentially("Café corner")
    expect(page.get_by_text("cafe-corner")).to_be_visible()


def test_the_install_check_turns_green_by_itself(visit: Visit, site: Site) -> None:
    page = visit.go(f"/dashboard/sites/{site.pk}/")
    expect(page.get_by_text("Not seen yet", exact=True)).to_be_visible()
    note_sighting(site_id=site.pk, origin="https://shop.example", refused=False)
    expect(page.get_by_text("Working")).to_be_visible(timeout=10_000)


def test_the_menu_closes_by_escape_and_gives_the_focus_back(visit: Visit) -> None:
    page = visit.go("/dashboard/")
    summary = page.locator(".rail details.you summary")
    summary.press("Enter")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    visit.assert_well()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()
    expect(summary).to_be_focused()


def test_the_page_of_a_message_is_drawn_anew_after_an_act(
    visit: Visit, site: Site, room: Room, says: Says
) -> None:
    seq = says("Keep this in view").seq
    page = visit.go(reverse("dashboard:message_acts", args=[site.pk, room.slug, seq]))
    page.get_by_role("button", name="Pin", exact=True).press("Enter")
    unpin = page.get_by_role("button", name="Take the pin out")
    # The focus stays where it was.
    expect(unpin).to_be_focused()
    unpin.press("Enter")
    expect(page.get_by_role("button", name="Pin", exact=True)).to_be_focused()
    visit.assert_well()


def test_a_room_follows_by_asking_alone(visit: Visit, room: Room, says: Says) -> None:
    """This server has no sockets.

    What comes is fetched every five seconds, added once, and put in its place.
    """
    says("first")
    page = visit.go(reverse("dashboard:room", args=[room.site_id, room.slug]))
    message = page.locator("#messages li")
    expect(message).to_have_count(1)
    says("second")
    change_room(room=room, name="Fireside")
    expect(message).to_have_count(2, timeout=10_000)
    expect(page.get_by_role("heading", name="Fireside")).to_be_visible()

    page.get_by_label("Write as").fill("Welcome")
    page.keyboard.press("Control+Enter")
    expect(message).to_have_count(3)
    expect(page.get_by_label("Write as")).to_have_value("")
    expect(page.get_by_label("Write as")).to_be_focused()

    page.once("dialog", lambda dialog: dialog.accept())
    message.first.get_by_role("button", name="Delete").click()
    expect(message.first).to_contain_text("Deleted by the team.")
    assert Message.objects.get(seq=1).deleted == "moderator"
    page.once("dialog", lambda dialog: dialog.dismiss())
    message.nth(1).get_by_role("button", name="Delete").click()
    assert Message.objects.get(seq=2).deleted is None
    assert [item.get_attribute("id") for item in message.all()] == ["m-1", "m-2", "m-4"]


def test_older_messages_come_in_above_without_a_jump(
    visit: Visit, room: Room, visitor: Visitor
) -> None:
    rows = [
        Message(
            room=room, seq=n, rev=n, at=room.created_at, author_id=visitor.public_id,
            author_name="Otter",
            body=f"message {n}", cid=str(uuid.uuid4()),
        )
        for n in range(1, 81)
    ]  # fmt: skip
    Message.objects.bulk_create(rows)
    Room.objects.update(head=80)
    page = visit.go(reverse("dashboard:room", args=[room.site_id, room.slug]))
    expect(page.locator("#m-80")).to_be_in_viewport()
    page.get_by_role("link", name="Earlier messages").click()
    expect(page.locator("#messages li")).to_have_count(80)
    expect(page.locator("#m-31")).to_be_in_viewport()
    ids = page.locator("#messages li").evaluate_all("items => items.map((item) => item.id)")
    assert ids == [f"m-{n}" for n in range(1, 81)]
