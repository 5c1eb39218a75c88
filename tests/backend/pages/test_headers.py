"""Who may frame a page, what may run in it, and how long it is kept (T21)."""

from __future__ import annotations

import pytest
from django.http import HttpResponse

from inglenook.chat.models import Room
from inglenook.sites import services
from inglenook.sites.models import Site
from tests.backend.pages.conftest import Reader

FRAMED = {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "cross-site"}


def policy(answer: HttpResponse) -> dict[str, str]:
    parts = answer["Content-Security-Policy"].split("; ")
    return {name: value for name, _, value in (part.partition(" ") for part in parts)}


def test_only_the_sites_own_pages_may_frame_it(reader: Reader, site: Site, room: Room) -> None:
    services.add_origin(site=site, entry="https://*.shop.example")
    for answer in (reader.get(), reader.get(path="?before=5")):
        assert policy(answer)["frame-ancestors"] == (
            "'self' https://shop.example https://*.shop.example"
        )
        assert "X-Frame-Options" not in answer
        assert policy(answer)["script-src"] == "'self'"
        assert policy(answer)["style-src"] == "'self'"
        assert policy(answer)["default-src"] == "'none'"


def test_the_page_for_what_is_not_here_is_framed_by_nobody(reader: Reader, site: Site) -> None:
    answer = reader.get("never")
    assert policy(answer)["frame-ancestors"] == "'none'"
    assert answer["X-Frame-Options"] == "DENY"


def test_a_page_holds_no_inline_script_or_style(reader: Reader, room: Room) -> None:
    text = reader.get().content.decode()
    assert "<style" not in text
    assert " style=" not in text
    assert " onclick" not in text
    assert "hx-on" not in text
    assert text.count("<script") == text.count("<script src=") == 2


def test_no_cache_of_others_keeps_a_page(reader: Reader, room: Room) -> None:
    answer = reader.get()
    assert answer["Cache-Control"] == "private, no-cache"
    assert {"cookie", "hx-request"} <= {name.strip().lower() for name in answer["Vary"].split(",")}


def test_public_rooms_may_be_found(reader: Reader, room: Room) -> None:
    answer = reader.get()
    assert "noindex" not in answer.content.decode()
    assert "X-Robots-Tag" not in answer
    assert f'rel="canonical" href="http://127.0.0.1:8000{reader.url()}"' in answer.content.decode()


@pytest.mark.parametrize(("headers", "has_form"), [({}, True), (FRAMED, False)])
def test_in_a_foreign_frame_it_leads_out_to_write(
    reader: Reader, room: Room, headers: dict[str, str], has_form: bool
) -> None:
    """A browser sends no cookies there, so a form could only fail."""
    text = reader.get(**headers).content.decode()
    assert ("<textarea" in text) is has_form
    assert ("Open this room in its own window" in text) is not has_form
