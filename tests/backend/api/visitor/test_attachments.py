"""Files of messages over HTTP: sent before their message, and shown with it."""

from __future__ import annotations

import re
from io import BytesIO
from urllib.parse import urlsplit

import pytest
from django.test import Client
from msgspec.structs import replace
from PIL import Image
from pytest_django.fixtures import Settings

from inglenook.chat.attachments.models import Attachment
from inglenook.chat.models import Message, Room
from inglenook.visitors.models import Visitor
from tests.backend.api.client import ServedClient
from tests.backend.api.conftest import Page
from tests.backend.api.visitor.fetching import content_of, fetch
from tests.backend.conftest import FOREIGN_ORIGIN
from tests.testkit import files

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("room_with_files")]
ID = re.compile(r"f_[A-Za-z0-9]{26}")


def test_a_picture_goes_with_its_message(page: Page, settings: Settings) -> None:
    answer = page.upload(files.picture(size=(1200, 600)), "holiday.PNG", alt="A red wall")
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
    assert page.say_with(kept["id"]).status_code == 201
    (message,) = page.get("rooms/lobby/messages").json()["messages"]
    assert message["attachments"] == [kept]
    synced = page.get("rooms/lobby/events").json()
    assert synced["messages"][0]["attachments"] == [kept]


def test_it_is_shown_to_everybody_in_each_width(page: Page) -> None:
    kept = page.upload(files.picture(size=(1200, 600))).json()
    whole = fetch(kept["url"])
    assert Image.open(BytesIO(content_of(whole))).size == (1200, 600)
    assert whole["Content-Length"] == str(kept["bytes"])
    sizes = {}
    for width in (1, 320, 321, 960, 961, 2048, 5000):
        image = Image.open(BytesIO(content_of(fetch(f"{kept['url']}?width={width}"))))
        sizes[width] = image.width
    assert sizes == {1: 320, 320: 320, 321: 960, 960: 960, 961: 1200, 2048: 1200, 5000: 1200}


def test_what_is_served_never_runs_as_a_page(page: Page) -> None:
    kept = page.upload(files.picture()).json()
    answer = fetch(kept["url"], Origin="https://anybody.example")
    assert answer["Content-Type"] == "image/webp"
    assert answer["Content-Disposition"] == 'inline; filename="photo.webp"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
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
    kept = page.upload(content, "Größen.pdf", kind="text/html").json()
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
        kept = page.upload(content, "page.html", kind="text/html").json()
        assert (kept["media_type"], kept["name"]) == ("text/plain", "page.txt")
        answer = fetch(kept["url"])
        assert answer["Content-Type"] == "application/octet-stream"
        assert answer["Content-Disposition"].startswith("attachment")


def test_a_picture_above_5_mb_is_too_large(page: Page, settings: Settings) -> None:
    answer = page.upload(files.picture() + b"\0" * (5 * 1024 * 1024))
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
    headers = {"Content-Type": files.FORM_TYPE, "Content-Encoding": "gzip"}
    packed = page.post("rooms/lobby/attachments", picture, **headers)
    assert packed.status_code == 415
    assert not Attachment.objects.exists()


def test_who_may_send_files_is_asked_before_what_they_are(
    page: Page, newcomer: Page, room: Room, site_key: str, visitor: Visitor
) -> None:
    assert newcomer.upload(b"").status_code == 401
    foreign = Page(site_key, visitor, FOREIGN_ORIGIN)
    assert foreign.upload(b"").json()["error"] == "origin_not_allowed"
    assert page.upload(b"", room="nowhere").status_code == 404
    for change in ({"files": "none"}, {"files_from": "known"}):
        Room.objects.filter(pk=room.pk).update(**{"files": "images", "files_from": "all", **change})
        refused = page.upload(b"")
        assert (refused.status_code, refused.json()["field"]) == (403, "file")
    Room.objects.filter(pk=room.pk).update(locked=True)
    assert page.upload(b"").json()["error"] == "room_locked"


