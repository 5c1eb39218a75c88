"""Looking into a room.

What is there, what comes, writing as the team, deleting; with HTMX and without JavaScript.
"""

from __future__ import annotations

import re
import uuid
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from inglenook.chat.models import Message, Room
from inglenook.chat.room_services import change_room, clear_history, purge_below
from inglenook.chat.services import edit_message
from inglenook.sites.models import Member, Site
from inglenook.visitors.models import Visitor
from inglenook.visitors.participants import participant_from_visitor

from .conftest import Says

HTMX = {"hx-request": "true"}


@pytest.fixture
def address(site: Site, room: Room) -> str:
    return reverse("dashboard:room", args=[site.pk, room.slug])


def messages_in(html: str) -> list[int]:
    found: list[int] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            name = dict(attrs).get("id") or ""
            if tag == "li" and name.startswith("m-"):
                found.append(int(name[2:]))

    Reader().feed(html)
    return found


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


def test_an_empty_room_says_that_it_is_quiet(as_owner: Client, address: str) -> None:
    assert "Quiet so far" in text(as_owner.get(address))


def test_the_newest_messages_are_shown_in_order_and_older_ones_by_a_link(
    as_owner: Client, address: str, room: Room
) -> None:

    rows = [
        Message(
            room=room,
            seq=n,
            rev=n,
            at=timezone.now(),
            author_id="v_x",
            author_name="Otter",
            body=f"m{n}",
        )
        for n in range(1, 121)
    ]
    Message.objects.bulk_create(rows)
    Room.objects.update(head=120)
    page = text(as_owner.get(address))
    assert messages_in(page) == list(range(71, 121))
    assert f"{address}?before=71" in page
    assert messages_in(text(as_owner.get(address, {"before": "71"}))) == list(range(21, 71))
    fragment = text(as_owner.get(f"{address}older/", {"before": "21"}, headers=HTMX))
    assert messages_in(fragment) == list(range(1, 21))
    assert "This is where it began" in fragment


@pytest.mark.parametrize("before", ["abc", "-1", "9" * 40, "", "0x1"])
def test_a_place_that_is_none_shows_the_newest(
    as_owner: Client, address: str, says: Says, before: str
) -> None:
    says("here")
    assert messages_in(text(as_owner.get(address, {"before": before}))) == [1]


def test_expired_messages_are_said_to_have_expired(
    as_owner: Client, address: str, room: Room, says: Says
) -> None:
    says("old")
    says("new")
    purge_below(room=room, seq=2)
    assert "Earlier messages have expired" in text(as_owner.get(address))


def test_what_strangers_write_is_text(as_owner: Client, address: str, says: Says) -> None:
    says('<script>alert(1)</script> *bold* <img src=x onerror="x"> https://a.example/?a=1&b=2')
    page = text(as_owner.get(address))
    assert "&lt;script&gt;alert(1)&lt;/script&gt; <strong>bold</strong>" in page
    assert "<img src=x" not in page
    assert 'rel="noopener noreferrer nofollow ugc"' in page


def test_a_cursor_gets_nothing_where_nothing_changed(
    as_owner: Client, address: str, room: Room, says: Says
) -> None:
    says("one")
    answer = as_owner.get(f"{address}changes/", {"epoch": room.epoch, "since": "1"}, headers=HTMX)
    assert (answer.status_code, answer.content) == (204, b"")


def test_a_cursor_gets_what_is_new_and_what_changed(
    as_owner: Client, address: str, room: Room, visitor: Visitor, says: Says
) -> None:
    says("one")
    says("two")
    edit_message(room=room, actor=participant_from_visitor(visitor), seq=1, body="one, better")
    says("three")
    change_room(room=room, topic="A new topic")
    page = text(
        as_owner.get(f"{address}changes/", {"epoch": room.epoch, "since": "2"}, headers=HTMX)
    )
    assert messages_in(page) == [1, 4]
    assert '<li class="message" id="m-1" tabindex="-1" hx-swap-oob="true">' in page
    assert '<ol hx-swap-oob="beforeend:#messages">' in page
    assert "one, better" in page
    assert "A new topic" in page
    assert 'data-since="5"' in page


def test_a_message_that_came_and_was_deleted_between_is_new_once(
    as_owner: Client, address: str, room: Room, site: Site, says: Says
) -> None:
    says("rude")
    as_owner.post(f"{address}messages/1/delete/", headers=HTMX)
    page = text(
        as_owner.get(f"{address}changes/", {"epoch": room.epoch, "since": "0"}, headers=HTMX)
    )
    assert messages_in(page) == [1]
    assert "Deleted by the team" in page
    assert "rude" not in page


@pytest.mark.parametrize(
    "cursor", [{}, {"since": "1"}, {"epoch": "other", "since": "1"}, {"since": "x"}]
)
def test_a_cursor_that_leads_nowhere_loads_the_page_anew(
    as_owner: Client, address: str, says: Says, cursor: dict[str, str]
) -> None:
    says("one")
    assert as_owner.get(f"{address}changes/", cursor, headers=HTMX)["HX-Refresh"] == "true"


def test_a_cleared_history_loads_the_page_anew(
    as_owner: Client, address: str, room: Room, says: Says
) -> None:
    says("one")
    before = room.epoch
    clear_history(room=room)
    answer = as_owner.get(f"{address}changes/", {"epoch": before, "since": "1"}, headers=HTMX)
    assert answer["HX-Refresh"] == "true"


def test_the_team_writes_under_its_own_name(as_moderator: Client, address: str, room: Room) -> None:
    answer = as_moderator.post(address, {"body": "Good evening", "cid": str(uuid.uuid4())})
    assert answer["Location"].startswith(address)
    message = Message.objects.get()
    member = Member.objects.get(role="moderator")
    assert (message.author_id, message.author_name, message.author_role) == (
        member.public_id,
        "Morris",
        "moderator",
    )


