"""The acts of the team on the site's own pages: the words of the workspace, and the way back."""

from __future__ import annotations

import pytest

from inglenook.chat.acts import ACTS
from inglenook.chat.models import Message, Room
from inglenook.moderation.models import Sanction
from inglenook.sites.models import Account, AuditEntry, Member
from tests.backend.api.conftest import Page

ACTS_OF_FIRST = "rooms/lobby/messages/1/acts"


@pytest.fixture
def said(page: Page, room: Room) -> Message:
    """What a visitor wrote."""
    assert page.say("Buy my lamps").status_code == 201
    return Message.objects.get()


def names(answer: object) -> list[str]:
    return [act["name"] for act in answer.json()["acts"]]  # type: ignore[attr-defined]  # Django's client adds it


def test_the_menu_has_the_words_of_the_workspace(team: Page, said: Message) -> None:
    found = team.get(ACTS_OF_FIRST).json()
    assert found["author"] == "Amber Otter"
    assert [act["label"] for act in found["acts"]] == [
        "Pin",
        "Delete",
        "Delete and mute a day",
        "Mute a day",
        "Delete all by this person",
        "Ban",
        "Delete all, and ban",
    ]


def test_the_menu_speaks_the_members_language(
    team: Page, said: Message, moderator: Account
) -> None:
    Account.objects.filter(pk=moderator.pk).update(language="de")
    assert team.get(ACTS_OF_FIRST).json()["acts"][1]["label"] == "Löschen"
    assert team.post(ACTS_OF_FIRST, {"act": "delete"}).json()["said"] == "Gelöscht."


def test_a_member_is_muted_by_nobody(team: Page, room: Room) -> None:
    team.say("From the team")
    assert names(team.get(ACTS_OF_FIRST)) == ["pin", "delete"]
    assert team.post(ACTS_OF_FIRST, {"act": "ban"}).status_code == 404


def test_delete_and_undo(team: Page, said: Message) -> None:
    done = team.post(ACTS_OF_FIRST, {"act": "delete"}).json()
    assert (done["said"], done["undo_label"]) == ("Deleted.", "Undo")
    said.refresh_from_db()
    assert said.deleted == "moderator"
    assert names(team.get(ACTS_OF_FIRST))[0] == "restore"
    assert team.post("undo", {"undo": done["undo"]}).json()["said"] == "Taken back."
    said.refresh_from_db()
    assert said.deleted is None


def test_restore(team: Page, said: Message) -> None:
    team.post(ACTS_OF_FIRST, {"act": "delete"})
    assert team.post(ACTS_OF_FIRST, {"act": "restore"}).json()["undo"] is None
    said.refresh_from_db()
    assert said.deleted is None


def test_pin_and_take_it_out(team: Page, said: Message, room: Room) -> None:
    assert team.post(ACTS_OF_FIRST, {"act": "pin"}).json()["said"] == "Pinned."
    assert names(team.get(ACTS_OF_FIRST))[0] == "unpin"
    team.post(ACTS_OF_FIRST, {"act": "unpin"})
    room.refresh_from_db()
    assert room.pinned == []


@pytest.mark.parametrize(("act", "kind"), [("mute", "mute"), ("ban", "ban")])
def test_a_sanction_and_its_way_back(team: Page, said: Message, act: str, kind: str) -> None:
    done = team.post(ACTS_OF_FIRST, {"act": act}).json()
    assert Sanction.objects.get().kind == kind
    assert Sanction.objects.get().lifted_at is None
    team.post("undo", {"undo": done["undo"]})
    assert Sanction.objects.get().lifted_at is not None


def test_delete_all_by_this_person(team: Page, page: Page, said: Message) -> None:
    page.say("And my candles", cid="00000002")
    done = team.post(ACTS_OF_FIRST, {"act": "delete_all"}).json()
    assert done["said"] == "All by Amber Otter is deleted."
    assert not Message.objects.filter(deleted=None).exists()
    team.post("undo", {"undo": done["undo"]})
    assert Message.objects.filter(deleted=None).count() == 2


def test_the_record_names_the_member(team: Page, said: Message, member: Member) -> None:
    team.post(ACTS_OF_FIRST, {"act": "mute"})
    entry = AuditEntry.objects.filter(action="sanction.create").get()
    assert (entry.actor_kind, entry.actor_id, entry.actor_name) == (
        "member",
        member.public_id,
        "Morris",
    )


@pytest.mark.parametrize("act", ["keep", "nothing", "restore"])
def test_what_the_menu_does_not_offer_is_not_done(team: Page, said: Message, act: str) -> None:
    assert team.post(ACTS_OF_FIRST, {"act": act}).status_code == 404
    assert (act in ACTS) is (act != "nothing")


@pytest.mark.parametrize("undo", ["", "made-up", "a:b:c", "\u2603"])
def test_an_undo_that_is_not_ours_takes_nothing_back(team: Page, said: Message, undo: str) -> None:
    answer = team.post("undo", {"undo": undo})
    assert answer.json()["said"] == "It is too late to take this back."


def test_a_visitor_may_do_none_of_it(page: Page, said: Message) -> None:
    for answer in (
        page.get(ACTS_OF_FIRST),
        page.post(ACTS_OF_FIRST, {"act": "delete"}),
        page.post("undo", {"undo": "x"}),
        page.call("DELETE", "session"),
    ):
        assert (answer.status_code, answer.json()["error"]) == (403, "forbidden")
    said.refresh_from_db()
    assert said.deleted is None


def test_another_sites_message_is_not_there(team: Page) -> None:
    assert team.get("rooms/elsewhere/messages/1/acts").status_code == 404