def test_a_message_takes_a_file_once(page: Page, site_key: str, other_visitor: Visitor) -> None:
    kept = page.upload(files.picture()).json()["id"]
    stranger = Page(site_key, other_visitor)
    nothing = {"error": "invalid", "message": "There is no such file.", "field": "attachments"}
    assert stranger.say_with(kept).json() == nothing
    assert page.say_with(kept, kept).json() == nothing
    assert page.say_with("f_unknown").json() == nothing
    first = page.say_with(kept)
    assert first.status_code == 201
    again = page.say_with(kept)
    assert (again.status_code, again.json()["dup"]) == (200, True)
    assert page.say_with(kept, cid="00000002").json() == nothing


def test_a_file_alone_is_a_message(page: Page) -> None:
    kept = page.upload(files.picture()).json()["id"]
    assert page.say_with(kept, body="").status_code == 201
    assert page.say_with(body="", cid="00000002").json()["error"] == "empty"


def test_a_message_has_four_files_at_most(page: Page) -> None:
    ids = [page.upload(files.picture(size=(n + 1, 9))).json()["id"] for n in range(5)]
    assert page.say_with(*ids).json()["field"] == "attachments"
    assert page.say_with(*ids[:4], cid="00000002").status_code == 201
    (message,) = page.get("rooms/lobby/messages").json()["messages"]
    assert [file["id"] for file in message["attachments"]] == ids[:4]


def test_a_room_that_takes_no_more_files_takes_no_message_with_one(page: Page, room: Room) -> None:
    kept = page.upload(files.picture()).json()["id"]
    Room.objects.filter(pk=room.pk).update(files="listed", file_types=["application/pdf"])
    refused = page.say_with(kept)
    assert (refused.status_code, refused.json()["field"]) == (403, "attachments")


def test_a_deleted_message_shows_no_file(page: Page) -> None:
    kept = page.upload(files.picture()).json()
    page.say_with(kept["id"])
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
    refused = page.upload(files.picture())
    assert (refused.status_code, refused.json()["error"]) == (403, "forbidden")
    assert f"of one {words}" in refused.json()["message"]


def test_uploads_have_a_rate_of_their_own(page: Page) -> None:
    for _ in range(10):
        assert page.upload(b"").status_code == 400
    refused = page.upload(b"")
    assert (refused.status_code, refused.json()["error"]) == (429, "rate")
    assert refused.json()["retry_ms"] > 0


def test_other_methods_and_addresses_are_answered_in_json() -> None:
    client = ServedClient()
    assert client.post("/files/f_x").json()["field"] == "method"
    assert client.get("/files/f_x").json()["error"] == "not_found"
    assert client.get("/files/").json()["error"] == "not_found"
    asked = client.options("/files/f_x", headers={"Origin": "https://a.example"})
    assert (asked.status_code, asked["Access-Control-Allow-Headers"]) == (204, "authorization")


def test_the_whole_application_has_the_address_too(page: Page) -> None:
    """Django's own chain answers where no server stands before it."""
    kept = page.upload(files.picture()).json()
    assert Client().get(urlsplit(kept["url"]).path)["Content-Type"] == "image/webp"


def test_its_words_can_change_until_a_message_has_it(page: Page, other_visitor: Visitor) -> None:
    kept = page.upload(files.picture(), alt="A wall").json()
    other = Page(page.site_key, other_visitor)
    path = f"rooms/lobby/attachments/{kept['id']}"
    answer = page.call("PATCH", path, {"alt": " A red wall "})
    assert (answer.status_code, answer.json()) == (200, kept | {"alt": "A red wall"})
    assert page.call("PATCH", path, {"alt": "x" * 501}).json()["field"] == "alt"
    assert other.call("PATCH", path, {"alt": "Mine"}).status_code == 404
    assert page.say_with(kept["id"]).status_code == 201
    assert page.call("PATCH", path, {"alt": "Later"}).status_code == 404
    (message,) = page.get("rooms/lobby/messages").json()["messages"]
    assert message["attachments"] == [kept | {"alt": "A red wall"}]
