"""The shell in a real browser: its keys, its order, its menus, and all of it without scripts."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from inglenook.chat.models import Room
from inglenook.sites.models import Account, Site
from inglenook.sites.services import create_site

from .conftest import Says
from .visits import Visit

pytestmark = pytest.mark.django_db(transaction=True)

PHONE = {"viewport": {"width": 390, "height": 844}}
WITHOUT_SCRIPTS = {"viewport": {"width": 1280, "height": 800}, "java_script_enabled": False}
LOW = {"viewport": {"width": 768, "height": 420}}


def focused(page: Page) -> str:
    words = page.evaluate("document.activeElement.innerText || document.activeElement.id")
    return str(words).split("\n")[0]


def test_the_rail_is_reached_in_the_order_in_which_it_is_seen(visit: Visit) -> None:
    page = visit.go("/dashboard/")
    order = []
    for _ in range(13):
        page.keyboard.press("Tab")
        order.append(focused(page))
    assert order[0] == "Skip to the content"
    assert order[1:3] == ["CS", "rail-search"]
    assert order[3:8] == ["Home", "Inbox", "Rooms", "Review", "People"]
    assert order[8:12] == ["Settings", "Install", "Team", "Log"]
    for _ in range(12):
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_keys_lead_around_and_their_list_shows_them(visit: Visit, site: Site) -> None:
    page = visit.go("/dashboard/")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    expect(dialog.get_by_text("Search rooms and people")).to_be_visible()
    visit.assert_well()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.keyboard.press("g")
    page.keyboard.press("r")
    page.wait_for_url(f"**/sites/{site.pk}/rooms/")
    visit.press("/")
    expect(page.locator("#rail-search")).to_be_focused()
    page.keyboard.type("?/gh")
    expect(page.locator("#rail-search")).to_have_value("?/gh")
    expect(dialog).to_be_hidden()


def test_a_search_finds_rooms_and_people_while_one_types(
    visit: Visit, site: Site, says: Says
) -> None:
    says("Hello")
    page = visit.go("/dashboard/")
    page.locator("#rail-search").fill("lob")
    page.keyboard.press("Enter")
    found = page.locator("#found")
    expect(found.get_by_role("link", name="Lobby")).to_be_visible()
    page.get_by_label("Name of a room or a person").fill("otter")
    expect(found.get_by_text("Amber Otter")).to_be_visible()
    expect(found.get_by_role("link", name="Lobby")).to_have_count(0)
    visit.assert_well()
    page.get_by_label("Name of a room or a person").fill("nobody of that name")
    expect(found.get_by_text("No room and nobody here")).to_be_visible()


@pytest.mark.parametrize("visit", [LOW], indirect=True, ids=["low"])
def test_in_a_low_window_the_sections_scroll_and_the_menus_fit(visit: Visit) -> None:
    page = visit.go("/dashboard/")
    page.locator(".rail details.you summary").click()
    sheet = page.locator(".rail details.you .menu-sheet")
    box = sheet.bounding_box()
    assert box is not None
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= LOW["viewport"]["height"]
    visit.assert_well()


@pytest.mark.parametrize("visit", [PHONE], indirect=True, ids=["phone"])
def test_on_a_phone_the_bar_leads_everywhere(visit: Visit, site: Site) -> None:
    page = visit.go("/dashboard/")
    expect(page.locator(".rail")).to_be_hidden()
    bar = page.get_by_role("navigation", name="Main")
    bar.get_by_text("More").click()
    expect(bar.get_by_role("link", name="Install")).to_be_visible()
    expect(bar.get_by_role("button", name="Sign out")).to_be_attached()
    visit.assert_well()
    bar.get_by_role("link", name="Install").click()
    expect(page.get_by_role("heading", name="Install", exact=True)).to_be_visible()
    bar.get_by_role("link", name="Rooms").click()
    expect(bar.get_by_role("link", name="Rooms")).to_have_attribute("aria-current", "page")


@pytest.mark.parametrize("visit", [WITHOUT_SCRIPTS], indirect=True, ids=["no scripts"])
def test_without_scripts_all_of_it_works(visit: Visit, site: Site, owner: Account) -> None:
    create_site(name="Bakery", origins=["https://bakery.example"], owner=owner)
    page = visit.go(f"/dashboard/sites/{site.pk}/rooms/")
    page.locator(".switcher summary").click()
    page.get_by_role("link", name="Bakery").click()
    expect(page.locator(".switcher summary")).to_contain_text("Bakery")
    page.get_by_role("link", name="New room").click()
    page.get_by_label("Name", exact=True).fill("Ovens")
    page.get_by_role("button", name="Open the room").click()
    expect(page.get_by_text("Ovens is open.")).to_be_visible()
    page.get_by_label("Write as").fill("Warm in here")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#messages li")).to_contain_text("Warm in here")
    page.locator("#rail-search").fill("oven")
    page.keyboard.press("Enter")
    expect(page.locator("#found").get_by_role("link", name="Ovens")).to_be_visible()
    page.locator(".you summary").click()
    page.get_by_role("button", name="I am away").click()
    expect(page.locator(".you summary")).to_contain_text("Away")
    page.locator(".you summary").click()
    page.locator(".rail").get_by_role("button", name="Deutsch").click()
    expect(page.get_by_role("heading", name="Suchen")).to_be_visible()
    page.locator(".you summary").click()
    page.locator(".rail").get_by_role("button", name="Abmelden").click()
    expect(page).to_have_url(f"{visit.base}/accounts/login/")


def test_the_browser_keeps_the_shell_and_no_words(visit: Visit, room: Room, says: Says) -> None:
    says("a secret of the room")
    address = reverse("dashboard:room", args=[room.site_id, room.slug])
    page = visit.go(address)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    visit.go(address)
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    kept = page.evaluate(
        """async () => {
            const found = [];
            for (const name of await caches.keys())
                for (const request of await (await caches.open(name)).keys())
                    found.push(new URL(request.url).pathname);
            return found;
        }"""
    )
    assert "/dashboard/offline/" in kept
    assert all(path.startswith(("/static/", "/widget/", "/dashboard/offline/")) for path in kept)
    page.context.set_offline(True)
    page.goto(visit.base + address)
    expect(page.get_by_role("heading", name="No connection")).to_be_visible()
    page.context.set_offline(False)
    page.get_by_role("link", name="Try again").click()
    expect(page.get_by_role("heading", name="My sites")).to_be_visible()
