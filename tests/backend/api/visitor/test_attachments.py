"""Files of messages over HTTP: sent before their message, and shown with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from asgiref.sync import async_to_sync
from django.core.files.storage import storages
from django.http import HttpResponse
from django.test import Client
from msgspec.structs import replace
from PIL import Image
from pytest_django.fixtures import Settings

from inglenook.chat.attachments.models import Attachment
from inglenook.chat.models import Message, Room
from inglenook.limits import policy
from inglenook.visitors.models import Visitor
from tests.backend.api.client import ServedClient
from tests.backend.api.conftest import Page
from tests.backend.conftest import FOREIGN_ORIGIN, ORIGIN
from tests.testkit import files

pytestmark = pytest.mark.django_db
ID = re.compile(r"f_[A-Za-z0-9]{26}")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where files are in this test."""
    store: Any = storages["files"]
    monkeypatch.setattr(store, "_location", str(tmp_path / "files"))
    for name in ("base_location", "location"):
        store.__dict__.pop(name, None)
    yield tmp_path / "files"
    for name in ("base_location", "location"):
        store.__dict__.pop(name, None)


@pytest.fixture(autouse=True)
def _fresh_uploads() -> None:
    policy.of_uploads.forget()


@pytest.fixture(autouse=True)
def open_room(room: Room) -> Room:
    """Takes pictures of everybody."""
    room.files, room.files_from = "images", "all"
    room.save()
    return room


def send(
    page: Page, content: bytes, name: str = "photo.png", room: str = "lobby", **how: Any
) -> HttpResponse:
    headers = {"Content-Type": files.FORM_TYPE, **how.pop("headers", {})}
    return page.post(f"rooms/{room}/attachments", files.form(content, name, **how), **headers)


def say(page: Page, *ids: str, body: str = "Look", cid: str = "00000001") -> HttpResponse:
    said = {"cid": cid, "body": body, "attachments": list(ids)}
    return page.post("rooms/lobby/messages", said)


def fetch(url: str, **headers: str) -> HttpResponse:
    parts = urlsplit(url)
    return ServedClient().get(f"{parts.path}?{parts.query}", headers=headers)


def content_of(answer: Any) -> bytes:
    if not answer.streaming:
        return bytes(answer.content)

    async def read() -> bytes:
        return b"".join([piece async for piece in answer.streaming_content])

    return async_to_sync(read)()


def test_a_picture_goes_with_its_message(page: Page, settings: Settings) -> None:
    answer = send(page, files.picture(size=(1200, 600)), "holiday.PNG", alt="A red wall")
    assert answer.status_code == 201
    kept = answer.json()
    assert ID.fullmatch(kept["id"])
    assert kept == {
        "id": kept["id"],
        "name": "holiday.webp",
        "alt": "A red wall",
        "media_type": "image/webp",
        "bytes": kept["bytes"],
        "width": 1200,
        "height": 600,
        "url": f"{settings.BASE_URL}/files/{kept['id']}",
    }
    assert say(page, kept["id"]).status_code == 201
    (message,) = page.get("rooms/lobby/messages").json()["messages"]
    assert message["attachments"] == [kept]
    synced = page.get("rooms/lobby/events").json()
    assert synced["messages"][0]["attachments"] == [kept]


def test_it_is_shown_to_everybody_in_each_width(page: Page) -> None:
    kept = send(page, files.picture(size=(1200, 600))).json()
    whole = fetch(kept["url"])
    assert Image.open(BytesIO(content_of(whole))).size == (1200, 600)
    assert whole["Content-Length"] == str(kept["bytes"])
    sizes = {}
    for width in (1, 320, 321, 960, 961, 2048, 5000):
        image = Image.open(BytesIO(content_of(fetch(f"{kept['url']}?width={width}"))))
        sizes[width] = image.width
    assert sizes == {1: 320, 320: 320, 321: 960, 960: 960, 961: 1200, 2048: 1200, 5000: 1200}


