"""Signing up where it is open: the address is proven by a mail, where mail is sent."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from pytest_django.asserts import assertContains
from pytest_django.fixtures import Settings

from inglenook.sites import services
from inglenook.sites.models import Account
from tests.backend.dashboard.test_login import LOGIN, PASSWORD, is_signed_in

SIGN_UP = "/accounts/signup/"
NEW = {"email": "new@shop.example", "password1": PASSWORD, "password2": PASSWORD}


@pytest.fixture(autouse=True)
def _open(settings: Settings, owner: Account) -> None:
    settings.OPENS_SIGNUP = True
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"


def link_of_mail() -> str:
    found = re.search(r"http://[^/]+(/accounts/confirm-email/\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def enter(client: Client) -> None:
    client.post(LOGIN, {"login": "new@shop.example", "password": PASSWORD})


def test_a_new_account_is_entered_once_its_address_is_proven(client: Client) -> None:
    answer = client.post(SIGN_UP, NEW, follow=True)
    assertContains(answer, "Look into your mail")
    assert not is_signed_in(client)
    enter(client)
    assert not is_signed_in(client)
    link = link_of_mail()
    assertContains(client.get(link), "new@shop.example")
    assert not EmailAddress.objects.get(email="new@shop.example").verified  # looking is no proof
    client.post(link)
    enter(client)
    assert is_signed_in(client)


@pytest.mark.parametrize("key", ["x", "MQ:1abc:zzz", "-", "é"])
def test_a_made_up_link_proves_nothing(client: Client, key: str) -> None:
    client.post(SIGN_UP, NEW)
    assertContains(client.get(f"/accounts/confirm-email/{key}/"), "no longer works")
    client.post(f"/accounts/confirm-email/{key}/")
    assert not EmailAddress.objects.get(email="new@shop.example").verified


def test_who_has_an_account_learns_it_by_mail_alone(client: Client, owner: Account) -> None:
    taken = client.post(SIGN_UP, {**NEW, "email": owner.email}, follow=True)
    fresh = Client().post(SIGN_UP, NEW, follow=True)
    assert re.sub(rb"csrf\w+", b"", taken.content) == re.sub(rb"csrf\w+", b"", fresh.content)
    assert "account already" in str(mail.outbox[0].subject)
    owner.refresh_from_db()
    assert not owner.has_usable_password()


def test_accounts_of_the_operator_need_no_proof(client: Client) -> None:
    services.create_account(email="otto@shop.example", password=PASSWORD)
    client.post(LOGIN, {"login": "otto@shop.example", "password": PASSWORD})
    assert is_signed_in(client)


def test_where_no_mail_is_sent_nobody_waits_for_one(client: Client, settings: Settings) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "none"
    client.post(SIGN_UP, NEW)
    assert is_signed_in(client)


def test_a_mail_that_fails_leaves_no_account_behind(client: Client, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = 1
    answer = client.post(SIGN_UP, NEW)
    assertContains(answer, "could not be sent", status_code=503)
    assert not Account.objects.filter(email="new@shop.example").exists()
