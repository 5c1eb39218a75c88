"""The set-up page: every page leads to it until somebody owns the installation, and none after."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from inglenook.sites import set_up
from inglenook.sites.models import Account, Member
from tests.backend.dashboard.test_login import PASSWORD, is_signed_in

SET_UP = "/set-up/"
FILLED = {"name": "Olive", "email": "olive@shop.example", "password": PASSWORD}
PAGES = [
    "/",
    "/accounts/login/",
    "/accounts/signup/",
    "/dashboard/",
    "/dashboard/sites/new/",
    "/dashboard/sites/1/",
]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_leads_to_it_while_nobody_owns_this(client: Client, db: None, page: str) -> None:
    assert client.get(page)["Location"] == SET_UP


@pytest.mark.parametrize("page", PAGES)
def test_no_page_leads_to_it_once_somebody_does(client: Client, owner: Account, page: str) -> None:
    assert client.get(page).headers.get("Location") != SET_UP
    assert client.get(SET_UP)["Location"] == reverse("dashboard:home")
    assert client.post(SET_UP, {**FILLED, "code": set_up.new_code()}).status_code == 302
    assert Account.objects.get() == owner


def test_an_open_fragment_asks_for_the_whole_page(client: Client, db: None) -> None:
    answer = client.get("/dashboard/news/", headers={"HX-Request": "true"})
    assert answer["HX-Refresh"] == "true"


def test_the_code_makes_an_account_that_is_signed_in_and_adds_a_site(
    client: Client, db: None
) -> None:
    assert "inglenook owner create" in client.get(SET_UP).content.decode()
    answer = client.post(SET_UP, {**FILLED, "code": set_up.new_code()})
    assert answer["Location"] == reverse("dashboard:create_site")
    assert is_signed_in(client)
    sent = {"name": "Candles", "origins": "https://shop.example"}
    assert client.post(answer["Location"], sent).status_code == 302
    member = Member.objects.get()
    assert (member.name, member.role, member.account.email) == (
        "Olive",
        "owner",
        "olive@shop.example",
    )


def test_a_wrong_code_keeps_what_was_written(client: Client, db: None) -> None:
    set_up.new_code()
    answer = client.post(SET_UP, {**FILLED, "code": "AAAA-AAAA-AAAA"})
    assert answer.status_code == 422
    said = answer.content.decode()
    assert "not the one on the console" in said
    assert 'value="olive@shop.example"' in said
    assert PASSWORD not in said
    assert not is_signed_in(client)


@pytest.mark.parametrize("field", ["name", "email", "password", "code"])
def test_each_field_is_needed(client: Client, db: None, field: str) -> None:
    sent = {**FILLED, "code": set_up.new_code(), field: ""}
    answer = client.post(SET_UP, sent)
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert not Account.objects.exists()


def test_guessing_is_slow(client: Client, db: None) -> None:
    code = set_up.new_code()
    wrong = [client.post(SET_UP, {**FILLED, "code": f"AAAA-AAAA-{n:04}"}) for n in range(6)]
    assert [answer.status_code for answer in wrong] == [422] * 5 + [429]
    answer = client.post(SET_UP, {**FILLED, "code": code})
    assert answer.status_code == 429
    assert "Too many wrong codes" in answer.content.decode()


def test_a_weak_password_costs_no_try(client: Client, db: None) -> None:
    code = set_up.new_code()
    for _ in range(8):
        answer = client.post(SET_UP, {**FILLED, "code": code, "password": "short"})
        assert answer.status_code == 422
    assert client.post(SET_UP, {**FILLED, "code": code}).status_code == 302


def test_another_sites_form_makes_nothing(db: None) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post(SET_UP, {**FILLED, "code": set_up.new_code()}).status_code == 403
    assert not Account.objects.exists()
