"""Home: who is here, what waits, rooms now, what is left to set up."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from inglenook.chat import here
from inglenook.chat.models import HeldMessage, Message, Report, Room
from inglenook.dashboard.home.waiting import Waiting, waiting_by_site
from inglenook.sites.models import Account, AccountSeen, Member, Site
from inglenook.sites.services import create_site, note_sighting
from inglenook.visitors.models import Visitor
from tests.backend.dashboard.conftest import Says

HOME = "/dashboard/"
NEWS = "/dashboard/news/"


def text(client: Client, address: str = HOME) -> str:
    return client.get(address).content.decode()


def private_line(visitor: Visitor, *messages: tuple[str, int]) -> Room:
    """The visitor's private room, with messages of these roles so many minutes ago."""
    room = Room.objects.create(
        site=visitor.site, slug=f"p_{visitor.pk}", name=visitor.name, kind="private",
        visitor=visitor, head=len(messages),
    )  # fmt: skip
    for seq, (role, minutes) in enumerate(messages, start=1):
        Message.objects.create(
            room=room, seq=seq, rev=seq, at=timezone.now() - timedelta(minutes=minutes),
            author_role=role, author_name=role, author_id=f"x_{role}", cid=str(uuid.uuid4()),
        )  # fmt: skip
    return room


def waiting_of(site: Site, account: Account) -> Waiting:
    return waiting_by_site(list(Member.objects.filter(site=site, account=account)))[site.pk]


def test_it_says_how_many_people_are_where(as_owner: Client, site: Site, room: Room) -> None:
    note_sighting(site_id=site.pk, origin="https://shop.example", refused=False)
    assert "Nobody is in your rooms at the moment." in text(as_owner)
    people = {"v_1": "Amber Otter", "v_2": "Teal Heron"}
    here.note(site_id=site.pk, slug="lobby", process="one", people=people)
    here.note(site_id=site.pk, slug="lobby", process="two", people={"v_2": "Teal Heron"})
    page = text(as_owner)
    assert "2 people are in your rooms now." in page
    assert page.count("2 here") == 2  # the site, and its room
    assert ">AO</span>" in page
    here.note(site_id=site.pk, slug="lobby", process="one", people={})
    assert "1 person is in your rooms now." in text(as_owner)


def test_nobody_sees_who_is_on_anothers_site(as_stranger: Client, site: Site, room: Room) -> None:
    here.note(site_id=site.pk, slug="lobby", process="one", people={"v_1": "Amber Otter"})
    page = text(as_stranger)
    assert "Nobody is in your rooms" in page
    assert ">AO</span>" not in page