def test_what_is_served_never_runs_as_a_page(page: Page) -> None:
    kept = send(page, files.picture()).json()
    answer = fetch(kept["url"], Origin="https://anybody.example")
    assert answer["Content-Type"] == "image/webp"
    assert answer["Content-Disposition"] == 'inline; filename="photo.webp"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == (
        "default-src 'none'; frame-ancestors 'none'; sandbox"
    )
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Cache-Control"] == "private, max-age=31536000, immutable"
    assert "Set-Cookie" not in answer
    again = fetch(kept["url"], **{"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_listed_file_is_a_download_without_a_type(page: Page, room: Room) -> None:
    room.files, room.file_types = "listed", ["application/pdf", "text/plain"]
    room.save()
    content = b"%PDF-1.7\n" + b"x" * 200_000
    kept = send(page, content, "Größen.pdf", kind="text/html").json()
    assert (kept["media_type"], kept["name"]) == ("application/pdf", "Größen.pdf")
    assert "width" not in kept
    answer = fetch(f"{kept['url']}?width=320")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''Gr%C3%B6%C3%9Fen.pdf"
    assert answer["Content-Length"] == str(len(content))
    assert content_of(answer) == content


def test_html_is_a_text_that_nobody_runs(page: Page, room: Room) -> None:
    room.files, room.file_types = "listed", ["text/plain", "text/html", "image/svg+xml"]
    room.save()
    for content in (b"<!doctype html>" + files.SCRIPT, files.svg()):
        kept = send(page, content, "page.html", kind="text/html").json()
        assert (kept["media_type"], kept["name"]) == ("text/plain", "page.txt")
        answer = fetch(kept["url"])
        assert answer["Content-Type"] == "application/octet-stream"
        assert answer["Content-Disposition"].startswith("attachment")


HOSTILE: dict[str, tuple[bytes, int, str, str]] = {
    "svg with a script": (files.svg(), 415, "unsupported_media_type", "file"),
    "html": (b"<!doctype html>" + files.SCRIPT, 415, "unsupported_media_type", "file"),
    "pdf": (b"%PDF-1.7", 415, "unsupported_media_type", "file"),
    "a program": (b"MZ\x90\0", 415, "unsupported_media_type", "file"),
    "zip bomb": (files.zip_bomb(), 415, "unsupported_media_type", "file"),
    "gzip bomb": (files.gzip_bomb(), 415, "unsupported_media_type", "file"),
    "bmp": (files.picture("BMP"), 415, "unsupported_media_type", "file"),
    "0 bytes": (b"", 400, "invalid", "file"),
    "truncated": (files.picture("JPEG", (800, 800))[:-400], 400, "invalid", "file"),
    "a head alone": (b"\x89PNG\r\n\x1a\n", 400, "invalid", "file"),
    "50,000 x 50,000": (files.bomb(), 400, "invalid", "file"),
    "script after a head": (b"GIF89a" + files.SCRIPT, 400, "invalid", "file"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_is_refused_and_nothing_of_it_is_kept(
    page: Page, folder: Path, case: str
) -> None:
    content, status, code, field = HOSTILE[case]
    answer = send(page, content, "photo.png")
    said = answer.json()
    assert (answer.status_code, said["error"], said["field"]) == (status, code, field)
    assert not Attachment.objects.exists()
    assert not [path for path in folder.rglob("*") if path.is_file()]


TAKEN = {
    "a polyglot of picture and page": files.picture("GIF") + files.SCRIPT,
    "a polyglot of picture and archive": files.picture("JPEG") + files.archive({"a.html": b"x"}),
    "a comment with a script": files.picture("JPEG", comment=files.SCRIPT),
    "the place where it was taken": files.located(),
    "an animation": files.animation(),
    "another type than it says": files.picture("JPEG"),
}


@pytest.mark.parametrize("case", TAKEN)
def test_what_is_a_picture_is_kept_as_nothing_else(page: Page, folder: Path, case: str) -> None:
    kept = send(page, TAKEN[case], "photo.html", kind="text/html").json()
    assert (kept["media_type"], kept["name"]) == ("image/webp", "photo.webp")
    stored = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert stored.startswith(b"RIFF")
    for word in (b"script", b"PK\x03\x04", b"taken", b"Exif", b"EXIF", b"ANIM"):
        assert word not in stored


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../../etc/passwd", "passwd.webp"),
        ("..\\..\\x.png", "x.webp"),
        ("a\u202egnp.exe", "agnp.webp"),
        ("\x07bell.png", "bell.webp"),
        ("a" * 300 + ".png", "a" * 95 + ".webp"),
        ("", ""),
    ],
)
def test_a_name_is_shown_and_never_a_path(page: Page, folder: Path, name: str, shown: str) -> None:
    answer = send(page, files.picture(), name)
    if not shown:  # a part without a name is no file
        assert (answer.status_code, answer.json()["field"]) == (400, "file")
        return
    kept = answer.json()
    assert kept["name"] == shown
    for path in folder.rglob("*"):
        if path.is_file():
            assert path.name.startswith(kept["id"])
            assert path.stat().st_mode & 0o077 == 0


def test_a_picture_above_5_mb_is_too_large(page: Page, settings: Settings) -> None:
    answer = send(page, files.picture() + b"\0" * (5 * 1024 * 1024))
    assert (answer.status_code, answer.json()["error"]) == (413, "too_large")


def test_a_body_that_is_no_form_is_refused(page: Page) -> None:
    picture = files.form(files.picture())
    for body, kind, status in (
        (b"{}", "application/json", 415),
        (picture, "multipart/form-data", 400),
        (picture[:200], files.FORM_TYPE, 400),
        (files.form(files.picture()).replace(b"--\r\n", b"\r\n") + picture, files.FORM_TYPE, 400),
    ):
        answer = page.post("rooms/lobby/attachments", body, **{"Content-Type": kind})
        assert answer.status_code == status, (body[:40], answer.content)
    packed = send(page, files.picture(), headers={"Content-Encoding": "gzip"})
    assert packed.status_code == 415
    assert not Attachment.objects.exists()


def test_who_may_send_files_is_asked_before_what_they_are(
    page: Page, newcomer: Page, room: Room, site_key: str, visitor: Visitor
) -> None:
    assert send(newcomer, b"").status_code == 401
    assert (
        send(Page(site_key, visitor, FOREIGN_ORIGIN), b"").json()["error"] == "origin_not_allowed"
    )
    assert send(page, b"", room="nowhere").status_code == 404
    for change in ({"files": "none"}, {"files_from": "known"}):
        Room.objects.filter(pk=room.pk).update(**{"files": "images", "files_from": "all", **change})
        refused = send(page, b"")
        assert (refused.status_code, refused.json()["field"]) == (403, "file")
    Room.objects.filter(pk=room.pk).update(locked=True)
    assert send(page, b"").json()["error"] == "room_locked"


def test_a_message_takes_a_file_once(page: Page, site_key: str, other_visitor: Visitor) -> None:
    kept = send(page, files.picture()).json()["id"]
    stranger = Page(site_key, other_visitor)
    nothing = {"error": "invalid", "message": "There is no such file.", "field": "attachments"}
    assert say(stranger, kept).json() == nothing
    assert say(page, kept, kept).json() == nothing
    assert say(page, "f_unknown").json() == nothing
    first = say(page, kept)
    assert first.status_code == 201
    again = say(page, kept)
    assert (again.status_code, again.json()["dup"]) == (200, True)
    assert say(page, kept, cid="00000002").json() == nothing


def test_a_file_alone_is_a_message(page: Page) -> None:
    kept = send(page, files.picture()).json()["id"]
    assert say(page, kept, body="").status_code == 201
    assert say(page, body="", cid="00000002").json()["error"] == "empty"


def test_a_message_has_four_files_at_most(page: Page) -> None:
    ids = [send(page, files.picture(size=(n + 1, 9))).json()["id"] for n in range(5)]
    assert say(page, *ids).json()["field"] == "attachments"
    assert say(page, *ids[:4], cid="00000002").status_code == 201
    (message,) = page.get("rooms/lobby/messages").json()["messages"]
    assert [file["id"] for file in message["attachments"]] == ids[:4]


def test_a_room_that_takes_no_more_files_takes_no_message_with_one(page: Page, room: Room) -> None:
    kept = send(page, files.picture()).json()["id"]
    Room.objects.filter(pk=room.pk).update(files="listed", file_types=["application/pdf"])
    refused = say(page, kept)
    assert (refused.status_code, refused.json()["field"]) == (403, "attachments")


def test_a_deleted_message_shows_no_file(page: Page) -> None:
    kept = send(page, files.picture()).json()
    say(page, kept["id"])
    assert fetch(kept["url"]).status_code == 200
    page.call("DELETE", "rooms/lobby/messages/1")
    assert fetch(kept["url"]).status_code == 404
    assert not Attachment.objects.exists()
    assert Message.objects.get().attachments == []


@pytest.mark.parametrize(
    ("limit", "words"),
    [("visitor_files_mb", "person"), ("room_files_mb", "room"), ("site_files_mb", "site")],
)
def test_each_quota_says_whose_it_is(
    page: Page, settings: Settings, limit: str, words: str
) -> None:
    settings.LIMITS = replace(settings.LIMITS, **{limit: 1})
    Attachment.objects.create(
        site_id=Room.objects.get().site_id,
        room=Room.objects.get(),
        author_id=Visitor.objects.get().public_id,
        kept_bytes=1024 * 1024,
    )
    refused = send(page, files.picture())
    assert (refused.status_code, refused.json()["error"]) == (403, "forbidden")
    assert f"of one {words}" in refused.json()["message"]


def test_uploads_have_a_rate_of_their_own(page: Page) -> None:
    for _ in range(10):
        assert send(page, b"").status_code == 400
    refused = send(page, b"")
    assert (refused.status_code, refused.json()["error"]) == (429, "rate")
    assert refused.json()["retry_ms"] > 0


class TestPrivateRoom:
    @pytest.fixture
    def kept(self, page: Page, site_key: str, visitor: Visitor) -> dict[str, Any]:
        slug = page.post("session", {"token": page.token, "room": "private"}).json()
        private = next(it for it in slug["rooms"] if it["kind"] == "private")["slug"]
        assert page.say("Hello", room=private).status_code == 201
        Room.objects.filter(slug=private).update(files="images", files_from="all")
        answer = send(page, files.picture(), room=private)
        assert answer.status_code == 201
        return {**answer.json(), "room": private}

    def link(self, page: Page, kept: dict[str, Any]) -> HttpResponse:
        return page.post(f"rooms/{kept['room']}/attachments/{kept['id']}/link")

    def test_it_answers_to_its_visitors_token_alone(
        self, page: Page, kept: dict[str, Any], site_key: str, other_visitor: Visitor
    ) -> None:
        mine = fetch(kept["url"], Authorization=f"Bearer {page.token}", Origin=ORIGIN)
        assert mine.status_code == 200
        assert mine["Cache-Control"] == "private, no-cache"
        assert mine["Vary"] == "Authorization"
        other = Page(site_key, other_visitor)
        for headers, status in (
            ({}, 404),
            ({"Authorization": "Bearer sk_nothing", "Origin": ORIGIN}, 401),
            ({"Authorization": f"Bearer {other.token}", "Origin": ORIGIN}, 404),
            ({"Authorization": f"Bearer {page.token}", "Origin": FOREIGN_ORIGIN}, 403),
            ({"Authorization": f"Bearer {page.token}"}, 403),
        ):
            answer = fetch(kept["url"], **headers)
            assert answer.status_code == status, headers
            assert answer["Cache-Control"] == "no-store"

    def test_a_link_needs_no_token_for_ten_minutes(self, page: Page, kept: dict[str, Any]) -> None:
        with time_machine.travel("2026-11-29T12:00:00Z", tick=False) as clock:
            answer = self.link(page, kept)
            assert answer.status_code == 201
            assert answer.json()["expires_at"] == "2026-11-29T12:10:00.000Z"
            url = answer.json()["url"]
            clock.move_to("2026-11-29T12:09:59Z")
            assert fetch(url).status_code == 200
            for broken in (
                url.replace("signature=", "signature=x"),
                re.sub(r"until=(\d+)", lambda found: f"until={int(found[1]) + 60}", url),
            ):
                assert fetch(broken).json()["error"] == "forbidden"
            assert fetch(re.sub(r"until=\d+", "until=x", url)).json()["field"] == "until"
            clock.move_to("2026-11-29T12:10:01Z")
            assert fetch(url).json()["error"] == "forbidden"

    def test_a_stranger_gets_no_link(
        self, page: Page, kept: dict[str, Any], site_key: str, other_visitor: Visitor
    ) -> None:
        assert self.link(Page(site_key, other_visitor), kept).status_code == 404
        elsewhere = page.post(f"rooms/lobby/attachments/{kept['id']}/link")
        assert elsewhere.status_code == 404


def test_other_methods_and_addresses_are_answered_in_json() -> None:
    client = ServedClient()
    assert client.post("/files/f_x").json()["field"] == "method"
    assert client.get("/files/f_x").json()["error"] == "not_found"
    assert client.get("/files/").json()["error"] == "not_found"
    asked = client.options("/files/f_x", headers={"Origin": "https://a.example"})
    assert (asked.status_code, asked["Access-Control-Allow-Headers"]) == (204, "authorization")


def test_the_whole_application_has_the_address_too(page: Page) -> None:
    """Django's own chain answers where no server stands before it."""
    kept = send(page, files.picture()).json()
    assert Client().get(urlsplit(kept["url"]).path)["Content-Type"] == "image/webp"
