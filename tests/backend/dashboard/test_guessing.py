"""Guessing passwords is slow, and locks out only the one who guesses."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from inglenook.dashboard import guessing
from inglenook.sites.models import Account
from inglenook.sites.services import create_account, make_login_token

PASSWORD = "a hearth with two chairs"
LOGIN = "/accounts/login/"
HOME, STRANGER = "203.0.113.8", "198.51.100.7"


@pytest.fixture(autouse=True)
def _behind_a_proxy(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = [ipaddress.ip_network("127.0.0.1")]


@pytest.fixture
def account(db: None) -> Account:
    return create_account(email="olive@shop.example", password=PASSWORD)


def tries(
    client: Client, address: str, password: str = "wrong", email: str = "olive@shop.example"
) -> HttpResponse:
    sent = {"login": email, "password": password}
    return client.post(LOGIN, sent, headers={"x-forwarded-for": address})


def gets_in(client: Client, address: str) -> bool:
    return tries(client, address, PASSWORD).status_code == 302


def is_refused(answer: HttpResponse) -> bool:
    return "Too many wrong passwords" in answer.content.decode()


def attack_from_everywhere() -> None:
    for n in range(40):
        tries(Client(), f"192.0.2.{n}")


def test_a_strangers_wrong_passwords_do_not_refuse_the_owner_elsewhere(account: Account) -> None:
    answers = [tries(Client(), STRANGER) for _ in range(6)]
    assert [is_refused(answer) for answer in answers] == [False] * 5 + [True]
    assert not gets_in(Client(), STRANGER)
    assert gets_in(Client(), HOME)


def test_an_account_attacked_from_many_places_is_slow_for_unknown_browsers_alone(
    account: Account,
) -> None:
    known = Client()
    assert gets_in(known, HOME)
    known.post("/accounts/logout/")
    attack_from_everywhere()
    assert is_refused(tries(Client(), "192.0.2.200", PASSWORD))
    assert gets_in(known, "203.0.113.99")
    # Another account is not concerned.
    create_account(email="otto@shop.example", password=PASSWORD)
    assert tries(Client(), "192.0.2.200", PASSWORD, "otto@shop.example").status_code == 302


def test_a_login_link_makes_a_browser_known_too(account: Account) -> None:
    known = Client()
    known.post(reverse("login_link", args=[make_login_token(account)]))
    known.post("/accounts/logout/")
    attack_from_everywhere()
    assert gets_in(known, HOME)


def test_a_stranger_at_the_owners_own_address_does_not_refuse_a_known_browser(
    account: Account,
) -> None:
    known = Client()
    assert gets_in(known, HOME)
    known.post("/accounts/logout/")
    for _ in range(6):
        tries(Client(), HOME)
    assert not gets_in(Client(), HOME)
    assert gets_in(known, HOME)


def test_a_known_browser_may_not_guess_more(account: Account) -> None:
    known = Client()
    assert gets_in(known, HOME)
    known.post("/accounts/logout/")
    answers = [tries(known, f"192.0.2.{n}") for n in range(6)]
    assert [is_refused(answer) for answer in answers] == [False] * 5 + [True]


def test_a_browser_is_known_for_its_own_account_alone(account: Account) -> None:
    create_account(email="sly@evil.example", password=PASSWORD)
    sly = Client()
    assert tries(sly, STRANGER, PASSWORD, "sly@evil.example").status_code == 302
    sly.post("/accounts/logout/")
    attack_from_everywhere()
    assert is_refused(tries(sly, "192.0.2.201"))


@pytest.mark.parametrize(
    "change", [lambda v: v[:-1], lambda v: "x" + v, lambda v: v.replace(".", ":", 1)]
)
def test_a_cookie_that_is_not_ours_makes_nothing_known(
    account: Account, change: Callable[[str], str]
) -> None:
    known = Client()
    assert gets_in(known, HOME)
    value = known.cookies[guessing.COOKIE].value
    forger = Client()
    forger.cookies[guessing.COOKIE] = change(value)
    attack_from_everywhere()
    assert is_refused(tries(forger, "192.0.2.202", PASSWORD))


def test_one_address_may_not_try_one_account_after_another(account: Account) -> None:
    answers = [tries(Client(), STRANGER, email=f"nobody{n}@shop.example") for n in range(25)]
    assert is_refused(answers[-1])
    assert not gets_in(Client(), STRANGER)
    assert gets_in(Client(), HOME)


def test_the_right_password_costs_nothing(account: Account) -> None:
    assert all(gets_in(Client(), HOME) for _ in range(15))


def test_one_address_is_one_however_it_is_written(account: Account) -> None:
    for email in ("olive@shop.example", "OLIVE@shop.example", " Olive@Shop.Example"):
        for _ in range(2):
            last = tries(Client(), STRANGER, email=email)
    assert is_refused(last)


def test_the_cookie_is_for_us_alone_and_names_nobody(account: Account) -> None:
    known = Client()
    gets_in(known, HOME)
    cookie = known.cookies[guessing.COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert "olive" not in cookie.value
