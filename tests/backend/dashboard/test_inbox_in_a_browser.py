"""The inbox by keys alone, and before anybody has written."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from inglenook.sites.models import Site
from inglenook.visitors.models import Visitor
from tests.backend.dashboard.test_home import private_line

from .visits import DESKTOP_LIGHT, PHONE_DARK, Visit

pytestmark = pytest.mark.django_db(transaction=True)


def test_keys_lead_from_line_to_line_and_to_the_answer(visit: Visit, site: Site) -> None:
    for minutes, name in enumerate(("Amber Otter", "Teal Wren", "Sea Lynx"), start=1):
        private_line(Visitor.objects.create(site=site, name=name), ("visitor", minutes))
    page = visit.go(reverse("dashboard:inbox", args=[site.pk]))
    heading = page.get_by_role("heading", level=1)
    for key, name in (
        ("j", "Amber Otter"),
        ("j", "Teal Wren"),
        ("j", "Sea Lynx"),
        ("k", "Teal Wren"),
    ):
        visit.press(key)
        expect(heading).to_have_text(name)
    visit.assert_well()
    visit.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    expect(dialog.get_by_text("The next conversation")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    expect(page.locator("#body")).to_be_focused()
    page.keyboard.type("jk Good day")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#messages")).to_contain_text("jk Good day")
    visit.assert_well()


@pytest.mark.parametrize("visit", [PHONE_DARK, DESKTOP_LIGHT], ids=["phone", "desk"], indirect=True)
def test_an_empty_inbox_leads_to_install_once(visit: Visit, site: Site) -> None:
    page = visit.go(reverse("dashboard:inbox", args=[site.pk]))
    expect(page.locator("main").get_by_role("link", name="Install the chat")).to_have_count(1)
    visit.assert_well()
