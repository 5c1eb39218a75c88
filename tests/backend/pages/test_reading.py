"""A room as a page: the newest messages, older ones by a link. Reading stores nothing."""

from __future__ import annotations

import re

import pytest
from django.http import HttpResponse
from pytest_django import DjangoAssertNumQueries

from inglenook.chat.models import Message, Room
from inglenook.chat.posting.draft import Draft
from inglenook.chat.posting.pipeline import post_message
from inglenook.chat.selectors import private_slug
from inglenook.moderation.services import ban_visitor
from inglenook.pages.visits import COOKIE
from inglenook.sites import services, site_settings
from inglenook.sites.models import Account, Site, new_site_key
from inglenook.visitors.models import Visitor
from inglenook.visitors.participants import participant_from_member, participant_from_visitor
from tests.backend.pages.conftest import Reader


def text_of(answer: HttpResponse) -> str:
    return answer.content.decode()


def seqs(answer: HttpResponse) -> list[int]:
    return [int(seq) for seq in re.findall(r'id="m-(\d+)"', text_of(answer))]


def test_it_shows_the_newest_messages(reader: Reader, full_room: Room) -> None:
    answer = reader.get()
    assert answer.status_code == 200
    assert seqs(answer) == list(range(21, 71))
    assert "No. 70." in text_of(answer)
    assert f"{reader.url()}?before=21" in text_of(answer)
    assert reader.hidden["since"] == "70"
    assert reader.hidden["floor"] == "21"


def test_older_messages_are_a_link_away(reader: Reader, full_room: Room) -> None:
    answer = reader.get(path="?before=21")
    assert seqs(answer) == list(range(1, 21))
    assert "Older messages" not in text_of(answer)
    assert "This is where the conversation begins." in text_of(answer)
    assert "To the newest messages" in text_of(answer)
    # A page of old messages does not change, so it neither polls nor has a composer.
    assert "every 3s" not in text_of(answer)
    assert "<textarea" not in text_of(answer)


def test_htmx_gets_older_messages_as_a_piece(scripted: Reader, full_room: Room) -> None:
    answer = scripted.get(path="?before=21", **{"HX-Request": "true"})
    assert seqs(answer) == list(range(1, 21))
    assert "<html" not in text_of(answer)
    assert re.search(r'id="floor" value="1"[^>]*hx-swap-oob="true"', text_of(answer))
    assert "HX-Request" in answer["Vary"]


def test_a_message_says_whose_it_is(
    reader: Reader, site: Site, room: Room, owner: Account, visitor: Visitor
) -> None:
    reader.say("Mine")
    member = participant_from_member(site.members.get(account=owner))
    stranger = participant_from_visitor(visitor)
    for cid, author in (("00000002", member), ("00000003", stranger)):
        post_message(Draft(slug=room.slug, author=author, cid=cid, body="Not mine"))
    found = re.findall(r'<li class="message( mine| team|)[^"]*" id="m-', text_of(reader.get()))
    assert found == [" mine", " team", ""]


def test_each_day_has_its_divider(reader: Reader, full_room: Room) -> None:
    days = re.findall(r'class="day"><span>([^<]*)', text_of(reader.get(path="?before=30")))
    assert days == [
        "Wednesday, 18 November 2026",
        "Thursday, 19 November 2026",
    ]


def test_a_message_has_an_address_of_its_own(reader: Reader, full_room: Room) -> None:
    link = re.search(r'href="([^"]*\?before=42#m-41)"', text_of(reader.get()))
    assert link is not None
    assert seqs(reader.get(path="?before=42"))[-1] == 41


def test_the_page_says_that_earlier_messages_expired(reader: Reader, full_room: Room) -> None:
    Message.objects.filter(seq__lt=60).delete()
    Room.objects.update(first_seq=60)
    assert "Earlier messages have expired." in text_of(reader.get())


def test_an_empty_room_invites(reader: Reader, room: Room) -> None:
    answer = text_of(reader.get())
    assert "Nobody has said anything yet" in answer
    assert "This is where the conversation begins." not in answer


def test_a_deleted_message_is_a_tombstone(reader: Reader, full_room: Room) -> None:
    Message.objects.filter(seq=70).update(deleted="moderator", body="")
    Message.objects.filter(seq=69).update(
        deleted="erased", body="", author_id=None, author_name="", cid=None
    )
    answer = text_of(reader.get())
    assert answer.count("This message was deleted.") == 2
    assert "Somebody" in answer


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ('<img src=x onerror="alert(1)">', "&lt;img src=x onerror=&quot;alert(1)&quot;&gt;"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("*warm* _light_ `wax`", "<strong>warm</strong> <em>light</em> <code>wax</code>"),
        (
            'https://example.org/?a=1&b="2"',
            '<a href="https://example.org/?a=1&amp;b=" rel="noopener noreferrer nofollow ugc"',
        ),
        ("{{ site.secret_key }} {% csrf_token %}", "{{ site.secret_key }} {% csrf_token %}"),
    ],
)
def test_a_body_is_text(
    reader: Reader, room: Room, visitor: Visitor, body: str, shown: str
) -> None:
    post_message(
        Draft(slug=room.slug, author=participant_from_visitor(visitor), cid="00000001", body=body)
    )
    answer = text_of(reader.get())
    assert shown in answer
    assert "<script>alert" not in answer
    assert "<img src=x" not in answer
    assert 'href="javascript' not in answer


