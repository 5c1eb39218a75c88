"""What a person said before they wrote, and the site's page of them, for the team: on the page of
the person and beside their line.
"""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from inglenook.jobs.erasure import erase_own
from inglenook.sites.models import Member, Site
from inglenook.visitors.models import Visitor
from tests.backend.dashboard.test_home import private_line

SHOWN = ("robin@example.org", "Order number", "A 17", "version 2026-11", "&lt;b&gt;Gold&lt;/b&gt;")


@pytest.fixture
def answered(site: Site, visitor: Visitor) -> Visitor:
    site.prechat = {"fields": [{"key": "order", "label": "Order number", "required": True}]}
    site.save()
    visitor.email, visitor.answers = "robin@example.org", {"order": "A 17", "left_out": ""}
    visitor.consent_version, visitor.consent_at = "2026-11", timezone.now()
    visitor.attributes = {"plan": "<b>Gold</b>"}
    visitor.page = {"url": "https://shop.example/jars?kind=tall", "title": "Jars", "referrer": ""}
    visitor.save()
    return visitor


def page_of(client: Client, visitor: Visitor) -> str:
    address = reverse("dashboard:person", args=[visitor.site_id, visitor.public_id])
    return client.get(address).content.decode()


def test_the_page_of_a_person_has_it(as_moderator: Client, answered: Visitor) -> None:
    page = page_of(as_moderator, answered)
    assert [words for words in SHOWN if words not in page] == []
    assert "not proven" in page
    assert "left_out" not in page


def test_it_stands_beside_their_line(as_moderator: Client, answered: Visitor) -> None:
    line = private_line(answered, ("visitor", 30))
    address = reverse("dashboard:conversation", args=[answered.site_id, line.slug])
    page = as_moderator.get(address).content.decode()
    assert [words for words in SHOWN if words not in page] == []


def test_who_reads_no_lines_does_not_see_it(
    as_moderator: Client, site: Site, answered: Visitor
) -> None:
    Member.objects.filter(site=site, name="Morris").update(role="viewer")
    page = page_of(as_moderator, answered)
    assert answered.name in page
    assert [words for words in SHOWN if words in page] == []


def test_the_page_that_they_are_on_is_shown_as_long_as_the_site_asks_for_it(
    as_moderator: Client, site: Site, answered: Visitor
) -> None:
    address = "https://shop.example/jars?kind=tall"
    assert address not in page_of(as_moderator, answered)
    site.track_page = True
    site.save()
    assert f'<a href="{address}" rel="noreferrer" dir="ltr">' in page_of(as_moderator, answered)
    Member.objects.filter(site=site, name="Morris").update(role="viewer")
    assert address not in page_of(as_moderator, answered)


def test_people_are_found_by_their_e_mail(as_moderator: Client, answered: Visitor) -> None:
    address = reverse("dashboard:people", args=[answered.site_id])
    assert answered.name in as_moderator.get(address, {"q": "ROBIN@"}).content.decode()
    assert answered.name not in as_moderator.get(address, {"q": "carol@"}).content.decode()


def test_the_record_says_that_they_went_by_themselves(as_owner: Client, answered: Visitor) -> None:
    assert erase_own(answered) is None
    log = as_owner.get(reverse("dashboard:log", args=[answered.site_id])).content.decode()
    assert "The person themselves" in log
    assert "Amber Otter" not in log