def test_who_is_here_is_forgotten_when_nobody_says_it_again(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    here.note(site_id=site.pk, slug="lobby", process="one", people={"v_1": "Amber Otter"})
    assert here.here_in({site.pk}) == {(site.pk, "lobby"): {"v_1": "Amber Otter"}}
    monkeypatch.setattr(here.time, "monotonic", lambda: 10.0**9)
    assert here.here_in({site.pk}) == {}


def test_people_wait_from_their_first_message_after_the_last_answer(
    owner: Account, site: Site, visitor: Visitor, other_visitor: Visitor
) -> None:
    private_line(visitor, ("visitor", 60), ("owner", 50), ("visitor", 12), ("visitor", 3))
    private_line(other_visitor, ("visitor", 30), ("moderator", 20))
    waiting = waiting_of(site, owner)
    assert (waiting.people, waiting.new) == (1, 0)
    assert waiting.since is not None
    assert timedelta(minutes=11) < timezone.now() - waiting.since < timedelta(minutes=13)


def test_the_card_leads_to_who_waits_longest(
    as_owner: Client, site: Site, visitor: Visitor, other_visitor: Visitor
) -> None:
    assert "wait for an answer" not in text(as_owner)
    private_line(visitor, ("visitor", 5))
    longest = private_line(other_visitor, ("visitor", 9))
    page = text(as_owner)
    assert "People wait for an answer" in page
    assert "9 minutes ago" in page
    assert reverse("dashboard:conversation", args=[site.pk, longest.slug]) in page


def test_conversations_that_nobody_ever_answered_are_new(
    as_owner: Client, site: Site, visitor: Visitor, other_visitor: Visitor
) -> None:
    private_line(other_visitor, ("visitor", 60), ("owner", 50), ("visitor", 12))
    assert "New conversation" not in text(as_owner)
    private_line(visitor, ("visitor", 5))
    assert ">New conversation<" in text(as_owner)
    look = f"{reverse('dashboard:inbox', args=[site.pk])}?show=new"
    assert f'href="{look}"' in text(as_owner)
    lines = as_owner.get(look).context["inbox"].items
    assert [line.room.visitor for line in lines] == [visitor]


def test_it_names_who_else_of_the_team_is_here(
    as_owner: Client, as_moderator: Client, site: Site, moderator: Account, stranger: Account
) -> None:
    def lead() -> str:
        found = re.search('<p class="lead">(.*?)</p>', text(as_owner))
        assert found
        return found[1]

    for account, minutes in ((moderator, 11), (stranger, 0)):
        at = timezone.now() - timedelta(minutes=minutes)
        AccountSeen.objects.update_or_create(account=account, defaults={"at": at})
    assert "here too" not in lead()
    AccountSeen.objects.update(at=timezone.now())
    name = Member.objects.get(account=moderator).name
    assert lead().endswith(f"{name} is here too.")
    Member.objects.create(site=site, account=stranger, name="Ida")
    assert lead().endswith("2 of the team are here too.")
    Account.objects.update(is_away=True)
    assert "here too" not in lead()


def test_reports_and_held_messages_wait_for_those_who_may_decide(
    owner: Account, moderator: Account, site: Site, room: Room, visitor: Visitor
) -> None:
    Report.objects.create(room=room, seq=1)
    Report.objects.create(room=room, seq=2, state="dismissed")
    HeldMessage.objects.create(room=room, author_id="v_1", cid="a", reason="calm")
    HeldMessage.objects.create(room=room, author_id="v_1", cid="b", reason="calm", state="rejected")
    private_line(visitor, ("visitor", 5))
    expected = Waiting(people=1, new=1, since=waiting_of(site, owner).since, reports=1, held=1)
    assert waiting_of(site, owner) == waiting_of(site, moderator) == expected
    Member.objects.filter(account=moderator).update(role="viewer")
    assert waiting_of(site, moderator) == Waiting()


def test_a_site_shows_its_last_voice_and_rooms_the_latest_first(
    as_owner: Client, site: Site, room: Room, says: Says
) -> None:
    Room.objects.create(site=site, slug="quiet", name="Quiet corner")
    says("the *blue* ones <b>are</b> back")
    page = text(as_owner)
    assert "Lobby: Amber Otter, <time" in page
    assert "Amber Otter: the blue ones &lt;b&gt;are&lt;/b&gt; back" in page
    assert "Quiet corner" not in page
    here.note(site_id=site.pk, slug="quiet", process="one", people={"v_1": "Amber Otter"})
    page = text(as_owner)
    assert page.index("Quiet corner") < page.index("Amber Otter: the blue")


def test_what_is_left_to_set_up_goes_when_it_is_done(
    as_owner: Client, as_moderator: Client, site: Site
) -> None:
    page = text(as_owner)
    assert "Still to set up" in page
    assert f'href="{reverse("dashboard:site", args=[site.pk])}">Do it' in page
    assert "Still to set up" not in text(as_moderator)
    note_sighting(site_id=site.pk, origin="https://shop.example", refused=False)
    assert "Put the chat on a page<span" in text(as_owner) or "Still to set up" not in text(
        as_owner
    )


def test_an_open_page_gets_news_only_where_there_are_some(
    as_owner: Client, site: Site, room: Room, says: Says
) -> None:
    says("one")
    page = text(as_owner)
    mark = page.partition("/news/?mark=")[2][:16]
    assert as_owner.get(NEWS, {"mark": mark}).status_code == 204
    here.note(site_id=site.pk, slug="lobby", process="one", people={"v_1": "Amber Otter"})
    news = as_owner.get(NEWS, {"mark": mark})
    assert "1 person is in your rooms now." in news.content.decode()
    assert "<html" not in news.content.decode()


def test_it_asks_the_same_queries_for_many_sites_rooms_and_people(
    as_owner: Client, owner: Account, site: Site, room: Room, visitor: Visitor, says: Says,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    says("one")
    private_line(visitor, ("visitor", 5))
    here.note(site_id=site.pk, slug="lobby", process="one", people={"v_1": "Amber Otter"})

    def ask() -> None:
        # Session, account; sites of the rail; what is left to set up (2); memberships, sites, who
        # else is here, what waits (3), who waits longest; rooms by last words and those with people
        # in them; who spoke last on each site, and what.
        with django_assert_num_queries(20):
            as_owner.get(HOME)

    ask()
    for number in range(4):
        more = create_site(name=f"S{number}", origins=["https://more.example"], owner=owner)
        Room.objects.bulk_create(
            Room(site=more, slug=f"r{n}", name=f"Room {n}", head=1) for n in range(20)
        )
        Message.objects.bulk_create(
            Message(room=each, seq=1, rev=1, at=timezone.now(), author_name="Otter", body="x")
            for each in more.rooms.all()
        )
        for each in range(5):
            private_line(Visitor.objects.create(site=more, name=f"V{each}"), ("visitor", each))
        here.note(site_id=more.pk, slug="r1", process="one", people={"v_9": "Fox"})
    ask()
