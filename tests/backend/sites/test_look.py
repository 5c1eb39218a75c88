"""How the widget looks: what is stored, and the hostile values that are not."""

from __future__ import annotations

from typing import Any

import pytest

from inglenook.protocol.errors import Invalid
from inglenook.sites.look import check_look, look_version, theme_for_widget
from inglenook.sites.models import OriginSighting, Site
from inglenook.sites.sightings import forget_sightings, note_sighting
from inglenook.sites.site_settings import change_settings
from inglenook.sites.snippets import look_attributes
from scripts.widget_words import COPY, words_of_the_widget


@pytest.mark.parametrize(
    "css",
    [
        "@import 'https://evil.example/a.css';",
        "@IMPORT url(//evil.example);",
        "@font-face { font-family: a; src: local(a) }",
        "@\\69mport 'x';",
        ".panel { background: url(https://evil.example/a.png) }",
        ".panel { background: URL ('//evil.example') }",
        ".panel { background: u\\72l(https://evil.example) }",
        ".panel { background: ur/**/l(https://evil.example) }",
        ".panel { background: image-set('https://evil.example' 1x) }",
        ".panel { background: -webkit-image-set('https://evil.example' 1x) }",
        ".panel { background: src('https://evil.example') }",
        ".panel { behavior: x }",
        "</style><script>alert(1)</script>",
        ".panel { color: red",
        ".panel { color: red } /* open",
        "a" * 20_001,
    ],
)
def test_a_sheet_that_fetches_or_breaks_out_is_refused(css: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_look({"theme": {"css": css}})
    assert refused.value.field == "theme.css"


@pytest.mark.parametrize(
    "css",
    [
        "",
        ".panel { border-radius: 4px; color: var(--ing-ink) }",
        "@media (min-width: 600px) { .header { background: linear-gradient(red, blue) } }",
        "/* the shop's */ .bubble::after { content: 'x' }",
    ],
)
def test_a_sheet_that_only_draws_is_taken(css: str) -> None:
    check_look({"theme": {"css": css}})


@pytest.mark.parametrize(
    ("theme", "field"),
    [
        ({"accent": "red"}, "theme.accent"),
        ({"accent": "#12345g"}, "theme.accent"),
        ({"accent": "#123456\n"}, "theme.accent"),
        ({"logo": "http://shop.example/a.png"}, "theme.logo"),
        ({"logo": "data:image/svg+xml,<svg/>"}, "theme.logo"),
        ({"icon": "https://u:p@shop.example/a.png"}, "theme.icon"),
        ({"icon": 'https://shop.example/a.png")'}, "theme.icon"),
        ({"logo": "/pictures/../../etc/passwd"}, "theme.logo"),
        ({"title": "a\nb"}, "theme.title"),
        ({"label": "a\u202eb"}, "theme.label"),
        ({"starters": [" "]}, "theme.starters"),
        ({"show": {"paths": ["blog"]}}, "theme.show"),
        ({"show": {"paths": ["/a?b"]}}, "theme.show"),
    ],
)
def test_a_hostile_theme_is_refused_by_its_field(theme: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_look({"theme": theme})
    assert refused.value.field == field


@pytest.mark.django_db
def test_sentences_that_the_widget_does_not_have_are_kept(site: Site) -> None:
    texts = {"de": {"composer.send": "Ab damit", "kiosk.greeting": "Moin"}, "pt-BR": {"x": "y"}}
    change_settings(site=site, changes={"texts": texts})
    site.refresh_from_db()
    assert site.texts == texts


def test_the_server_knows_every_sentence_of_the_widget() -> None:
    words = "python scripts/widget_words.py makes the copy"
    assert COPY.read_text("utf-8") == words_of_the_widget(), words


def test_the_wire_has_six_digits_and_no_sheet_that_was_never_judged() -> None:
    stored = {"accent": "#a31", "css": "@import 'x'", "title": "Hi"}
    assert theme_for_widget(stored) == {"accent": "#aa3311", "title": "Hi"}
    assert theme_for_widget({"accent": "url(x)"}) == {}


def test_the_version_of_a_look_is_of_what_the_tag_carries() -> None:
    assert look_version({"accent": "#aa3311"}) != look_version({})
    assert look_version({"welcome": "Hello", "label": "", "show": {}}) == look_version({})
    assert look_version({"show": {"devices": ["phone"]}}) != look_version({})


def test_the_tag_carries_what_the_launcher_needs_and_says_which_look_that_is() -> None:
    theme = {"accent": "#a31", "side": "left", "offset_x": 8, "label": '"><script>', "css": "a{}"}
    assert look_attributes(theme) == (
        ' data-accent="#aa3311" data-position="bottom-left" data-offset-x="8"'
        ' data-launcher-label="&quot;&gt;&lt;script&gt;"'
        f' data-look="{look_version(theme)}"'
    )
    assert look_attributes({"welcome": "Hello"}) == ""
    show = {"devices": ["phone"], "paths": ["/blog/*", "/help"]}
    assert look_attributes({"show": show}).startswith(' data-show="phone /blog/* /help"')


@pytest.mark.django_db
def test_an_origin_with_an_older_tag_is_remembered(site: Site) -> None:
    forget_sightings()
    about = {"site_id": site.pk, "refused": False}
    note_sighting(origin="https://old.example", has_older_look=True, **about)
    note_sighting(origin="https://new.example", **about)
    rows = OriginSighting.objects.filter(site=site)
    assert {row.origin: row.older_look_at is not None for row in rows} == {
        "https://old.example": True,
        "https://new.example": False,
    }
