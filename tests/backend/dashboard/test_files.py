"""Files in the workspace: the team sees what came, and sends pictures itself."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from inglenook.chat.models import Attachment, HeldMessage, Message, Room
from inglenook.chat.posting.draft import Draft
from inglenook.chat.posting.pipeline import post_message
from inglenook.sites.models import Site
from inglenook.visitors.models import Visitor
from inglenook.visitors.participants import participant_from_visitor
from tests.backend.chat.attachments.conftest import Keep, keep  # noqa: F401  (a fixture)
from tests.backend.inline_database import one_connection  # noqa: F401  (a fixture)
from tests.testkit import files

pytestmark = pytest.mark.django_db


def address(site: Site, name: str = "room", *parts: str) -> str:
    return reverse(f"dashboard:{name}", args=[site.pk, "lobby", *parts])


def send(client: Client, site: Site, content: bytes, body: str = "") -> HttpResponse:
    file = SimpleUploadedFile("wall.png", content, "image/png")
    return client.post(address(site), {"body": body, "file": file, "alt": "A red wall"})


def test_the_team_sends_a_picture_to_any_room(
    as_owner: Client, site: Site, room_with_files: Room
) -> None:
    Room.objects.update(files="none")
    assert send(as_owner, site, files.picture()).status_code == 302
    kept = Attachment.objects.get()
    assert Message.objects.get().attachments == [kept.facts]
    page = as_owner.get(address(site)).content.decode()
    source = address(site, "room_file", kept.public_id)
    assert f'<img src="{source}?width=960" alt="A red wall"' in page
    led = as_owner.get(f"{source}?width=960")
    assert led["Location"].endswith(f"/files/{kept.public_id}?width=960")


def test_what_is_refused_is_said(as_owner: Client, site: Site, room_with_files: Room) -> None:
    refused = send(as_owner, site, files.svg(), "Look")
    assert refused.status_code == 415
    page = refused.content.decode()
    assert "Only pictures can be sent here" in page
    assert ">Look</textarea>" in page
    assert not Message.objects.exists()


def test_a_private_rooms_file_is_its_teams_alone(
    as_owner: Client,
    as_stranger: Client,
    site: Site,
    room_with_files: Room,
    keep: Keep,  # noqa: F811  the fixture
    visitor: Visitor,
) -> None:
    kept = keep(participant_from_visitor(visitor))  # type: ignore[arg-type]  # the fixture's
    Room.objects.update(kind="private", visitor=visitor)
    source = address(site, "room_file", kept.public_id)
    led = as_owner.get(source)
    assert "signature=" in led["Location"]
    assert Client().get(led["Location"]).status_code == 200
    assert as_stranger.get(source).status_code == 404
    elsewhere = Room.objects.create(site=site, slug="elsewhere", name="Elsewhere")
    other = reverse("dashboard:room_file", args=[site.pk, elsewhere.slug, kept.public_id])
    assert as_owner.get(other).status_code == 404


def test_what_waits_shows_its_file(
    as_owner: Client,
    site: Site,
    room_with_files: Room,
    keep: Keep,  # noqa: F811  the fixture
    visitor: Visitor,
) -> None:
    Room.objects.update(approval="all")
    author = participant_from_visitor(visitor)
    named = [keep(author).public_id]
    post_message(Draft(slug="lobby", author=author, cid="00000001", body="", attachments=named))
    held = HeldMessage.objects.get()
    source = address(site, "room_file", named[0])
    assert f'src="{source}?width=960"' in as_owner.get(address(site)).content.decode()
    case = reverse("dashboard:case", args=[site.pk, f"h{held.pk}"])
    assert f'src="{source}?width=960"' in as_owner.get(case).content.decode()
