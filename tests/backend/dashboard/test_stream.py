"""What waits and what was reported, among the messages of a room; and lists that stay as quick."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from inglenook.chat.models import HeldMessage, Message, Report, Room
from inglenook.chat.reports import report_message
from inglenook.dashboard.rooms.stream import MOST_HELD, Look, read_look
from inglenook.moderation.models import Sanction, WordRule
from inglenook.sites.models import Site
from inglenook.visitors.models import Visitor
from inglenook.visitors.participants import participant_from_visitor

from .conftest import Says

pytestmark = pytest.mark.django_db
HTMX = {"hx-request": "true"}


@pytest.fixture
def address(site: Site, room: Room) -> str:
    return reverse("dashboard:room", args=[site.pk, room.slug])


def hold(room: Room, name: str, *, minutes: float = 0) -> HeldMessage:
    return HeldMessage.objects.create(
        room=room,
        author_id="v_teal",
        author_name="Teal",
        cid=name,
        body=f"{name} waits",
        reason="approval",
        at=timezone.now() - timedelta(minutes=minutes),
    )


def rows_in(html: str) -> list[str]:
    return re.findall(r'<li class="message[^"]*" id="([^"]+)"', html)


def ask(client: Client, address: str, room: Room, **cursor: str) -> str:
    room.refresh_from_db()
    asked = {"epoch": room.epoch, "since": str(room.head), **cursor}
    answer = client.get(f"{address}changes/", asked, headers=HTMX)
    return answer.content.decode() if answer.status_code == 200 else str(answer.status_code)


def test_what_waits_stands_where_its_time_is(
    as_moderator: Client, address: str, room: Room, says: Says
) -> None:
    for _ in range(3):
        says("Hello")
    for seq, minutes in ((1, 30), (2, 20), (3, 10)):
        at = timezone.now() - timedelta(minutes=minutes)
        Message.objects.filter(seq=seq).update(at=at)
    early, late = hold(room, "early", minutes=25), hold(room, "late")
    page = as_moderator.get(address).content.decode()
    assert rows_in(page) == ["m-1", f"held-{early.pk}", "m-2", "m-3", f"held-{late.pk}"]


def test_an_older_page_has_what_waited_then(as_moderator: Client, address: str, room: Room) -> None:
    now = timezone.now()
    Message.objects.bulk_create(
        Message(room=room, seq=n, rev=n, at=now - timedelta(minutes=200 - n), body="x",
                author_id="v_x", author_name="X", cid=str(n))
        for n in range(1, 101)
    )  # fmt: skip
    Room.objects.update(head=100)
    old = hold(room, "old", minutes=180.5)
    assert f"held-{old.pk}" not in rows_in(as_moderator.get(address).content.decode())
    older = rows_in(as_moderator.get(address, {"before": "51"}).content.decode())
    assert older[older.index(f"held-{old.pk}") - 1] == "m-19"


def test_a_cursor_learns_what_waits_and_what_waits_no_more(
    as_moderator: Client, address: str, room: Room, says: Says
) -> None:
    says("Hello")
    assert ask(as_moderator, address, room, look="_") == "204"
    held = hold(room, "new")
    page = ask(as_moderator, address, room, look="_")
    assert rows_in(page) == [f"held-{held.pk}"]
    assert f"look={held.pk}_" in page
    assert ask(as_moderator, address, room, look=f"{held.pk}_") == "204"
    HeldMessage.objects.update(state="rejected")
    page = ask(as_moderator, address, room, look=f"{held.pk}_")
    assert f'<li id="held-{held.pk}" hx-swap-oob="delete"></li>' in page


def test_a_cursor_learns_of_reports_though_the_message_is_as_it_was(
    as_moderator: Client, address: str, room: Room, site: Site, says: Says
) -> None:
    says("Cheap wax")
    for count, name in ((1, "One"), (2, "Two")):
        reporter = participant_from_visitor(Visitor.objects.create(site=site, name=name))
        report_message(room=room, reporter=reporter, seq=1, reason="spam")
        before = f"_1-{count - 1}" if count > 1 else "_"
        page = ask(as_moderator, address, room, look=before)
        assert '<li class="message reported" id="m-1"' in page
        assert f"{count} report" in page
    Report.objects.update(state="dismissed")
    page = ask(as_moderator, address, room, look="_1-2")
    assert '<li class="message" id="m-1"' in page


def test_a_room_shows_the_newest_of_very_many_that_wait(
    as_moderator: Client, address: str, room: Room, says: Says
) -> None:
    says("Hello")
    HeldMessage.objects.bulk_create(
        HeldMessage(room=room, author_id="v_x", cid=f"c{n}", body="x", reason="calm")
        for n in range(MOST_HELD + 20)
    )
    shown = [row for row in rows_in(as_moderator.get(address).content.decode()) if "held" in row]
    assert len(shown) == MOST_HELD
    assert f"{MOST_HELD + 20} held" in as_moderator.get(address).content.decode()


@pytest.mark.parametrize(
    "look",
    [
        "",
        "x",
        "1.2",
        "1_2",
        "a_b-c",
        "1_2-3-4",
        "_x-1",
        "1..2_",
        "9" * 30 + "_",
        "_1-1" + ".1-1" * 99,
    ],
)
def test_a_look_that_is_none_loads_the_page_anew(
    as_moderator: Client, address: str, room: Room, says: Says, look: str
) -> None:
    says("Hello")
    asked = {"epoch": room.epoch, "since": "1", "look": look}
    assert as_moderator.get(f"{address}changes/", asked, headers=HTMX)["HX-Refresh"] == "true"


def test_a_look_is_read_as_it_was_written() -> None:
    for look in (Look(), Look((1, 22)), Look((), ((3, 1), (9, 12))), Look((5,), ((1, 1),))):
        assert read_look(str(look)) == look


@pytest.mark.parametrize("name", ["sanctions", "word_rules", "several"])
def test_lists_ask_as_often_for_many_rows(
    as_owner: Client,
    site: Site,
    room: Room,
    says: Says,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    name: str,
) -> None:
    says("Hello")
    WordRule.objects.bulk_create(WordRule(site=site, pattern=f"p{n}") for n in range(500))
    visitors = [Visitor(site=site, name=f"V{n}", public_id=f"v_{n}") for n in range(500)]
    Visitor.objects.bulk_create(visitors)
    Sanction.objects.bulk_create(
        Sanction(site=site, visitor_id=each.public_id, kind="mute") for each in visitors
    )
    path = reverse(f"dashboard:{name}", args=[site.pk])
    with django_assert_max_num_queries(14):
        answer = as_owner.get(path, {"words": "Hello"})
    assert answer.status_code == 200
    if name != "several":
        more = as_owner.get(path, {"after": answer.context["next"]})
        first, second = (keys_of_rows(name, page.context) for page in (answer, more))
        assert len(first) == len(second) == 50
        assert set(first).isdisjoint(second)


def keys_of_rows(name: str, context: Any) -> list[int]:
    if name == "sanctions":
        return [line.sanction.pk for line in context["lines"]]
    return [rule.pk for rule, _ in context["rules"]]
