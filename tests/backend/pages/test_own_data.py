"""What a reader wrote, by links and forms alone: a copy, and everything gone."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from inglenook.chat.models import Message, Room
from inglenook.limits import policy
from inglenook.moderation.services import ban_visitor
from inglenook.pages.visits import COOKIE
from inglenook.sites.models import Site
from inglenook.visitors.models import Visitor
from inglenook.visitors.participants import participant_from_visitor
from tests.backend.api.owner.examples import say
from tests.backend.pages.conftest import Reader

PATH = "you/"
COPY = "you/what-i-wrote.json"


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    policy.of_own_copies.forget()
    policy.of_own_erasures_of_site.forget()
    policy.of_own_erasures_of_address.forget()


@pytest.fixture
def author(room: Room, visitor: Visitor, other_visitor: Visitor, reader: Reader) -> Reader:
    """Wrote the first message; somebody else wrote the second."""
    say(room, participant_from_visitor(visitor), "00000001", "By me")
    say(room, participant_from_visitor(other_visitor), "00000002", "By somebody")
    reader.become(visitor)
    return reader


def test_the_room_leads_there_for_who_is_known_alone(author: Reader, site_key: str) -> None:
    link = f'href="{author.url(path=PATH)}"'
    assert link in author.get().content.decode()
    assert link not in Reader(site_key).get().content.decode()


def test_the_page_says_what_there_is_and_gives_a_copy(author: Reader) -> None:
    page = author.get(path=PATH).content.decode()
    assert "Amber Otter" in page
    assert "wrote 1 message." in page
    assert f'href="{author.url(path=COPY)}"' in page
    copy = author.get(path=COPY)
    assert copy["Content-Disposition"] == 'attachment; filename="what-i-wrote.json"'
    assert copy["Cache-Control"] == "no-store"
    assert [row["body"] for row in json.loads(copy.content)["messages"]] == ["By me"]


def test_everything_goes_and_the_browser_knows_nobody(author: Reader, visitor: Visitor) -> None:
    author.get(path=PATH)
    answer = author.post("lobby", PATH, sure="yes")
    assert (answer.status_code, answer["Location"]) == (302, f"{author.url(path=PATH)}?gone")
    assert answer.cookies[COOKIE].value == ""
    assert answer.cookies[COOKIE]["path"] == f"/s/{author.site_key}/"
    after = author.client.get(answer["Location"]).content.decode()
    assert "Everything about you is deleted." in after
    assert "Amber Otter" not in after
    visitor.refresh_from_db()
    assert visitor.erased_at is not None
    assert set(Message.objects.values_list("body", flat=True)) == {"", "By somebody"}


def test_who_is_not_sure_keeps_everything(author: Reader, visitor: Visitor) -> None:
    author.get(path=PATH)
    answer = author.post("lobby", PATH)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
    visitor.refresh_from_db()
    assert visitor.erased_at is None


def test_a_form_of_another_page_erases_nobody(author: Reader, visitor: Visitor) -> None:
    """It has no token of ours."""
    answer = author.client.post(author.url(path=PATH), {"sure": "yes"})
    assert answer.status_code == 403
    visitor.refresh_from_db()
    assert visitor.erased_at is None


def test_somebody_new_has_nothing_and_becomes_nobody(reader: Reader, room: Room) -> None:
    assert "Nobody knows you" in reader.get(path=PATH).content.decode()
    assert reader.get(path=COPY).status_code == 404
    reader.get()
    assert reader.post("lobby", PATH, sure="yes").status_code == 302
    assert not Visitor.objects.exists()


def test_the_banned_are_sent_to_the_team(author: Reader, site: Site, visitor: Visitor) -> None:
    author.get(path=PATH)
    ban_visitor(site=site, visitor_id=visitor.public_id)
    assert "Ask the team" in author.client.get(author.url(path=PATH)).content.decode()
    for answer in (author.get(path=COPY), author.post("lobby", PATH, sure="yes")):
        assert answer.status_code == 403
    visitor.refresh_from_db()
    assert visitor.erased_at is None


def test_a_fourth_copy_at_once_is_refused_with_a_page(author: Reader) -> None:
    answers = [author.get(path=COPY) for _ in range(4)]
    assert [each.status_code for each in answers] == [200, 200, 200, 429]
    assert "Retry-After" in answers[3]
    assert 'role="alert"' in answers[3].content.decode()


def test_a_sixth_erasure_from_one_network_is_refused(site_key: str, room: Room) -> None:
    answers = []
    for number in range(6):
        client = Client(REMOTE_ADDR="203.0.113.7")
        address = f"/s/{site_key}/r/{room.slug}"
        client.post(f"{address}/name/", {"name": f"Robin {number}"})
        answers.append(client.post(f"{address}/you/", {"sure": "yes"}).status_code)
    assert answers == [302] * 5 + [429]
