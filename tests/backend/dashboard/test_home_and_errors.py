from __future__ import annotations

import pytest
from django.db import OperationalError
from django.test import Client, RequestFactory
from django.urls import reverse

from inglenook.dashboard import errors
from inglenook.sites import selectors
from inglenook.sites.models import Account, Site


def test_the_root_says_what_this_is_and_where_to_sign_in(client: Client, owner: Account) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert reverse("account_login") in page.content.decode()


def test_the_root_leads_an_owner_to_their_sites(as_owner: Client) -> None:
    assert as_owner.get("/")["Location"] == reverse("dashboard:home")


def test_the_root_sets_no_cookie_for_who_only_looks(client: Client, owner: Account) -> None:
    client.get("/")
    assert not client.cookies


def test_an_unknown_address_gets_a_page_that_helps(client: Client, db: None) -> None:
    answer = client.get("/nowhere/")
    assert answer.status_code == 404
    assert "There is nothing here" in answer.content.decode()


def test_a_defect_of_ours_shows_no_traceback(
    as_owner: Client, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(selectors, "live_keys", fail)
    as_owner.raise_request_exception = False
    answer = as_owner.get(reverse("dashboard:site", args=[site.pk]))
    assert answer.status_code == 500
    assert "Something went wrong here" in answer.content.decode()
    assert "secret detail" not in answer.content.decode()


def test_a_database_that_is_away_is_said_so(
    as_owner: Client, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(selectors, "live_keys", fail)
    answer = as_owner.get(reverse("dashboard:site", args=[site.pk]))
    assert answer.status_code == 503
    assert "database does not answer" in answer.content.decode()


def test_there_are_last_words_where_no_page_can_be_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> str:
        raise ValueError

    monkeypatch.setattr(errors, "render_to_string", fail)
    answer = errors.server_error(RequestFactory().get("/"))
    assert (answer.status_code, answer.content.decode()) == (500, errors.LAST_WORDS)


def test_a_host_that_is_not_ours_is_refused_in_words(client: Client) -> None:
    answer = client.get("/", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert "could not be read" in answer.content.decode()


def test_no_page_needs_inline_script_or_style(as_owner: Client, client: Client, site: Site) -> None:
    pages = [client.get("/"), client.get(reverse("account_login"))]
    pages += [
        as_owner.get(reverse(f"dashboard:{name}", args=[site.pk]))
        for name in ("site", "rooms", "origins")
    ]
    for page in pages:
        text = page.content.decode()
        assert "<style" not in text
        assert "<script>" not in text
        assert ' onclick="' not in text
        policy = page["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
