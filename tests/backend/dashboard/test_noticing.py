"""What waits, for the browser of a member, and the page where they say what and when."""

from __future__ import annotations

import uuid
from typing import Any

from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from inglenook.chat.models import HeldMessage, Report, Room
from inglenook.chat.posting.draft import Draft
from inglenook.chat.posting.pipeline import post_message
from inglenook.chat.reports import report_message
from inglenook.dashboard.shell.facts import shell_of
from inglenook.sites.models import Account, Member, Site
from inglenook.sites.services import create_site
from inglenook.visitors.models import Visitor
from inglenook.visitors.participants import participant_from_visitor
from tests.backend.dashboard.conftest import Says
from tests.backend.dashboard.test_home import private_line

NOTICED = reverse("dashboard:noticed")


def noticed(client: Client) -> dict[str, Any]:
    answer = client.get(NOTICED)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def settings_of(site: Site) -> str:
    return reverse("dashboard:notices", args=[site.pk])


def nothing_at(site: Site) -> dict[str, Any]:
    return {str(site.pk): {"inbox": 0, "review": 0}}


def ask_team(room: Room, visitor: Visitor, body: str) -> None:
    author = participant_from_visitor(visitor)
    post_message(Draft(slug=room.slug, author=author, cid=str(uuid.uuid4()), body=body))


def test_it_names_who_waits_and_what(as_owner: Client, site: Site, visitor: Visitor) -> None:
    line = private_line(visitor)
    ask_team(line, visitor, "Do you *ship* to Iceland?")
    news = noticed(as_owner)
    assert news["count"] == 1
    (item,) = news["items"]
    assert item["title"] == "Amber Otter · Candle Shop"
    assert item["text"] == "Do you ship to Iceland?"
    assert item["url"] == reverse("dashboard:conversation", args=[site.pk, line.slug])
    assert item["has_sound"] is False
    before = item["key"]
    ask_team(line, visitor, "Or to Norway?")
    (item,) = noticed(as_owner)["items"]
    assert item["text"] == "Or to Norway?"
    assert item["key"] != before


def test_what_was_answered_is_no_news(as_owner: Client, site: Site, visitor: Visitor) -> None:
    private_line(visitor, ("visitor", 5), ("owner", 4))
    assert noticed(as_owner) == {"count": 0, "badges": nothing_at(site), "items": []}


def test_badges_are_those_of_the_rail_whatever_a_member_wants_to_notice(
    as_owner: Client, owner: Account, site: Site, visitor: Visitor, case_file: None
) -> None:
    private_line(visitor, ("visitor", 5))
    Report.objects.create(room=Room.objects.create(site=site, slug="gone", gone=True), seq=1)
    Member.objects.filter(account=owner).update(notices_when="never")
    news = noticed(as_owner)
    assert (news["count"], news["badges"]) == (0, {str(site.pk): {"inbox": 1, "review": 2}})
    shown = shell_of(as_owner.get(reverse("dashboard:rooms", args=[site.pk])).wsgi_request, None)
    badges = {entry.section.name: entry.badge for entry in shown.entries if entry.badge}
    assert badges == news["badges"][str(site.pk)]


def test_cases_are_named_without_their_words(
    as_owner: Client, site: Site, room: Room, case_file: None
) -> None:
    news = noticed(as_owner)
    assert news["count"] == 2
    assert {item["text"] for item in news["items"]} == {
        "A message was reported.",
        "A message waits for the team.",
    }
    assert {item["title"] for item in news["items"]} == {"Lobby · Candle Shop"}
    for item in news["items"]:
        assert as_owner.get(item["url"]).status_code == 200


def test_nobody_gets_what_their_role_or_site_does_not_show(
    as_moderator: Client,
    as_stranger: Client,
    site: Site,
    other_site: Site,
    visitor: Visitor,
    case_file: None,
    moderator: Account,
) -> None:
    private_line(visitor, ("visitor", 5))
    assert noticed(as_moderator)["count"] == 3
    moderator.memberships.update(role="viewer")
    assert noticed(as_moderator) == {"count": 0, "badges": nothing_at(site), "items": []}
    assert noticed(as_stranger) == {"count": 0, "badges": nothing_at(other_site), "items": []}
    assert Client().get(NOTICED).status_code == 302


def test_a_member_says_what_and_when(
    as_owner: Client, site: Site, visitor: Visitor, case_file: None, owner: Account
) -> None:
    private_line(visitor, ("visitor", 5))
    sent = {"lines": "on", "sound": "on", "when": "here"}
    assert as_owner.post(settings_of(site), sent).status_code == 302
    news = noticed(as_owner)
    assert (news["count"], [item["has_sound"] for item in news["items"]]) == (1, [True])
    page = as_owner.get(settings_of(site)).content.decode()
    assert 'value="here" selected' in page
    owner.is_away = True
    owner.save()
    news = noticed(as_owner)
    assert (news["count"], news["items"]) == (0, [])


def test_a_mistake_keeps_what_was_chosen(as_owner: Client, site: Site) -> None:
    answer = as_owner.post(settings_of(site), {"sound": "on", "when": "later"})
    assert answer.status_code == 422
    form = answer.context["form"]
    assert form["sound"].value() is True
    assert form.errors["when"]


def test_a_viewer_has_no_switches_of_what_they_cannot_do(
    as_moderator: Client, site: Site, moderator: Account
) -> None:
    moderator.memberships.update(role="viewer")
    page = as_moderator.get(settings_of(site)).content.decode()
    assert "A soft sound" in page
    assert "Private messages" not in page
    assert as_moderator.post(settings_of(site), {"when": "never"}).status_code == 302
    member = Member.objects.get(account=moderator)
    assert member.notices_lines
    assert member.notices_when == "never"


def test_it_asks_as_often_for_many_sites_and_lines(
    as_owner: Client,
    owner: Account,
    site: Site,
    room: Room,
    says: Says,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    def fill(site: Site, room: Room, number: int) -> None:
        for n in range(number):
            guest = Visitor.objects.create(site=site, name=f"Guest {n}")
            private_line(guest, ("visitor", 9))
            HeldMessage.objects.create(
                room=room, author_id=guest.public_id, cid=f"c{n}", body="x", reason="word"
            )

    # Session, account; memberships with their sites; what waits (3), and of each kind the newest:
    # lines with their messages, reports, held messages.
    fill(site, room, 1)
    seq = says("Hello").seq
    reporter = participant_from_visitor(Visitor.objects.create(site=site, name="Teal Wren"))
    report_message(room=room, reporter=reporter, seq=seq, reason="spam")
    as_owner.get(NOTICED)
    with django_assert_num_queries(10):
        as_owner.get(NOTICED)
    other = create_site(name="Bakery", origins=["https://bakery.example"], owner=owner)
    fill(other, Room.objects.create(site=other, slug="ovens", name="Ovens"), 30)
    with django_assert_num_queries(10):
        news = noticed(as_owner)
    assert news["count"] == 63
    assert len(news["items"]) == 41
