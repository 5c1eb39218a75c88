"""Signing in: with a password, by the one-time link, and where it leads."""

from __future__ import annotations

import ipaddress
import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from inglenook.sites import services
from inglenook.sites.models import Account

PASSWORD = "a hearth with two chairs"
LOGIN = "/accounts/login/"


@pytest.fixture
def account(db: None) -> Account:
    return services.create_account(email="olive@shop.example", password=PASSWORD, name="Olive")


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def link_of(account: Account) -> str:
    return reverse("login_link", args=[services.make_login_token(account)])


def test_an_email_and_its_password_sign_in(client: Client, account: Account) -> None:
    answer = client.post(LOGIN, {"login": "Olive@shop.example", "password": PASSWORD})
    assert answer["Location"] == reverse("dashboard:home")
    assert is_signed_in(client)


def test_a_wrong_password_and_an_unknown_email_look_the_same(
    client: Client, account: Account
) -> None:
    wrong = client.post(LOGIN, {"login": "olive@shop.example", "password": "no"})
    unknown = client.post(LOGIN, {"login": "nobody@shop.example", "password": "no"})
    said = [
        re.findall(
            r'<ul class="errors".*?</ul>|<div class="summary".*?</div>',
            it.content.decode(),
            re.DOTALL,
        )
        for it in (wrong, unknown)
    ]
    assert said[0] == said[1]
    assert said[0]
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    "foreign",
    [
        "https://evil.example/",
        "//evil.example/",
        "https:evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "///evil.example",
        "http:///evil.example",
        "http://testserver@evil.example/",
        "//testserver.evil.example",
        "\t//evil.example",
        "\\\\evil.example",
        " https://evil.example",
    ],
)
def test_signing_in_never_leads_to_another_site(
    client: Client, account: Account, foreign: str
) -> None:
    """P45."""
    answer = client.post(
        f"{LOGIN}?{urlencode({'next': foreign})}",
        {"login": account.email, "password": PASSWORD, "next": foreign},
    )
    assert answer["Location"] == reverse("dashboard:home")


def test_signing_in_leads_back_to_the_page_that_was_asked_for(
    client: Client, account: Account
) -> None:
    wanted = reverse("dashboard:create_site")
    page = client.get(wanted, follow=True)
    assert wanted in page.content.decode()
    answer = client.post(LOGIN, {"login": account.email, "password": PASSWORD, "next": wanted})
    assert answer["Location"] == wanted


def test_nobody_signs_up_unless_the_operator_opened_it(client: Client, account: Account) -> None:
    page = client.get("/accounts/signup/")
    assert "made by the operator" in page.content.decode()
    sent = {"email": "new@shop.example", "password1": PASSWORD, "password2": PASSWORD}
    client.post("/accounts/signup/", sent)
    assert Account.objects.get() == account


def test_who_runs_the_server_can_open_signing_up(
    client: Client, account: Account, settings: Settings
) -> None:
    settings.OPENS_SIGNUP = True
    assert "Make an account" in client.get(LOGIN).content.decode()
    sent = {"email": "new@shop.example", "password1": PASSWORD, "password2": PASSWORD}
    assert client.post("/accounts/signup/", sent)["Location"] == reverse("dashboard:home")
    assert Account.objects.latest("pk").email == "new@shop.example"


def test_signing_out_needs_a_press(client: Client, account: Account) -> None:
    client.force_login(account)
    assert client.get("/accounts/logout/").status_code == 200
    assert is_signed_in(client)
    assert client.post("/accounts/logout/")["Location"] == LOGIN
    assert not is_signed_in(client)


def test_the_link_shows_a_button_and_is_not_used_up_by_looking(
    client: Client, account: Account
) -> None:
    link = link_of(account)
    for _ in range(3):
        page = client.get(link)
        assert page.status_code == 200
        assert account.email in page.content.decode()
    assert not is_signed_in(client)
    assert client.post(link)["Location"] == reverse("dashboard:home")
    assert is_signed_in(client)


