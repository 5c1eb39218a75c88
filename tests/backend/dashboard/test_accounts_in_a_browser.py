"""Accounts and the team in a real browser: passkeys by a virtual authenticator, every page well."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from django.urls import reverse
from playwright.sync_api import Browser, CDPSession, Page, expect
from pytest_django.fixtures import Settings

from inglenook.sites.invitations import invite_by_link
from inglenook.sites.models import Account, Member, Site

from .test_audit import colleague
from .test_login import PASSWORD
from .visits import PHONE_DARK, SCREEN_NAMES, SCREENS, Visit

pytestmark = pytest.mark.django_db(transaction=True)


def add_authenticator(page: Page) -> tuple[CDPSession, str]:
    """What a phone or a laptop has built in, which agrees to everything."""
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    added = devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return devices, added["authenticatorId"]


@pytest.fixture
def person(owner: Account) -> Account:
    owner.set_password(PASSWORD)
    owner.save()
    return owner


def log_in(page: Page, base: str, person: Account) -> None:
    page.goto(f"{base}/accounts/login/")
    page.locator("#id_login").fill(person.email)
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/dashboard/")


def add_passkey(page: Page, base: str) -> None:
    page.goto(f"{base}/accounts/security/")
    page.get_by_role("link", name="Add a passkey").click()
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Name").fill("My phone")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()


@pytest.fixture
def page(visit: Visit, browser: Browser, settings: Settings, person: Account) -> Any:
    """Nobody is signed in. The address is one for which browsers make passkeys."""
    settings.BASE_URL = visit.base
    context = browser.new_context()
    yield context.new_page()
    context.close()


def test_a_passkey_signs_in_without_a_password(page: Page, visit: Visit, person: Account) -> None:
    devices, device = add_authenticator(page)
    log_in(page, visit.base, person)
    add_passkey(page, visit.base)
    page.goto(f"{visit.base}/accounts/security/")
    expect(page.get_by_role("link", name="Rename My phone")).to_be_visible()
    page.context.clear_cookies()
    page.goto(f"{visit.base}/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/dashboard/")
    expect(page.get_by_text(f"Hello, {person.name}")).to_be_visible()
    # Without the user's consent it does not, and the page says so.
    page.context.clear_cookies()
    devices.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    page.goto(f"{visit.base}/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("The passkey was not used")).to_be_visible()


def test_a_passkey_is_the_second_step_after_a_password(
    page: Page, visit: Visit, person: Account
) -> None:
    add_authenticator(page)
    log_in(page, visit.base, person)
    add_passkey(page, visit.base)
    page.context.clear_cookies()
    page.goto(f"{visit.base}/accounts/login/")
    page.locator("#id_login").fill(person.email)
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="The second step")).to_be_visible()
    page.goto(f"{visit.base}/dashboard/")
    expect(page.get_by_role("heading", name="The second step")).to_be_visible()
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/dashboard/")


def test_a_removed_passkey_opens_nothing(page: Page, visit: Visit, person: Account) -> None:
    add_authenticator(page)
    log_in(page, visit.base, person)
    add_passkey(page, visit.base)
    page.goto(f"{visit.base}/accounts/security/")
    page.get_by_role("link", name="Remove My phone").click()
    page.get_by_role("button", name="Remove it").click()
    assert not Authenticator.objects.filter(type="webauthn").exists()
    page.context.clear_cookies()
    page.goto(f"{visit.base}/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("This is not right")).to_be_visible()
    page.goto(f"{visit.base}/dashboard/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_member_is_given_a_role_and_removed_by_keys_alone(visit: Visit, site: Site) -> None:
    member = colleague(site)
    page = visit.go(reverse("dashboard:team", args=[site.pk]))
    page.get_by_label(f"Change {member.name}").press("Enter")
    page.get_by_role("button", name="Make Moderator").press("Enter")
    expect(page.get_by_text("Vera is Moderator now.")).to_be_visible()
    page.get_by_label(f"Change {member.name}").press("Enter")
    page.get_by_role("link", name="Remove from the team").press("Enter")
    page.get_by_role("button", name="Remove").press("Enter")
    expect(page.get_by_text("Vera is not on the team any more.")).to_be_visible()
    assert not Member.objects.filter(pk=member.pk).exists()


@pytest.mark.parametrize("visit", SCREENS, ids=SCREEN_NAMES, indirect=True)
def test_every_page_is_well_on_every_screen(
    visit: Visit, site: Site, settings: Settings, owner: Account
) -> None:
    settings.BASE_URL = visit.base
    colleague(site)
    _, link = invite_by_link(site=site, role="moderator")
    team = reverse("dashboard:team", args=[site.pk])
    for path in (
        team,
        f"{team}leave/",
        reverse("dashboard:remove_member", args=[site.pk, colleague(site).public_id]),
        reverse("dashboard:profile"),
        "/accounts/security/",
        "/accounts/sessions/",
        "/accounts/app/add/",
        "/accounts/passkeys/add/",
        link.removeprefix(visit.base),
        "/invite/none/",
    ):
        visit.go(path)
        visit.assert_well(in_both_schemes=True)
    page = visit.go("/accounts/app/add/")
    secret = page.locator("code.secret").inner_text()
    code = auth.format_hotp_value(auth.hotp_value(secret, int(time.time()) // 30))
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Switch it on").click()
    expect(page.locator("pre.code")).to_have_text(re.compile(r"\d{8}"))
    visit.assert_well(in_both_schemes=True)
    visit.go("/accounts/security/")
    visit.assert_well(in_both_schemes=True)
    visit.page.context.clear_cookies()
    for path in ("/accounts/login/", link.removeprefix(visit.base)):
        visit.go(path)
        visit.assert_well(in_both_schemes=True)


@pytest.mark.parametrize("visit", [PHONE_DARK], ids=["phone"], indirect=True)
def test_a_link_is_made_and_copied_on_a_phone(visit: Visit, site: Site) -> None:
    page = visit.go(reverse("dashboard:team", args=[site.pk]))
    page.get_by_role("button", name="Make a link").click()
    expect(page.locator("#invitation-link")).to_contain_text(f"{visit.base}/invite/".split(":")[0])
    visit.assert_well()
