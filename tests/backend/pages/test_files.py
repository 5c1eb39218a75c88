"""Files on pages that need no script: sent by the form, shown in their message."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from inglenook.chat.models import Attachment, HeldMessage, Message, Room
from inglenook.limits import policy
from inglenook.visitors.models import Visitor
from tests.backend.pages.conftest import Reader
from tests.testkit import files

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("room_with_files")]


@pytest.fixture(autouse=True)
def _fresh_address() -> None:
    policy.of_address.forget()


def text_of(answer: HttpResponse) -> str:
    return answer.content.decode()


def send(reader: Reader, content: bytes, body: str = "", **fields: str) -> HttpResponse:
    file = SimpleUploadedFile("wall.png", content, "image/png")
    return reader.say(body, file=file, **fields)  # type: ignore[arg-type]  # a form's file is no text


def test_a_picture_goes_with_a_message_and_is_shown(reader: Reader) -> None:
    answer = send(reader, files.picture(size=(1200, 600)), "Look", alt="A red wall")
    assert (answer.status_code, answer["Location"]) == (303, f"{reader.url()}?wrote")
    kept = Attachment.objects.get()
    page = text_of(reader.get())
    source = f"{reader.url()}files/{kept.public_id}"
    wanted = f'<img src="{source}?width=960" alt="A red wall" width="320" height="160"'
    assert wanted in page
    led = reader.client.get(f"{source}?width=960")
    assert led.status_code == 302
    assert led["Location"].endswith(f"/files/{kept.public_id}?width=960")
    shown = Client().get(led["Location"])
    assert shown["Content-Type"] == "image/webp"


def test_a_picture_alone_is_a_message(reader: Reader) -> None:
    assert send(reader, files.picture()).status_code == 303
    assert Message.objects.get().body == ""
    assert '<p class="body"' not in text_of(reader.get())
    assert reader.say("").status_code == 422


def test_another_file_is_a_download(reader: Reader, room: Room) -> None:
    Room.objects.update(files="listed", file_types=["application/pdf"])
    assert send(reader, b"%PDF-1.7\n" + b"x" * 3000).status_code == 303
    page = text_of(reader.get())
    assert re.search(r'<a class="download" href="[^"]+" download><span dir="auto">wall.pdf<', page)
    assert "2.9" in page
    assert "<img" not in page


def test_the_form_asks_for_what_the_room_takes(reader: Reader, visitor: Visitor) -> None:
    page = text_of(reader.get())
    assert 'enctype="multipart/form-data"' in page
    assert 'accept="image/png,image/jpeg,image/gif,image/webp"' in page
    for change in ({"files": "none"}, {"files": "images", "files_from": "known"}):
        Room.objects.update(**change)
        page = text_of(reader.get())
        assert 'type="file"' not in page
        assert "multipart" not in page


@pytest.mark.parametrize(
    ("content", "status", "words"),
    [
        (files.svg(), 415, "Only pictures can be sent here"),
        (files.picture("JPEG", (800, 800))[:-400], 400, "This is no picture"),
        (b"", 400, "The file is empty."),
    ],
)
def test_what_is_refused_is_said_and_the_text_is_kept(
    reader: Reader, content: bytes, status: int, words: str
) -> None:
    answer = send(reader, content, "Look", alt="A wall")
    assert answer.status_code == status
    page = text_of(answer)
    assert words in page
    assert re.search(r"<textarea[^>]*>\s*Look</textarea>", page)
    assert 'value="A wall"' in page
    assert not Message.objects.exists()
    assert not Attachment.objects.exists()


def test_a_form_without_its_token_stores_nothing(reader: Reader) -> None:
    reader.get()
    file = SimpleUploadedFile("wall.png", files.picture(), "image/png")
    answer = reader.client.post(reader.url(), {"body": "Look", "cid": "00000001", "file": file})
    assert answer.status_code == 403
    assert not Attachment.objects.exists()


def test_what_waits_shows_its_file_to_its_author_alone(reader: Reader) -> None:
    Room.objects.update(approval="all")
    assert send(reader, files.picture(), "Look").status_code == 303
    assert HeldMessage.objects.get().attachments
    assert "<img" in text_of(reader.get())
    stranger = Reader(reader.site_key)
    assert "<img" not in text_of(stranger.get())


def test_a_deleted_message_shows_no_file(reader: Reader) -> None:
    send(reader, files.picture(), "Look")
    kept = Attachment.objects.get()
    Message.objects.update(deleted="moderator")
    assert "<img" not in text_of(reader.get())
    assert reader.client.get(f"{reader.url()}files/{kept.public_id}").status_code == 404


def test_a_private_file_is_led_to_by_a_link(reader: Reader) -> None:
    assert reader.say("Hello", "private").status_code == 303
    Room.objects.filter(kind="private").update(files="images", files_from="all")
    reader.get("private")
    file = SimpleUploadedFile("wall.png", files.picture(), "image/png")
    assert reader.say("Look", "private", file=file).status_code == 303  # type: ignore[arg-type]  # no text
    address = f"{reader.url('private')}files/{Attachment.objects.get().public_id}"
    led = reader.client.get(address)
    assert "signature=" in led["Location"]
    assert Client().get(led["Location"]).status_code == 200
    assert Client().get(led["Location"].partition("?")[0]).status_code == 404
    assert Client().get(address).status_code == 404
