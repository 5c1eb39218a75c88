"""Signing in with an account elsewhere, by OpenID Connect."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains
from pytest_django.fixtures import Settings

from inglenook.config import env, single_sign_on
from inglenook.sites.models import Account
from tests.backend.dashboard.test_login import LOGIN, is_signed_in
from tests.testkit.identity_provider import CLIENT_ID, CLIENT_SECRET, IdentityProvider

START = "/accounts/oidc/sso/login/"


@pytest.fixture
def provider(settings: Settings, owner: Account) -> Iterator[IdentityProvider]:
    """Knows the owner's address; the installation has it in its settings."""
    made = IdentityProvider()
    made.claims = {"sub": "17", "email": owner.email, "email_verified": True, "name": "Olive"}
    found = single_sign_on.Provider(
        server=made.url, client_id=CLIENT_ID, client_secret=CLIENT_SECRET, name="Our company"
    )
    settings.SOCIALACCOUNT_PROVIDERS = single_sign_on.allauth_settings(found)
    yield made
    made.close()


def come_in(client: Client, provider: IdentityProvider) -> HttpResponse:
    there = client.post(START)["Location"]
    return client.get(provider.signs_in(there), follow=True)


def test_the_login_page_offers_it_where_it_is_set(
    client: Client, provider: IdentityProvider, settings: Settings
) -> None:
    assertContains(client.get(LOGIN), "Sign in with Our company")
    settings.SOCIALACCOUNT_PROVIDERS = {}
    assertNotContains(client.get(LOGIN), "Our company")


def test_looking_starts_nothing(client: Client, provider: IdentityProvider) -> None:
    assert client.get(START).status_code == 200


def test_who_has_an_account_with_a_proven_address_comes_into_it(
    client: Client, provider: IdentityProvider, owner: Account
) -> None:
    come_in(client, provider)
    assert client.session["_auth_user_id"] == str(owner.pk)
    # By the id of the provider from now on, whatever address it says.
    provider.claims |= {"email": "moved@shop.example"}
    other = Client()
    come_in(other, provider)
    assert other.session["_auth_user_id"] == str(owner.pk)


def test_an_address_that_the_provider_has_not_proven_opens_nothing(
    client: Client, provider: IdentityProvider
) -> None:
    provider.claims["email_verified"] = False
    come_in(client, provider)
    assert not is_signed_in(client)


def test_others_get_no_account_unless_the_operator_says_so(
    client: Client, provider: IdentityProvider, settings: Settings
) -> None:
    provider.claims |= {"sub": "18", "email": "New@shop.example", "name": "Nora"}
    come_in(client, provider)
    assert not is_signed_in(client)
    assert Account.objects.count() == 1
    settings.OPENS_SIGNUP_BY_OIDC = True
    come_in(client, provider)
    assert is_signed_in(client)
    account = Account.objects.latest("pk")
    assert (account.email, account.name) == ("new@shop.example", "Nora")


def test_an_answer_for_somebody_elses_browser_opens_nothing(
    client: Client, provider: IdentityProvider
) -> None:
    """Its state is that of another session."""
    back = provider.signs_in(client.post(START)["Location"])
    thief = Client()
    thief.post(START)
    thief.get(back, follow=True)
    assert not is_signed_in(thief)


def test_an_answer_works_once(client: Client, provider: IdentityProvider) -> None:
    back = provider.signs_in(client.post(START)["Location"])
    client.get(back)
    assert is_signed_in(client)
    client.logout()
    client.get(back, follow=True)
    assert not is_signed_in(client)


def test_a_token_for_another_program_opens_nothing(
    client: Client, provider: IdentityProvider
) -> None:
    provider.audience = "somebody else"
    come_in(client, provider)
    assert not is_signed_in(client)


def test_a_provider_that_is_away_is_said_so(client: Client, provider: IdentityProvider) -> None:
    provider.close()
    answer = client.post(START, follow=True)
    assertContains(answer, "did not say who you are", status_code=503)
    assert not is_signed_in(client)


def test_pages_of_another_name_are_not_there(client: Client, provider: IdentityProvider) -> None:
    assert client.post("/accounts/oidc/other/login/").status_code == 404


def test_settings_without_a_part_stop_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    for server in ("http://login.example.com", "login.example.com", "https://a.example/?b"):
        monkeypatch.setenv("X_OIDC_SERVER", server)
        with pytest.raises(env.BadSetting):
            single_sign_on.provider("X_OIDC")
    monkeypatch.setenv("X_OIDC_SERVER", "https://login.example.com/realms/team")
    with pytest.raises(env.BadSetting, match="X_OIDC_CLIENT_ID"):
        single_sign_on.provider("X_OIDC")
    monkeypatch.setenv("X_OIDC_CLIENT_ID", "a")
    monkeypatch.setenv("X_OIDC_CLIENT_SECRET", "b")
    found = single_sign_on.provider("X_OIDC")
    assert single_sign_on.origins(found) == ["https://login.example.com"]
