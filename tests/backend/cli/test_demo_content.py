"""The demo site is alive: something of everything that the workspace shows, and all anew by one
command.
"""

from __future__ import annotations

import pytest

from inglenook.chat.models import HeldMessage, Message, Report, Room
from inglenook.chat.posting.draft import Draft
from inglenook.chat.posting.pipeline import post_message
from inglenook.chat.room_services import change_room, create_room
from inglenook.cli import main
from inglenook.cli.demo_content import MESSAGES, ROOMS, ensure_demo_site, reset_demo_site
from inglenook.cli.demo_life import ADVERTISES, HELD, PRIVATE, RULES
from inglenook.moderation.models import Sanction, WordRule
from inglenook.moderation.word_rule_services import create_rule
from inglenook.protocol.errors import NotFound
from inglenook.sites.actors import SYSTEM
from inglenook.sites.models import Member, Site
from inglenook.sites.selectors import live_keys, site_by_id
from inglenook.visitors.models import Visitor
from inglenook.visitors.participants import participant_from_visitor
from inglenook.visitors.services import open_session

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def demo(db: None) -> Site:
    return ensure_demo_site(8100)


def shows(site: Site) -> dict[str, object]:
    """What a visit of the workspace finds."""
    of_site = {"room__site": site, "room__gone": False}
    there = Message.objects.filter(**of_site, deleted=None)
    return {
        "team": sorted(Member.objects.filter(site=site).values_list("name", "role")),
        "talk": there.exclude(room__kind="private").count(),
        "private": list(
            there.filter(room__kind="private").order_by("seq").values_list("body", flat=True)
        ),
        "held": HeldMessage.objects.filter(**of_site, state="waiting").count(),
        "reported": list(
            Report.objects.filter(**of_site, state="open").values_list("author_name", flat=True)
        ),
        "muted": Sanction.objects.filter(site=site, kind="mute", lifted_at=None).count(),
        "rules": sorted(WordRule.objects.filter(site=site).values_list("pattern", flat=True)),
        "pinned": Room.objects.get(site=site, slug="lobby").pinned,
        "rooms": sorted(
            Room.objects.filter(site=site, gone=False, kind="public").values_list("slug", "name")
        ),
        "people": sorted(
            Visitor.objects.filter(site=site, erased_at=None).values_list("name", flat=True)
        ),
    }


def test_it_shows_something_of_everything(demo: Site) -> None:
    found = shows(demo)
    assert found["team"] == [("Morris", "moderator"), ("Olive", "owner")]
    assert found["talk"] == len(MESSAGES) + 1
    assert found["private"] == list(PRIVATE)
    assert found["held"] == len(HELD)
    assert found["reported"] == [ADVERTISES]
    assert found["muted"] == 1
    assert found["rules"] == sorted(pattern for pattern, _ in RULES)
    assert found["pinned"] == [1]
    assert found["rooms"] == sorted((slug, name) for slug, (name, _) in ROOMS.items())


def test_a_second_start_adds_nothing(demo: Site) -> None:
    before = shows(demo)
    ensure_demo_site(8100)
    assert shows(demo) == before


def test_one_command_makes_it_as_it_was(
    demo: Site, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INGLENOOK_BASE_URL", "http://127.0.0.1:8000")
    before, keys = shows(demo), live_keys(demo)
    visitor, _ = open_session(site=site_by_id(demo.pk), token=None)
    author = participant_from_visitor(visitor)
    post_message(Draft(slug="lobby", author=author, cid="00000001", body="I was here"))
    create_rule(site=demo, pattern="wax", by=SYSTEM)
    create_room(site_id=demo.pk, slug="mine", name="Mine")
    change_room(room=Room.objects.get(site=demo, slug="help"), name="Changed")
    assert shows(demo) != before
    assert main(["demo", "--reset"]) == 0
    assert "as it was at first" in capsys.readouterr().out
    assert shows(demo) == before
    assert live_keys(demo) == keys


def test_it_can_be_reset_again(demo: Site) -> None:
    before = shows(demo)
    reset_demo_site()
    reset_demo_site()
    assert shows(demo) == before


def test_where_there_is_no_demo_there_is_nothing_to_reset(db: None) -> None:
    with pytest.raises(NotFound, match="inglenook demo"):
        reset_demo_site()
    assert main(["demo", "--reset"]) != 0
