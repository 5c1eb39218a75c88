"""Every text of the workspace is translated, and the language is the account's or the browser's."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from babel.messages.catalog import Message
from babel.messages.mofile import read_mo
from django.conf import settings
from django.test import Client
from django.urls import reverse

from inglenook.chat.models import Room
from inglenook.sites.models import Account, Site
from scripts import messages

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]")
each_language = pytest.mark.parametrize("language", messages.languages())


def strings_of(message: Message) -> list[str]:
    found = message.string if isinstance(message.string, tuple | list) else [message.string]
    return [str(string) for string in found]


def ids_of(message: Message) -> list[str]:
    return list(message.id) if isinstance(message.id, tuple | list) else [str(message.id)]


class Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.found.append(f"{tag} {sorted(attrs)}")


def test_each_language_has_a_folder() -> None:
    assert {code for code, _ in settings.LANGUAGES} == {"en", *messages.languages()}


@each_language
def test_every_text_is_translated_and_no_other(language: str) -> None:
    catalog = messages.read(language)
    wanted = {(message.context, *ids_of(message)) for message in messages.texts() if message.id}
    there = {(message.context, *ids_of(message)) for message in catalog if message.id}
    assert wanted == there, "run `make messages`"
    missing = [m.id for m in catalog if m.id and not messages.is_translated(m)]
    assert missing == []


@each_language
def test_placeholders_and_tags_agree(language: str) -> None:
    for message in messages.read(language):
        if not message.id:
            continue
        # The plural has every placeholder; a singular may say "one" instead.
        original = ids_of(message)[-1]
        for string in strings_of(message)[-1:]:
            assert sorted(PLACEHOLDER.findall(string)) == sorted(PLACEHOLDER.findall(original)), (
                string
            )
        for string in strings_of(message):
            assert set(PLACEHOLDER.findall(string)) <= set(PLACEHOLDER.findall(original)), string
            assert sorted(Tags(string).found) == sorted(Tags(original).found), string


@each_language
def test_the_compiled_file_is_what_is_written(language: str) -> None:
    with messages.mo_file(language).open("rb") as file:
        compiled = read_mo(file)
    written = {(m.context, *ids_of(m)): strings_of(m) for m in messages.read(language) if m.id}
    assert {(m.context, *ids_of(m)): strings_of(m) for m in compiled if m.id} == written


def test_the_browser_says_which_language(client: Client, owner: Account) -> None:
    page = client.get("/", headers={"accept-language": "de-AT,de;q=0.9,en;q=0.5"})
    assert page["Content-Language"] == "de"
    assert "Accept-Language" in page["Vary"]
    assert '<html lang="de">' in page.content.decode()
    assert "Anmelden" in page.content.decode()
    assert "Sign in" in client.get("/", headers={"accept-language": "fr"}).content.decode()


def test_a_choice_stays_in_the_browser_and_sets_no_other_cookie(
    client: Client, owner: Account
) -> None:
    answer = client.post("/dashboard/language/", {"language": "de", "next": "/accounts/login/"})
    assert answer["Location"] == "/accounts/login/"
    assert set(client.cookies) == {settings.LANGUAGE_COOKIE_NAME}
    page = client.get("/accounts/login/", headers={"accept-language": "en"})
    assert "Passwort vergessen?" in page.content.decode()


def test_the_accounts_language_wins_in_every_browser(
    as_owner: Client, owner: Account, site: Site
) -> None:
    as_owner.post("/dashboard/language/", {"language": "de"})
    owner.refresh_from_db()
    assert owner.language == "de"
    elsewhere = Client(headers={"accept-language": "en"})
    elsewhere.force_login(owner)
    page = elsewhere.get(reverse("dashboard:rooms", args=[site.pk])).content.decode()
    assert "<h1>Räume</h1>" in page
    refused = elsewhere.post(reverse("dashboard:create_room", args=[site.pk]), {"name": ""})
    assert "Gib dem Raum einen Namen" in refused.content.decode()


def test_a_language_that_there_is_not_changes_nothing(as_owner: Client, owner: Account) -> None:
    answer = as_owner.post("/dashboard/language/", {"language": "xx"})
    assert answer.status_code == 302
    owner.refresh_from_db()
    assert owner.language == ""
    assert settings.LANGUAGE_COOKIE_NAME not in as_owner.cookies


def test_visitors_pages_and_the_api_stay_as_they_are(
    client: Client, site_key: str, room: Room
) -> None:
    german = {"accept-language": "de"}
    page = client.get(f"/s/{site_key}/r/{room.slug}/", headers=german)
    assert "Content-Language" not in page
    assert "Accept-Language" not in page.get("Vary", "")
    answer = client.get("/api/v1/nowhere/", headers=german)
    assert "Content-Language" not in answer