def test_the_link_works_once(client: Client, account: Account) -> None:
    link = link_of(account)
    Client().post(link)
    answer = client.post(link)
    assert answer.status_code == 410
    assert "inglenook owner login-link --email" in answer.content.decode()
    assert client.get(link).status_code == 410
    assert not is_signed_in(client)


def test_the_link_is_too_old_after_a_day(client: Client, account: Account) -> None:
    link = link_of(account)
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        answer = client.get(link)
        assert answer.status_code == 410
        assert "24 hours" in answer.content.decode()
        assert client.post(link).status_code == 410
    assert not is_signed_in(client)


@pytest.mark.parametrize("token", ["x", "a-b-c", "1-1-1", "é-1-1", "9" * 400])
def test_a_broken_link_gets_the_same_friendly_page(
    client: Client, account: Account, token: str
) -> None:
    assert client.get(reverse("login_link", args=[token])).status_code == 410


def test_the_link_needs_the_forms_token(account: Account) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post(link_of(account)).status_code == 403
    assert not is_signed_in(client)


def test_an_account_that_is_switched_off_gets_in_by_no_way(
    client: Client, account: Account
) -> None:
    link = link_of(account)
    Account.objects.update(is_active=False)
    assert client.post(link).status_code == 410
    client.post(LOGIN, {"login": account.email, "password": PASSWORD})
    assert not is_signed_in(client)


def test_who_came_by_a_link_is_offered_a_password(client: Client, owner: Account) -> None:
    client.post(link_of(owner))
    assert reverse("account_set_password") in client.get(reverse("dashboard:home")).content.decode()
    assert client.get(reverse("account_change_password"))["Location"] == reverse(
        "account_set_password"
    )
    sent = {"password1": PASSWORD, "password2": PASSWORD}
    assert client.post(reverse("account_set_password"), sent).status_code == 302
    owner.refresh_from_db()
    assert owner.check_password(PASSWORD)


def test_a_forgotten_password_is_replaced_by_mail(client: Client, account: Account) -> None:
    answer = client.post("/accounts/password/reset/", {"email": account.email}, follow=True)
    assert "Look into your mail" in answer.content.decode()
    (sent,) = mail.outbox
    assert sent.to == [account.email]
    found = re.search(r"http://[^/]+(/accounts/password/reset/key/\S+)", str(sent.body))
    assert found
    page = client.get(found[1], follow=True)
    assert "Choose a new password" in page.content.decode()
    new = "another hearth, three chairs"
    action = page.redirect_chain[-1][0]
    assert client.post(action, {"password1": new, "password2": new}).status_code == 302
    account.refresh_from_db()
    assert account.check_password(new)


def test_asking_for_a_new_password_does_not_tell_who_has_an_account(
    client: Client, account: Account
) -> None:
    known = client.post("/accounts/password/reset/", {"email": account.email}, follow=True)
    unknown = client.post(
        "/accounts/password/reset/", {"email": "nobody@shop.example"}, follow=True
    )
    assert known.content == unknown.content


def test_guessing_passwords_is_slowed_down(client: Client, account: Account) -> None:
    answers = [
        client.post(LOGIN, {"login": account.email, "password": f"guess {n}"}) for n in range(40)
    ]
    said = answers[-1].content.decode()
    assert "Too many" in said
    assert client.post(LOGIN, {"login": account.email, "password": PASSWORD}).status_code != 302
    assert not is_signed_in(client)


def test_a_proxy_does_not_make_one_of_all_addresses(account: Account, settings: Settings) -> None:
    settings.TRUSTED_PROXIES = [ipaddress.ip_network("127.0.0.1")]
    for n in range(40):
        attempt = {"login": f"nobody{n}@shop.example", "password": "guess"}
        Client().post(LOGIN, attempt, headers={"x-forwarded-for": "203.0.113.7"})
    sent = {"login": account.email, "password": PASSWORD}
    assert Client().post(LOGIN, sent, headers={"x-forwarded-for": "203.0.113.7"}).status_code != 302
    assert Client().post(LOGIN, sent, headers={"x-forwarded-for": "203.0.113.8"}).status_code == 302
