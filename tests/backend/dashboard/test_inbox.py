"""Private lines: who waits, what is unread for the team, answering without a script."""

from __future__ import annotations

import re

from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from inglenook.chat.models import Message, ReadMark, Room
from inglenook.sites.models import Account, Site
from inglenook.visitors.models import Visitor
from tests.backend.dashboard.test_home import private_line


def page_of(client: Client, name: str, *args: object, **query: str) -> str:
    answer = client.get(reverse(f"dashboard:{name}", args=args), query)
    assert answer.status_code == 200
    page = answer.content.decode()
    return page[page.index('<main id="main"') : page.index("</main>")]


def names_in(page: str) -> list[str]:
    return re.findall(r'inbox-head"><strong class="clip">([^<]+)<', page)


def another(site: Site, name: str) -> Visitor:
    return Visitor.objects.create(site=site, name=name)


def test_who_waits_how_long_and_what_is_unread(
    as_owner: Client, site: Site, visitor: Visitor, other_site: Site
) -> None:
    private_line(visitor, ("visitor", 3))
    private_line(another(site, "Teal Wren"), ("visitor", 90), ("visitor", 60))
    private_line(another(site, "Sea Lynx"), ("visitor", 50), ("owner", 40))
    private_line(another(other_site, "Foreign Fox"), ("visitor", 1))
    page = page_of(as_owner, "inbox", site.pk)
    assert names_in(page) == ["Amber Otter", "Sea Lynx", "Teal Wren"]
    assert re.findall(r'class="tag (\w+)"><svg.*?</svg>([^<]+)<', page) == [
        ("warn", "Waits 3 min"),
        ("bad", "Waits 1 h"),
    ]
    assert "You: " in page
    waiting = page_of(as_owner, "inbox", site.pk, show="waiting")
    assert names_in(waiting) == ["Amber Otter", "Teal Wren"]
    private_line(another(site, "Old Owl"), ("visitor", 9), ("owner", 8), ("visitor", 7))
    assert names_in(page_of(as_owner, "inbox", site.pk, show="new")) == ["Amber Otter", "Teal Wren"]
    rail = as_owner.get(reverse("dashboard:rooms", args=[site.pk])).content.decode()
    assert re.search(r'data-section="inbox".*?class="badge">3<', rail, re.DOTALL)


def test_what_one_member_has_opened_is_read_for_the_team(
    as_owner: Client, as_moderator: Client, site: Site, visitor: Visitor
) -> None:
    line = private_line(visitor, ("visitor", 5), ("visitor", 4))
    assert '<span class="badge">2<' in page_of(as_owner, "inbox", site.pk)
    page_of(as_moderator, "conversation", site.pk, line.slug)
    assert ReadMark.objects.get(room=line).rev == 2
    assert 'class="badge"' not in page_of(as_owner, "inbox", site.pk)


def test_an_answer_by_a_form_leads_back_and_ends_the_waiting(
    as_owner: Client, site: Site, visitor: Visitor
) -> None:
    line = private_line(visitor, ("visitor", 5))
    here = reverse("dashboard:conversation", args=[site.pk, line.slug])
    page = page_of(as_owner, "conversation", site.pk, line.slug)
    form = re.search(r'id="composer" method="post" action="([^"]+)"', page)
    assert form
    assert as_owner.post(form[1], {"body": "Good day"})["Location"] == f"{here}#end"
    page = page_of(as_owner, "conversation", site.pk, line.slug)
    assert "Good day" in page
    assert "message of-team" in page
    assert "Waits" not in page
    assert Message.objects.get(room=line, seq=2).author_role == "owner"


def test_a_public_room_is_no_conversation_and_a_viewer_reads_none(
    as_owner: Client, as_moderator: Client, site: Site, room: Room, moderator: Account
) -> None:
    conversation = reverse("dashboard:conversation", args=[site.pk, room.slug])
    assert as_owner.get(conversation).status_code == 404
    moderator.memberships.update(role="viewer")
    assert as_moderator.get(reverse("dashboard:inbox", args=[site.pk])).status_code == 403


def test_many_lines_ask_as_many_queries_and_come_once(
    as_owner: Client, site: Site, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    private_line(another(site, "Guest 0"), ("visitor", 200))
    address = reverse("dashboard:inbox", args=[site.pk])
    as_owner.get(address)
    with django_assert_num_queries(11):
        as_owner.get(address)
    for number in range(1, 60):
        private_line(another(site, f"Guest {number}"), ("visitor", 200 - number))
    with django_assert_num_queries(11):
        page = page_of(as_owner, "inbox", site.pk)
    seen = names_in(page)
    found = re.search(r"&amp;after=([^\"]+)", page)
    assert found
    seen += names_in(page_of(as_owner, "inbox", site.pk, after=found[1]))
    assert seen == [f"Guest {number}" for number in range(59, -1, -1)]


def test_nothing_is_said_plainly(as_owner: Client, site: Site) -> None:
    assert "What people ask the team in private" in page_of(as_owner, "inbox", site.pk)
    assert "Nobody waits" in page_of(as_owner, "inbox", site.pk, show="waiting")
