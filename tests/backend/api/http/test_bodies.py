"""A body's size and kind are looked at before its text, and its text is strict JSON.

P41, T13, T18.
"""

from __future__ import annotations

import json

import pytest

from inglenook.chat.models import Message, Room
from inglenook.visitors.models import Visitor
from tests.backend.api.conftest import Page


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "bad_json"),
        (b"   ", 400, "bad_json"),
        (b"hello", 400, "bad_json"),
        (b"{", 400, "bad_json"),
        (b'{"token":null,}', 400, "bad_json"),
        (b'{"token":NaN}', 400, "bad_json"),
        (b'{"token":Infinity}', 400, "bad_json"),
        (b'{"token":1e999}', 400, "bad_json"),
        (b'{"token":null,"token":null}', 400, "bad_json"),
        (b'{"token":"\xff"}', 400, "bad_json"),
        (b"\xef\xbb\xbf{}", 400, "bad_json"),
        (b"null", 400, "bad_frame"),
        (b"[]", 400, "bad_frame"),
        (b'"text"', 400, "bad_frame"),
        (b"17", 400, "bad_frame"),
        (json.dumps({str(n): n for n in range(65)}).encode(), 400, "bad_frame"),
        (b'{"a":' + b"[" * 8 + b"]" * 8 + b"}", 400, "too_deep"),
        (b"[" * 60_000, 400, "too_deep"),
        (b'{"token":9007199254740993}', 400, "invalid"),
        (b'{"token":17}', 400, "invalid"),
        (b'{"token":[]}', 400, "invalid"),
        (b'{"room":{}}', 400, "invalid"),
        (b'{"room":"' + b"r" * 201 + b'"}', 400, "invalid"),
        (b'{"room":"' + b"r" * 65_536 + b'"}', 413, "too_large"),
        (b" " * 1024 * 1024, 413, "too_large"),
    ],
)
def test_a_broken_body_is_refused(
    newcomer: Page, site_key: str, room: Room, body: bytes, status: int, code: str
) -> None:
    answer = newcomer.post("session", body)
    assert (answer.status_code, answer.json()["error"]) == (status, code)
    assert answer["Content-Type"] == "application/json"
    assert Visitor.objects.count() == 0


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "text/json", "json"],
)
def test_another_content_type_is_refused(newcomer: Page, room: Room, kind: str) -> None:
    answer = newcomer.post("session", b"{}", **{"Content-Type": kind})
    assert (answer.status_code, answer.json()["error"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize(
    "kind", ["application/json", "application/json; charset=utf-8", "Application/JSON"]
)
def test_json_is_json_however_it_is_written(newcomer: Page, room: Room, kind: str) -> None:
    assert newcomer.post("session", b"{}", **{"Content-Type": kind}).status_code == 200


@pytest.mark.parametrize("packing", ["gzip", "br", "deflate", "gzip, gzip", "x"])
def test_a_packed_body_is_refused_unread(newcomer: Page, room: Room, packing: str) -> None:
    answer = newcomer.post("session", b"{}", **{"Content-Encoding": packing})
    assert (answer.status_code, answer.json()["error"]) == (415, "unsupported_media_type")


def test_a_body_is_judged_by_what_comes_not_by_what_it_declares(newcomer: Page, room: Room) -> None:
    answer = newcomer.client.generic(
        "POST",
        f"/api/v1/{newcomer.site_key}/session",
        b" " * 70_000,
        content_type="application/json",
        headers={"Origin": newcomer.origin or ""},
        CONTENT_LENGTH="",
    )
    assert answer.status_code in (400, 413)


def test_unknown_fields_are_ignored(newcomer: Page, room: Room) -> None:
    assert newcomer.post("session", {"token": None, "colour": "amber"}).status_code == 200


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"body": "x"}, "cid"),
        ({"cid": 17, "body": "x"}, "cid"),
        ({"cid": "short", "body": "x"}, "cid"),
        ({"cid": "c" * 65, "body": "x"}, "cid"),
        ({"cid": "with blank", "body": "x"}, "cid"),
        ({"cid": "00000001\n", "body": "x"}, "cid"),
        ({"cid": "00000001"}, "body"),
        ({"cid": "00000001", "body": 5}, "body"),
        ({"cid": "00000001", "body": None}, "body"),
        ({"cid": "00000001", "body": "x", "reply_to": "1"}, "reply_to"),
        ({"cid": "00000001", "body": "x", "reply_to": 0}, "reply_to"),
        ({"cid": "00000001", "body": "x", "reply_to": 99}, "reply_to"),
        ({"cid": "00000001", "body": "x", "reply_to": 2**60}, "reply_to"),
        ({"cid": "00000001", "body": "x", "attachments": "a"}, "attachments"),
        ({"cid": "00000001", "body": "x", "attachments": [1]}, "attachments"),
    ],
)
def test_the_field_at_fault_is_named(
    page: Page, room: Room, body: dict[str, object], field: str
) -> None:
    answer = page.post("rooms/lobby/messages", body)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid")
    assert answer.json()["field"] == field
    assert Message.objects.count() == 0
