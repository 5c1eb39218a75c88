"""What is pasted into each kind of site, on the page of Install and in the docs."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from inglenook.dashboard.sites.how_tos import HOW_TOS, how_to_of, how_tos_text
from inglenook.sites.models import Site
from inglenook.sites.snippets import look_attributes, script_tag

DOC = Path(__file__).parents[3] / "docs/embed.md"
BEGIN = "<!-- how-tos: made by dashboard/sites/how_tos.py -->\n"
END = "<!-- end of how-tos -->"
TAG = script_tag("https://chat.example.com", "pk_…")


def test_the_docs_have_the_same_words() -> None:
    text = DOC.read_text("utf-8")
    assert text.split(BEGIN)[1].split(END)[0] == how_tos_text(TAG)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [each.kind for each in HOW_TOS])
def test_install_shows_the_steps_of_a_kind(as_owner: Client, site: Site, kind: str) -> None:
    answer = as_owner.get(reverse("dashboard:site", args=[site.pk]), {"kind": kind})
    page = answer.content.decode()
    assert answer.context["how_to"].kind == kind
    assert f'href="?kind={kind}" aria-current="page"' in page
    assert site.keys.get().key in answer.context["code"]


def test_an_unknown_kind_is_plain_html() -> None:
    assert how_to_of("cobol").kind == "html"


def test_a_label_cannot_end_the_script_of_a_tag_manager() -> None:
    more = look_attributes({"label": "</script><script>alert(1)</script>"})
    code = how_to_of("tag-manager").code(script_tag("https://chat.example", "pk_1", more))
    assert code.count("</script>") == 1
    assert '"data-site": "pk_1"' in code


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [each.kind for each in HOW_TOS])
def test_a_letter_has_the_tag_and_three_steps(as_owner: Client, site: Site, kind: str) -> None:
    answer = as_owner.get(reverse("dashboard:site", args=[site.pk]), {"kind": kind})
    letter, code = answer.context["letter"], answer.context["code"]
    assert re.findall(r"^\d\.", letter.body, re.MULTILINE) == ["1.", "2.", "3."]
    assert code in letter.body
    assert answer.context["snippets"].policy in letter.body
    address = urlsplit(letter.address)
    said = parse_qs(address.query, strict_parsing=True)
    assert (address.scheme, address.path) == ("mailto", "")
    assert said == {"subject": [letter.subject], "body": [letter.body.replace("\n", "\r\n")]}
    page = answer.content.decode()
    assert escape(letter.body) in page
    assert f'href="{escape(letter.address)}"' in page
    # Mail programs take some two thousand characters of an address.
    assert len(letter.address) < 2000
