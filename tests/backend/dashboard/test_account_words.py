"""The pages of accounts speak as the rest of the workspace does, and lead on."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains
from pytest_django.fixtures import Settings

from inglenook.sites.models import Account
from tests.backend.dashboard.test_login import LOGIN, PASSWORD, account
from tests.backend.dashboard.test_second_step import confirm, log_in, switch_on

__all__ = ["account"]
# What allauth and Django say by themselves.
FOREIGN = re.compile(r"Email|email address|New Password|Current Password|\(again\)|specified")
SAME = {"password1": PASSWORD, "password2": PASSWORD}
SIGN_UP = "/accounts/signup/"
RESET = "/accounts/password/reset/"
CHANGE = "/accounts/password/change/"


def shown(client: Client, path: str, **sent: str) -> list[str]:
    """The labels, errors and hints of the page, or of the one that answers a form."""
    answer = client.post(path, sent) if sent else client.get(path)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert not FOREIGN.search(re.sub(r"<[^>]*>", "", page)), page
    errors = re.findall(r"<ul class=\"errors\".*?<li>(.*?)</li>", page, re.DOTALL)
    return re.findall(r"<label [^>]*>([^<]+?) *(?:<span|</label>)", page) + errors


def test_signing_in(client: Client, account: Account) -> None:
    assert shown(client, LOGIN) == ["E-mail address", "Password"]
    wrong = {"login": account.email, "password": "no"}
    answer = client.post(LOGIN, wrong)
    assertContains(answer, "The e-mail address or the password is not right.")
    said = shown(client, LOGIN, login="olive at shop", password="")
    assert said[2].startswith("This is not an e-mail address.")
    assert said[3] == "Write your password."


def test_signing_up(client: Client, account: Account, settings: Settings) -> None:
    settings.OPENS_SIGNUP = True
    labels = ["E-mail address", "Password", "The password once more"]
    assert shown(client, SIGN_UP) == labels
    assertContains(client.get(SIGN_UP), "10 characters or more. A sentence is good.")
    said = shown(client, SIGN_UP, email="a@b.example", password1=PASSWORD, password2="another")
    assert said[3:] == ["The two are not the same."]
    assert not Account.objects.filter(email="a@b.example").exists()


def test_a_forgotten_password_ends_on_the_page_for_signing_in(
    client: Client, account: Account
) -> None:
    assert shown(client, RESET) == ["E-mail address"]
    client.post(RESET, {"email": account.email})
    found = re.search(r"http://[^/]+(/accounts/password/reset/key/\S+)", str(mail.outbox[-1].body))
    assert found
    page = client.get(found[1], follow=True)
    here = page.redirect_chain[-1][0]
    assert shown(client, here) == ["New password", "The new password once more"]
    said = shown(client, here, password1=PASSWORD, password2="another")
    assert said[2:] == ["The two are not the same."]
    done = client.post(here, SAME, follow=True)
    assert done.redirect_chain[-1][0] == LOGIN
    assertContains(done, "Your password is changed.", count=1)


def test_changing_and_setting_a_password(client: Client, account: Account) -> None:
    log_in(client, account)
    new = ["New password", "The new password once more"]
    assert shown(client, CHANGE) == ["Current password", *new]
    said = shown(client, CHANGE, oldpassword="no", password1="a", password2="")
    assert said[3] == "This is not your password."
    assert said[-1] == "Write it once more."
    assert shown(client, "/accounts/reauthenticate/") == ["Password"]
    said = shown(client, "/accounts/reauthenticate/", password="no")
    assert said[1:] == ["This is not your password."]
    account.set_unusable_password()
    account.save()
    client.force_login(account)
    assert shown(client, "/accounts/password/set/") == new


def test_another_way_of_showing_who_one_is_has_our_words(client: Client, account: Account) -> None:
    log_in(client, account)
    switch_on(client)
    here = "/accounts/code/again/?next=/accounts/recovery-codes/new/"
    assertContains(client.get(here), ">Use your password</a>")
    there = client.get("/accounts/reauthenticate/?next=/accounts/recovery-codes/new/")
    assertContains(there, ">Use a code</a>")


@pytest.mark.parametrize(
    "name",
    ["mfa_activate_totp", "account_change_password", "socialaccount_connections", "mfa_index"],
)
def test_what_lies_below_signing_in_leads_back_to_it(
    client: Client, account: Account, name: str
) -> None:
    log_in(client, account)
    confirm(client)
    back = f'<a class="back" href="{reverse("mfa_index")}"'
    answer = client.get(reverse(name))
    assertContains(answer, "Signing in")
    if name == "mfa_index":
        assertNotContains(answer, back)
    else:
        assertContains(answer, back)


def test_a_new_passkey_is_named_by_its_browser(
    client: Client, account: Account, settings: Settings
) -> None:
    settings.BASE_URL = "https://chat.shop.example"
    log_in(client, account)
    confirm(client)
    for says, name in (
        ("Mozilla/5.0 (Windows NT 10.0) Firefox/140.0", "Firefox on Windows"),
        ("", "Passkey"),
    ):
        page = client.get("/accounts/passkeys/add/", headers={"user-agent": says})
        assertContains(page, f'name="name" value="{name}"')


def test_whose_account_is_switched_off_has_a_way_back(client: Client, account: Account) -> None:
    assertContains(client.get("/accounts/inactive/"), f'<a href="{LOGIN}">')
