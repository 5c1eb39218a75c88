"""Badges and lists of a page that stays open follow what happens, and move nobody's focus."""

from __future__ import annotations

import re
import uuid

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from inglenook.chat.models import HeldMessage, Room
from inglenook.chat.posting.draft import Draft
from inglenook.chat.posting.pipeline import post_message
from inglenook.sites.models import Site
from inglenook.visitors.models import Visitor
from inglenook.visitors.participants import participant_from_visitor
from tests.backend.dashboard.test_home import private_line

from .visits import DESKTOP_LIGHT, PHONE_DARK, Visit

pytestmark = pytest.mark.django_db(transaction=True)

# The tabs ask every ten seconds.
SOON_MS = 20_000


def hold(room: Room, number: int) -> HeldMessage:
    return HeldMessage.objects.create(
        room=room,
        author_id="v_teal",
        author_name=f"Teal {number}",
        cid=f"held {number}",
        body=f"held {number}",
        reason="approval",
    )


@pytest.mark.parametrize("visit", [DESKTOP_LIGHT, PHONE_DARK], indirect=True, ids=["rail", "bar"])
def test_badges_follow_without_a_new_page(
    visit: Visit, site: Site, room: Room, visitor: Visitor
) -> None:
    line = private_line(visitor)
    page = visit.go(reverse("dashboard:team", args=[site.pk]))
    inbox = page.locator("[data-section=inbox]:visible")
    review = page.locator("[data-section=review]:visible")
    for section in (inbox, review):
        expect(section).to_be_visible()
        expect(section.locator(".badge")).to_have_count(0)
    page.evaluate("window.isTheSame = true")
    author = participant_from_visitor(visitor)
    post_message(Draft(slug=line.slug, author=author, cid=str(uuid.uuid4()), body="Hello?"))
    held = [hold(room, number) for number in range(2)]
    expect(inbox.locator(".badge")).to_have_text("1 waiting", timeout=SOON_MS)
    expect(review.locator(".badge")).to_have_text("2 waiting")
    visit.assert_well()
    HeldMessage.objects.filter(pk=held[0].pk).update(state="rejected")
    expect(review.locator(".badge")).to_have_text("1 waiting", timeout=SOON_MS)
    HeldMessage.objects.update(state="rejected")
    expect(review.locator(".badge")).to_have_count(0, timeout=SOON_MS)
    assert page.evaluate("window.isTheSame")


def test_the_queue_follows_and_the_open_case_stays_marked(
    visit: Visit, site: Site, room: Room
) -> None:
    page = visit.go(reverse("dashboard:review", args=[site.pk]))
    expect(page.get_by_role("heading", name="Nothing to review")).to_be_visible()
    hold(room, 1)
    lines = page.locator("#queue .pane-line")
    expect(lines).to_have_count(1, timeout=SOON_MS)
    expect(page.get_by_role("heading", name="Held in Lobby")).to_be_visible()
    lines.first.focus()
    hold(room, 2)
    expect(lines).to_have_count(2, timeout=SOON_MS)
    expect(lines.first).to_contain_text("Teal 2")
    expect(page.locator("#queue [aria-current]")).to_contain_text("Teal 1")
    expect(lines.nth(1)).to_be_focused()
    expect(page.locator("#tab-open .badge")).to_have_text(re.compile("^2"))
    visit.assert_well()


def test_the_list_of_the_inbox_follows_and_keeps_the_focus(
    visit: Visit, site: Site, visitor: Visitor
) -> None:
    line = private_line(visitor, ("visitor", 5))
    page = visit.go(reverse("dashboard:inbox", args=[site.pk]))
    lines = page.locator(".inbox-list .pane-line")
    expect(lines).to_have_count(1)
    lines.first.focus()
    private_line(Visitor.objects.create(site=site, name="Sea Lynx"), ("visitor", 1))
    expect(lines).to_have_count(2, timeout=SOON_MS)
    expect(page.locator(f"#line-{line.pk}")).to_be_focused()
    visit.assert_well()


def test_the_tab_of_the_open_page_is_in_view_on_a_phone(visit: Visit, site: Site) -> None:
    page = visit.page
    page.set_viewport_size({"width": 390, "height": 844})
    visit.go(reverse("dashboard:kept", args=[site.pk]))
    expect(page.locator(".tabs [aria-current]")).to_be_in_viewport(ratio=1)
    visit.go(reverse("dashboard:site_settings", args=[site.pk]))
    expect(page.locator(".tabs [aria-current]")).to_be_in_viewport(ratio=1)
    visit.assert_well()


def test_a_letter_is_there_to_copy_and_to_send(visit: Visit, site: Site) -> None:
    page = visit.go(reverse("dashboard:site", args=[site.pk]))
    mail = page.get_by_role("link", name="Write an e-mail")
    expect(mail).to_be_hidden()
    page.get_by_text("Send it to somebody").click()
    expect(mail).to_have_attribute("href", re.compile(r"^mailto:\?subject="))
    expect(page.locator("button[data-copy=letter]")).to_be_visible()
    visit.assert_well()
