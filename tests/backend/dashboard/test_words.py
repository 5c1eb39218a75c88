"""The page of the widget's sentences: the site's own beside the widget's, by language."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from inglenook.dashboard.look.words import languages
from inglenook.sites.models import Site
from inglenook.sites.widget_words import widget_words
from scripts.widget_words import STRINGS

pytestmark = pytest.mark.django_db


def address(site: Site, lang: str = "de") -> str:
    return f"{reverse('dashboard:words', args=[site.pk])}?lang={lang}"


def test_every_language_of_the_widget_has_its_page(as_owner: Client, site: Site) -> None:
    written = {path.stem for path in STRINGS.glob("*.json")}
    tags = [tag for tag, _ in languages()]
    assert set(tags) == {tag for tag in written if not tag.startswith("en-")}
    assert len(tags) == 14
    page = as_owner.get(address(site)).content.decode()
    for tag, name in languages():
        assert f'lang="{tag}" href="?lang={tag}"' in page
        assert f">{name}</a>" in page
        assert (
            widget_words()[tag]["composer.placeholder"]
            in as_owner.get(address(site, tag)).content.decode()
        )


def test_languages_have_their_own_names_and_english_is_the_first() -> None:
    names = [name for _, name in languages()]
    assert names[:3] == ["English", "Deutsch", "Español"]
    assert {"Português Brasileiro", "Türkçe", "日本語", "简体中文"} < set(names)


def test_english_and_the_own_words_stand_side_by_side(as_owner: Client, site: Site) -> None:
    Site.objects.filter(pk=site.pk).update(texts={"de": {"composer.send": "Ab damit"}})
    page = as_owner.get(address(site)).content.decode()
    for words in ("Write a message…", widget_words()["de"]["composer.placeholder"], "Ab damit"):
        assert words in page


def test_a_form_that_english_lacks_says_which_it_is(as_owner: Client, site: Site) -> None:
    page = as_owner.get(address(site, "pl")).content.decode()
    for label in ("{n} new message<", "{n} new messages<", "{n} new messages (few)<"):
        assert label in page


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