def test_names_and_topics_are_text_too(reader: Reader, site: Site, room: Room) -> None:
    hostile = "<b onclick=x>\"'&"
    Room.objects.update(name=hostile, topic=hostile, announcement=hostile)
    Room.objects.create(site=site, slug="other", name=hostile)
    Message.objects.create(
        room=room, seq=1, rev=1, at=room.created_at, author_id="v_x", author_name=hostile, body="x"
    )
    Room.objects.filter(slug="lobby").update(head=1)
    answer = text_of(reader.get())
    assert "<b onclick" not in answer
    assert answer.count("&lt;b onclick=x&gt;&quot;&#x27;&amp;") >= 5


def test_reading_stores_nothing_and_sets_no_cookie_of_ours(reader: Reader, full_room: Room) -> None:
    for path in ("", "?before=21", "news/?since=0", "name/"):
        reader.get(path=path)
    assert COOKIE not in reader.client.cookies
    assert not Visitor.objects.exists()


def test_reading_costs_the_same_however_much_there_is(
    reader: Reader,
    full_room: Room,
    visitor: Visitor,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    # The site, its keys and its origins (cached outside a test's transaction); the room, its
    # messages, the other rooms.
    with django_assert_num_queries(6):
        reader.get()
    reader.become(visitor)
    # and the visitor, whether they are banned, and what they alone see
    with django_assert_num_queries(9):
        reader.get(path="?before=30")


def test_the_sites_address_redirects_to_the_default_room(
    reader: Reader, site: Site, room: Room
) -> None:
    Room.objects.create(site=site, slug="second", name="Second")
    assert reader.client.get(f"/s/{reader.site_key}/")["Location"] == reader.url("lobby")
    Site.objects.update(default_room="second")
    assert reader.client.get(f"/s/{reader.site_key}/")["Location"] == reader.url("second")


@pytest.mark.parametrize("value", ["abc", "-1", "", "1.5", "٣", "9" * 30])
def test_a_wrong_number_is_explained(reader: Reader, room: Room, value: str) -> None:
    answer = reader.get(path=f"?before={value}")
    assert answer.status_code == 400
    assert "This address has a mistake in it" in text_of(answer)


class TestNotHere:
    """One friendly page for rooms that do not exist, are switched off, or are somebody else's."""

    def test_an_unknown_key(self, room: Room) -> None:
        for key in (new_site_key(), "nonsense", "%00"):
            answer = Reader(key).get()
            assert answer.status_code == 404
            assert "There is no room here" in text_of(answer)

    def test_an_unknown_room(self, reader: Reader, site: Site) -> None:
        Room.objects.create(site=site, slug="gone", name="Gone", gone=True)
        answers = [reader.get(slug) for slug in ("never", "gone", "LOBBY", "%00", "x" * 300)]
        assert {answer.status_code for answer in answers} == {404}
        assert len({answer.content for answer in answers}) == 1

    def test_a_disabled_site(self, reader: Reader, site: Site, room: Room) -> None:
        site_settings.disable_site(site=site)
        assert reader.get().status_code == 404

    def test_an_expired_key(self, reader: Reader, site: Site, room: Room) -> None:
        from datetime import timedelta

        services.rotate_key(site=site, overlap=timedelta(0))
        assert reader.get().status_code == 404

    def test_an_open_page_reloads(self, scripted: Reader, site: Site, room: Room) -> None:
        scripted.get()
        site_settings.disable_site(site=site)
        answer = scripted.news()
        assert (answer.status_code, answer["HX-Refresh"]) == (404, "true")


class TestPrivateRooms:
    def test_only_its_own_visitor_finds_it(
        self, reader: Reader, visitor: Visitor, other_visitor: Visitor
    ) -> None:
        participant = participant_from_visitor(visitor)
        slug = private_slug(visitor.site_id, visitor.public_id)
        post_message(Draft(slug=slug, author=participant, cid="00000001", body="A secret"))
        for who in (None, other_visitor):
            if who:
                reader.become(who)
            assert reader.get(slug).status_code == 404
            assert "A secret" not in text_of(reader.get("private"))
        reader.become(visitor)
        for address in (slug, "private"):
            answer = reader.get(address)
            assert "A secret" in text_of(answer)
            assert answer["X-Robots-Tag"] == "noindex"
            assert '<meta name="robots" content="noindex">' in text_of(answer)

    def test_who_is_banned_does_not(self, reader: Reader, site: Site, visitor: Visitor) -> None:
        ban_visitor(site=site, visitor_id=visitor.public_id)
        reader.become(visitor)
        assert reader.get("private").status_code == 404
        assert reader.get(private_slug(site.pk, visitor.public_id)).status_code == 404

    def test_one_that_was_not_made_asks_for_a_first_message(
        self, reader: Reader, site: Site
    ) -> None:
        answer = text_of(reader.get("private"))
        assert f"Write to {site.name}" in answer
        assert reader.news("private").status_code == 204
        assert not Room.objects.exists()
