"""The page of the widget's sentences: the site's own beside the widget's, by language."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from inglenook.dashboard.look.words import LANGUAGES
from inglenook.sites.models import Site
from inglenook.sites.widget_words import widget_words

pytestmark = pytest.mark.django_db


def address(site: Site, lang: str = "de") -> str:
    return f"{reverse('dashboard:words', args=[site.pk])}?lang={lang}"


def test_every_language_of_the_widget_has_its_page() -> None:
    assert set(LANGUAGES) == set(widget_words())


def test_english_and_the_own_words_stand_side_by_side(as_owner: Client, site: Site) -> None:
    Site.objects.filter(pk=site.pk).update(texts={"de": {"composer.send": "Ab damit"}})
    page = as_owner.get(address(site)).content.decode()
    for words in ("Write a message…", widget_words()["de"]["composer.placeholder"], "Ab damit"):
        assert words in page


def test_what_is_written_is_stored_and_other_languages_stay(as_owner: Client, site: Site) -> None:
    Site.objects.filter(pk=site.pk).update(texts={"fr": {"composer.send": "Hop"}})
    sent = {
        "word:composer.send": "Ab damit",
        "word:panel.title": " ",
        "text": "Ok?",
        "version": "1",
    }
    assert as_owner.post(address(site), sent).status_code == 302
    site.refresh_from_db()
    assert site.texts == {"fr": {"composer.send": "Hop"}, "de": {"composer.send": "Ab damit"}}
    assert site.consent == {"text": "Ok?", "version": "1"}
    as_owner.post(address(site), {})
    site.refresh_from_db()
    assert (site.texts, site.consent) == ({"fr": {"composer.send": "Hop"}}, None)


def test_sentences_that_the_page_does_not_show_stay(as_owner: Client, site: Site) -> None:
    Site.objects.filter(pk=site.pk).update(texts={"de": {"kiosk.greeting": "Moin"}})
    page = as_owner.get(address(site)).content.decode()
    assert "Moin" not in page
    sent = {"word:composer.send": "Ab damit", "word:kiosk.greeting": "Hallo"}
    as_owner.post(address(site), sent)
    site.refresh_from_db()
    assert site.texts == {"de": {"kiosk.greeting": "Moin", "composer.send": "Ab damit"}}


@pytest.mark.parametrize(
    "sent", [{"text": "Ok?"}, {"word:composer.send": "a\0"}, {"word:composer.send": "a" * 2001}]
)
def test_what_cannot_be_is_refused_and_what_was_written_stays(
    as_owner: Client, site: Site, sent: dict[str, str]
) -> None:
    answer = as_owner.post(address(site), {"word:panel.title": "Kamin", **sent})
    assert answer.status_code == 422
    assert 'value="Kamin"' in answer.content.decode()
    site.refresh_from_db()
    assert (site.texts, site.consent) == ({}, None)
