"""What waits is noticed in every tab, and one of them makes a sound."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect

from inglenook.chat.models import Room
from inglenook.chat.posting.draft import Draft
from inglenook.chat.posting.pipeline import post_message
from inglenook.sites.models import Site
from inglenook.visitors.models import Visitor
from inglenook.visitors.participants import participant_from_visitor
from tests.backend.dashboard.test_home import private_line

from .visits import Visit

pytestmark = pytest.mark.django_db(transaction=True)

# What a browser would show and sound, kept in the page. A headless one does neither.
RECORDS = """
    window.shown = [];
    window.sounds = 0;
    ServiceWorkerRegistration.prototype.showNotification = async (title, options) => {
        window.shown.push({title, ...options});
    };
    window.allowed = sessionStorage.getItem("allowed") || "default";
    Object.defineProperty(Notification, "permission", {get: () => window.allowed});
    Notification.requestPermission = async () => {
        sessionStorage.setItem("allowed", "granted");
        return window.allowed = "granted";
    };
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (at) {
        window.sounds++;
        return start.call(this, at);
    };
"""
# The tabs ask every ten seconds.
SOON_MS = 20_000
ONE_WAITS = re.compile(r"^\(1\) ")
NOTHING_WAITS = re.compile(r"^[^(]")

Asks = Callable[[str], None]


@pytest.fixture
def line(visitor: Visitor) -> Room:
    return private_line(visitor)


@pytest.fixture
def asks(line: Room, visitor: Visitor) -> Asks:
    """The visitor asks the team in private."""

    def ask(body: str) -> None:
        author = participant_from_visitor(visitor)
        post_message(Draft(slug=line.slug, author=author, cid=str(uuid.uuid4()), body=body))

    return ask


def icon(page: Page) -> str:
    return str(page.evaluate("document.querySelector('link[rel=icon]').href"))


def allow(visit: Visit, site: Site) -> Page:
    """On the page where a member sets what they notice: notifications and the sound."""
    context: BrowserContext = visit.page.context
    context.add_init_script(RECORDS)
    page = visit.go(reverse("dashboard:notices", args=[site.pk]))
    page.get_by_label("A soft sound").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.get_by_role("button", name="Allow notifications…").click()
    expect(page.get_by_role("button", name="Switch them off here")).to_be_focused()
    visit.assert_well()
    return page


def test_tabs_show_what_waits_and_one_of_them_makes_a_sound(
    visit: Visit, site: Site, line: Room, asks: Asks
) -> None:
    first = allow(visit, site)
    first.evaluate("navigator.serviceWorker.ready.then(() => true)")
    first.goto(visit.base + reverse("dashboard:home"))
    second = first.context.new_page()
    second.add_init_script("sessionStorage.setItem('allowed', 'granted')")
    second.goto(visit.base + reverse("dashboard:team", args=[site.pk]))
    second.evaluate("sessionStorage.setItem('allowed', 'granted'); window.allowed = 'granted'")
    plain = icon(second)
    asks("Do you ship to Iceland?")
    for page in (first, second):
        expect(page).to_have_title(ONE_WAITS, timeout=SOON_MS)
        assert icon(page).endswith("logo-waiting.svg")
    first.wait_for_timeout(1000)
    shown = [one for page in (first, second) for one in page.evaluate("window.shown")]
    assert [(one["title"], one["body"]) for one in shown] == [
        ("Amber Otter · Candle Shop", "Do you ship to Iceland?")
    ]
    assert shown[0]["data"]["url"] == reverse("dashboard:conversation", args=[site.pk, line.slug])
    assert sum(page.evaluate("window.sounds") for page in (first, second)) in (0, 2)
    second.goto(visit.base + shown[0]["data"]["url"])
    second.get_by_label("Write as").fill("We do.")
    second.get_by_role("button", name="Send").click()
    for page in (first, second):
        expect(page).to_have_title(NOTHING_WAITS, timeout=SOON_MS)
        assert icon(page) == plain


def test_what_somebody_looks_at_is_not_announced(
    visit: Visit, site: Site, line: Room, asks: Asks
) -> None:
    page = allow(visit, site)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.goto(visit.base + reverse("dashboard:conversation", args=[site.pk, line.slug]))
    asks("Do you ship to Iceland?")
    expect(page).to_have_title(ONE_WAITS, timeout=SOON_MS)
    page.wait_for_timeout(1000)
    assert page.evaluate("window.shown") == []
    assert page.evaluate("window.sounds") == 0


def test_the_sound_can_be_tried(visit: Visit, site: Site) -> None:
    page = allow(visit, site)
    page.get_by_role("button", name="Try the sound").click()
    page.wait_for_timeout(500)
    assert page.evaluate("window.sounds") == 2


def test_nothing_of_what_was_said_stays_in_the_browser(
    visit: Visit, site: Site, asks: Asks
) -> None:
    page = allow(visit, site)
    asks("Do you ship to Iceland?")
    expect(page).to_have_title(ONE_WAITS, timeout=SOON_MS)
    kept = str(page.evaluate("JSON.stringify({...localStorage})"))
    assert "noticed" in kept
    assert "Iceland" not in kept
    assert "Otter" not in kept


def test_notifications_are_switched_off_in_one_browser(
    visit: Visit, site: Site, asks: Asks
) -> None:
    page = allow(visit, site)
    page.get_by_role("button", name="Switch them off here").click()
    expect(page.get_by_role("button", name="Switch them on")).to_be_focused()
    asks("Do you ship to Iceland?")
    expect(page).to_have_title(ONE_WAITS, timeout=SOON_MS)
    page.wait_for_timeout(1000)
    assert page.evaluate("window.shown") == []
    page.get_by_role("button", name="Switch them on").click()
    expect(page.locator("[data-notifications] [role=status]")).to_have_text(
        "They are on in this browser."
    )
