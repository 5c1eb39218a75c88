"""A program sends files: as the bot it is, or for a member of the team."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace
from pytest_django.fixtures import Settings

from inglenook.chat.models import Attachment, Message, Room
from inglenook.sites.models import AuditEntry, Member, Site
from inglenook.visitors.models import Visitor
from tests.backend.api.conftest import Page
from tests.backend.api.owner.conftest import Program
from tests.testkit import files

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("room_with_files")]
PICTURE = files.form(files.picture(), "wall.png", alt="A red wall")


def keep(program: Program, body: bytes = PICTURE, **headers: str) -> Any:
    return program.post("/rooms/lobby/attachments", body, **headers)


def say(program: Program, file_id: str, cid: str = "00000001", **more: Any) -> Any:
    said = {"cid": cid, "body": "", "attachments": [file_id], **more}
    return program.post("/rooms/lobby/messages", said)


def test_it_sends_a_picture_to_any_room(program: Program) -> None:
    Room.objects.update(files="none")
    kept = keep(program).json()
    assert (kept["name"], kept["alt"], kept["media_type"]) == (
        "wall.webp",
        "A red wall",
        "image/webp",
    )
    assert say(program, kept["id"]).status_code == 201
    (message,) = program.get("/rooms/lobby/messages").json()["items"]
    assert message["attachments"] == [kept]


def test_a_member_and_another_bot_may_have_sent_it(program: Program, site: Site) -> None:
    member = Member.objects.get(site=site).public_id
    for cid, author in (("00000001", {"member": member}), ("00000002", {"bot": {"name": "Kiln"}})):
        answer = say(program, keep(program).json()["id"], cid, **{"as": author})
        assert answer.status_code == 201
    assert [len(row.attachments) for row in Message.objects.all()] == [1, 1]


def test_a_visitors_file_is_not_the_keys(program: Program, site_key: str, visitor: Visitor) -> None:
    theirs = Page(site_key, visitor).upload(files.picture()).json()["id"]
    refused = say(program, theirs)
    assert (refused.status_code, refused.json()["field"]) == (400, "attachments")
    own = keep(program).json()["id"]
    assert Page(site_key, visitor).say_with(own).status_code == 400


def test_the_same_call_again_keeps_one_file(program: Program) -> None:
    key = {"Idempotency-Key": "the-first-file"}
    first, again = keep(program, **key), keep(program, **key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert Attachment.objects.count() == 1
    other = keep(program, files.form(files.picture(size=(9, 9)), "wall.png"), **key)
    assert (other.status_code, other.json()["error"]) == (409, "conflict")


def test_a_full_room_is_a_quota(program: Program, settings: Settings, room: Room) -> None:
    settings.LIMITS = replace(settings.LIMITS, room_files_mb=1, visitor_files_mb=1)
    Attachment.objects.create(site=room.site, room=room, kept_bytes=1024 * 1024)
    refused = keep(program)
    assert (refused.status_code, refused.json()["error"]) == (409, "quota")
    assert "of one room" in refused.json()["message"]


def test_the_record_names_the_file_and_no_word_of_it(program: Program) -> None:
    kept = keep(program).json()
    entry = AuditEntry.objects.get(action="attachment.create")
    assert (entry.target_kind, entry.target_id) == ("attachment", kept["id"])
    assert entry.after == {"room": "lobby", "bytes": kept["bytes"]}