def test_by_htmx_the_form_comes_back_empty_and_the_cursor_is_called(
    as_owner: Client, address: str
) -> None:
    sent = {"body": "Good evening", "cid": str(uuid.uuid4())}
    answer = as_owner.post(address, sent, headers=HTMX)
    assert answer["HX-Trigger"] == '{"inglenook:changed": {}}'
    assert "Good evening" not in text(answer)
    assert sent["cid"] not in text(answer)


def test_the_same_form_sent_twice_is_one_message(as_owner: Client, address: str) -> None:
    sent = {"body": "Good evening", "cid": str(uuid.uuid4())}
    as_owner.post(address, sent)
    as_owner.post(address, sent)
    assert Message.objects.count() == 1


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize("body", ["", "   ", "x" * 2001])
def test_what_is_refused_keeps_the_text_and_says_why(
    as_owner: Client, address: str, body: str, headers: dict[str, str]
) -> None:
    answer = as_owner.post(address, {"body": body, "cid": str(uuid.uuid4())}, headers=headers)
    assert answer.status_code == 422
    assert 'id="body-error" role="alert"' in text(answer)
    assert f">{body}</textarea>" in text(answer)
    assert not Message.objects.exists()


def test_the_composer_leads_whoever_may_to_the_announcement(
    as_owner: Client, as_moderator: Client, address: str
) -> None:
    link = f'href="{address}settings/#id_announcement"'
    assert link in as_owner.get(address).content.decode()
    assert 'id="id_announcement"' in as_owner.get(f"{address}settings/").content.decode()
    # Who may not change rooms has no button that leads nowhere.
    assert 'id="composer"' in as_moderator.get(address).content.decode()
    assert link not in as_moderator.get(address).content.decode()


def test_an_archived_room_is_not_written_in(as_owner: Client, address: str, room: Room) -> None:
    change_room(room=room, archived=True)
    answer = as_owner.post(address, {"body": "still here?", "cid": str(uuid.uuid4())})
    assert answer.status_code == 409
    assert not Message.objects.exists()


def test_a_message_is_deleted_with_a_press_and_comes_back_with_another(
    as_moderator: Client, address: str, says: Says
) -> None:
    says("rude")
    answer = as_moderator.post(f"{address}messages/1/act/", {"act": "delete"}, headers=HTMX)
    assert (answer.status_code, answer["HX-Trigger"]) == (200, '{"inglenook:changed": {}}')
    message = Message.objects.get()
    assert (message.deleted, message.body) == ("moderator", "")
    assert "Deleted." in text(answer)
    (undo,) = set(re.findall(r'action="([^"]*/undo/[^"]*)"', text(answer)))
    taken_back = as_moderator.post(undo, headers=HTMX)
    assert "Taken back." in text(taken_back)
    message.refresh_from_db()
    assert (message.deleted, message.body) == (None, "rude")


def test_without_javascript_the_toast_stands_on_the_next_page(
    as_moderator: Client, address: str, says: Says
) -> None:
    says("rude")
    answer = as_moderator.post(f"{address}messages/1/act/", {"act": "delete"})
    assert answer["Location"] == f"{address}#m-1"
    page = text(as_moderator.get(address))
    (undo,) = set(re.findall(r'action="([^"]*/undo/[^"]*)"', page))
    assert as_moderator.post(undo, {"next": address})["Location"] == address
    assert Message.objects.get().deleted is None


def test_a_page_asks_before_what_cannot_be_brought_back(
    as_moderator: Client, address: str, says: Says
) -> None:
    as_moderator.post(address, {"body": "Mine", "cid": str(uuid.uuid4())})
    page = text(as_moderator.get(address))
    assert f'href="{address}messages/1/delete/"' in page
    question = text(as_moderator.get(f"{address}messages/1/delete/"))
    assert "Delete this message for everybody?" in question
    assert Message.objects.get().deleted is None
    assert as_moderator.post(f"{address}messages/1/delete/")["Location"].startswith(address)
    assert Message.objects.get().deleted == "author"
    assert "/undo/" not in text(as_moderator.get(address))


@pytest.mark.parametrize("seq", [7, 10**30])
def test_a_message_that_is_not_there_is_not_found(as_owner: Client, address: str, seq: int) -> None:
    assert as_owner.post(f"{address}messages/{seq}/delete/").status_code == 404


def test_a_stranger_neither_reads_nor_deletes(
    as_stranger: Client, address: str, says: Says
) -> None:
    says("ours")
    assert as_stranger.get(address).status_code == 404
    assert as_stranger.post(f"{address}messages/1/delete/").status_code == 404
    assert as_stranger.post(address, {"body": "hi"}).status_code == 404
    assert Message.objects.get().deleted is None


def test_the_page_takes_as_many_queries_for_many_messages(
    as_owner: Client, address: str, says: Says, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    says("one")
    as_owner.get(address)
    # session, account, site, member, room, messages, held, reports, authors, keys, three of the
    # pane beside them, rooms, sites of the rail, two of the badge of Review
    with django_assert_num_queries(17):
        as_owner.get(address)
    for number in range(8):
        says(f"more {number}")
    with django_assert_num_queries(17):
        as_owner.get(address)


def test_the_newest_page_loads_the_script_of_the_build_and_does_without_one(
    as_owner: Client, address: str, settings: Any, tmp_path: Path
) -> None:
    script = '<script type="module" src="/widget/room-page.'
    assert script in text(as_owner.get(address))
    assert script not in text(as_owner.get(address, {"before": "2"}))
    settings.EMBED_DIR = tmp_path
    assert script not in text(as_owner.get(address))
