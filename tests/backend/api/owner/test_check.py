"""`POST check` says what would happen and which rule decides, and stores nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from inglenook.chat.models import HeldMessage, Message, Room
from inglenook.chat.posting.draft import Draft
from inglenook.chat.posting.pipeline import post_message
from inglenook.moderation.word_rule_services import create_rule
from inglenook.protocol.errors import ChatError
from inglenook.sites.actors import SYSTEM
from inglenook.sites.models import Site
from inglenook.visitors.models import Visitor
from inglenook.visitors.participants import participant_from_visitor
from tests.backend.api.owner.conftest import Program, program_with


def checked(program: Program, **body: Any) -> tuple[str, str | None, str | None, str]:
    answer = program.post("/check", body)
    assert answer.status_code == 200, answer.content
    found = answer.json()
    return found["verdict"], found["code"], found["rule"], found["shown_as"]


def test_a_harmless_text_is_allowed(program: Program, room: Room) -> None:
    assert checked(program, text=" Hello \n", room="lobby") == ("allow", None, None, " Hello")
    assert not Message.objects.exists()
    assert not HeldMessage.objects.exists()


def test_each_action_names_its_rule(program: Program, site: Site) -> None:
    rules = {
        action: str(create_rule(site=site, pattern=f"{action}me", action=action, by=SYSTEM).pk)
        for action in ("block", "hold", "mask")
    }
    assert checked(program, text="a b1ockme") == (
        ("refuse", "blocked_word", rules["block"], "a b1ockme")
    )
    assert checked(program, text="a holdme") == ("hold", None, rules["hold"], "a holdme")
    assert checked(program, text="a maskme") == ("allow", None, rules["mask"], "a ••••••")
    assert checked(program, text="maskme holdme") == (
        ("hold", None, rules["hold"], "•••••• holdme")
    )


def test_the_instances_rule_decides_below_the_sites(program: Program, site: Site) -> None:
    instance = str(create_rule(site=None, pattern="spam", by=SYSTEM).pk)
    assert checked(program, text="spam")[2] == instance
    own = str(create_rule(site=site, pattern="spam", by=SYSTEM).pk)
    assert checked(program, text="spam")[2] == own


def test_a_rule_of_a_room_decides_there_alone(program: Program, site: Site, room: Room) -> None:
    create_rule(site=site, pattern="spam", rooms=["lobby"], by=SYSTEM)
    assert checked(program, text="spam", room="lobby")[0] == "refuse"
    assert checked(program, text="spam")[0] == "allow"


def test_links_and_approval_are_those_of_the_room(program: Program, room: Room) -> None:
    Room.objects.filter(pk=room.pk).update(links="none", approval="new")
    assert checked(program, text="See https://shop.example", room="lobby")[:2] == (
        ("refuse", "blocked_link")
    )
    assert checked(program, text="See you", room="lobby")[:2] == ("hold", None)
    assert checked(program, text="See https://shop.example")[:2] == ("allow", None)


def test_it_is_about_the_visitor_or_about_somebody_new(
    program: Program, room: Room, visitor: Visitor
) -> None:
    Room.objects.filter(pk=room.pk).update(approval="new")
    Visitor.objects.filter(pk=visitor.pk).update(trust_fixed="trusted")
    assert checked(program, text="Hello", room="lobby")[0] == "hold"
    assert checked(program, text="Hello", room="lobby", visitor=visitor.public_id)[0] == "allow"


def test_calm_holds_the_new(program: Program, site: Site, room: Room) -> None:
    until = timezone.now() + timedelta(minutes=5)
    Site.objects.filter(pk=site.pk).update(calm_until=until)
    assert checked(program, text="Hello", room="lobby")[0] == "hold"
    assert checked(program, text="See https://shop.example", room="lobby")[1] == "blocked_link"


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("Robin", ("allow", None)),
        ("Olive", ("refuse", "reserved")),
        ("Badword", ("refuse", "blocked_word")),
    ],
)
def test_a_name_decides_before_the_text(
    program: Program, site: Site, name: str, verdict: tuple[str, str | None]
) -> None:
    create_rule(site=site, pattern="badword", where=["name"], action="mask", by=SYSTEM)
    assert checked(program, text="Hello badword", name=name)[:2] == verdict


def test_it_says_what_posting_does(program: Program, site: Site, room: Room) -> None:
    Room.objects.filter(pk=room.pk).update(links="known")
    for action in ("block", "hold", "mask"):
        create_rule(site=site, pattern=f"{action}me", action=action, by=SYSTEM)
    texts = ["Hello", "blockme", "holdme", "maskme", "a b l o c k m e", "https://a.example maskme"]
    for n, text in enumerate(texts):
        person = Visitor.objects.create(site=site, name=f"Person {n}")
        draft = Draft(
            slug="lobby", author=participant_from_visitor(person), cid=f"cid-{n:05}", body=text
        )
        try:
            ack = post_message(draft)
            outcome = ("hold" if ack.held else "allow", None)
        except ChatError as refusal:
            outcome = ("refuse", refusal.code)
        found = checked(program, text=text, room="lobby")
        assert found[:2] == outcome
        if outcome[0] == "allow":
            assert Message.objects.get(author_id=person.public_id).body == found[3]


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({}, 400, "text"),
        ({"text": " "}, 422, "text"),
        ({"text": "x" * 2001}, 422, "text"),
        ({"text": "x", "name": " "}, 422, "name"),
        ({"text": "x", "room": "never"}, 404, "room"),
        ({"text": "x", "room": "a\0"}, 404, "room"),
        ({"text": "x", "visitor": "v_never"}, 404, "visitor"),
        ({"text": "x", "visitor": "v_\0"}, 404, "visitor"),
        ({"text": "x", "body": "x"}, 400, "body"),
    ],
)
def test_what_is_wrong_is_named(
    program: Program, body: dict[str, Any], status: int, field: str
) -> None:
    answer = program.post("/check", body)
    assert (answer.status_code, answer.json()["field"]) == (status, field)


def test_anothers_room_and_visitor_are_not_there(
    program: Program, site: Site, other_site: Site, foreign_visitor: Visitor
) -> None:
    Room.objects.create(site=other_site, slug="theirs", name="Theirs")
    Room.objects.create(site=site, slug="p_abc", name="Amber", kind="private")
    for body in ({"room": "theirs"}, {"visitor": foreign_visitor.public_id}):
        assert program.post("/check", {"text": "x", **body}).status_code == 404
    assert program.post("/check", {"text": "x", "room": "p_abc"}).status_code == 200
    other = program_with(site, "moderation")
    assert other.post("/check", {"text": "x", "room": "p_abc"}).status_code == 404
    without = program_with(site, "messages:read").post("/check", {"text": "x"})
    assert (without.status_code, without.json()["field"]) == (403, "moderation")
