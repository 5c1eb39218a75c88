"""What a reader alone sees of a room on its pages: what waits, what was rejected, a shadow."""

from __future__ import annotations

import pytest
from django.http import HttpResponse

from inglenook.chat import held
from inglenook.chat.models import HeldMessage, Message, Room
from inglenook.chat.posting.draft import Draft
from inglenook.chat.posting.pipeline import post_message
from inglenook.moderation.models import Sanction
from inglenook.sites.actors import SYSTEM
from inglenook.sites.models import Site
from inglenook.visitors.models import Visitor
from inglenook.visitors.participants import participant_from_visitor
from tests.backend.pages.conftest import Reader

WAITING = "Waiting for approval"


def text_of(answer: HttpResponse) -> str:
    return answer.content.decode()


@pytest.mark.parametrize("is_script_on", [False, True])
def test_what_waits_is_shown_to_its_author_alone_and_approved(
    site_key: str, room: Room, site: Site, is_script_on: bool
) -> None:
    Room.objects.filter(pk=room.pk).update(approval="all")
    reader, other = Reader(site_key, is_script_on=is_script_on), Reader(site_key)
    answer = reader.say("Is this fine?")
    page = text_of(answer) if is_script_on else text_of(reader.get())
    assert "Is this fine?" in page
    assert WAITING in page
    assert "Is this fine?" not in text_of(other.get())
    held.approve_held(site=site, held_id=HeldMessage.objects.get().pk, by=SYSTEM)
    assert WAITING not in text_of(reader.get())
    assert "Is this fine?" in text_of(other.get())


def test_a_page_hears_that_its_message_was_rejected_and_why(
    site_key: str, room: Room, site: Site
) -> None:
    Room.objects.filter(pk=room.pk).update(approval="all")
    reader = Reader(site_key, is_script_on=True)
    reader.say("Is this fine?")
    reader.get()
    mark = reader.hidden["own"]
    assert reader.news(own=mark).status_code == 204
    held.reject_held(
        site=site, held_id=HeldMessage.objects.get().pk, message="Not here.", by=SYSTEM
    )
    news = reader.news(own=mark)
    assert news.status_code == 200
    assert "Not here." in text_of(news)
    assert "Not here." in text_of(reader.get())


@pytest.mark.parametrize("is_script_on", [False, True])
def test_a_shadow_stands_in_its_place_as_sent_for_its_author_alone(
    site_key: str, room: Room, site: Site, other_visitor: Visitor, is_script_on: bool
) -> None:
    reader, other = Reader(site_key, is_script_on=is_script_on), Reader(site_key)
    reader.say("First")
    author = Message.objects.get().author_id
    assert author is not None
    Sanction.objects.create(site=site, visitor_id=author, kind="shadow")
    reader.get()
    answer = reader.say("Second")
    if is_script_on:
        assert "Second" in text_of(answer)
        assert WAITING not in text_of(answer)
    third = Draft(
        slug=room.slug,
        author=participant_from_visitor(other_visitor),
        cid="cid-third",
        body="Third",
    )
    post_message(third)
    page = text_of(reader.get())
    assert page.index("First") < page.index("Second") < page.index("Third")
    assert WAITING not in page
    seen = text_of(other.get())
    assert "Third" in seen
    assert "Second" not in seen
