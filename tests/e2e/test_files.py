"""The chat shows the pictures of messages: in a room of all, and in the visitor's own line."""

from __future__ import annotations

import json
import os
import uuid
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_private_line import ask_privately
from tests.testkit import files
from tests.testkit.browser.chat import Chat
from tests.testkit.browser.demo import Demo
from tests.testkit.browser.pages import ForeignPages, Visit

LOADED = "it => it.decode().then(() => it.naturalWidth)"
SHOTS = "INGLENOOK_TEST_SCREENSHOTS"


class Team:
    """A program of the demo's owner."""

    def __init__(self, demo: Demo) -> None:
        words = ("--site", demo.site_key, "--name", f"Files {uuid.uuid4()}", "--scope", "all")
        secret = json.loads(demo.run("key", "create", *words, "--json"))["key"]
        self.base = f"{demo.base_url}/api/v1/manage"
        self.headers = {"Authorization": f"Bearer {secret}"}

    def ask(self, method: str, path: str, **more: Any) -> Any:
        answer = httpx.request(method, self.base + path, headers=self.headers, timeout=60, **more)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def show(self, room: str, content: bytes, name: str, body: str = "") -> None:
        sent = {"file": (name, content, "image/png")}
        words = {"alt": "A red wall"} if name.endswith("png") else {}
        kept = self.ask("POST", f"/rooms/{room}/attachments", files=sent, data=words)
        said = {"cid": str(uuid.uuid4()), "body": body, "attachments": [kept["id"]]}
        self.ask("POST", f"/rooms/{room}/messages", json=said)


@pytest.fixture(scope="module")
def team(demo: Demo) -> Team:
    return Team(demo)


def photograph(page: Page, name: str) -> None:
    if folder := os.environ.get(SHOTS):
        page.screenshot(path=Path(folder) / f"{name}.png")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [380, 1280])
def test_a_picture_and_a_file_in_a_room_of_all(
    demo: Demo, foreign: ForeignPages, visit: Visit, team: Team, scheme: str, width: int
) -> None:
    room = demo.new_room("Gallery")
    types = ["image/png", "application/pdf"]
    team.ask("PATCH", f"/rooms/{room}", json={"files": "listed", "file_types": types})
    team.show(room, files.picture(size=(1600, 900)), "wall.png", "Look")
    page = visit(
        foreign.add(room=room),
        viewport={"width": width, "height": 760},
        color_scheme=scheme,
    )
    chat = Chat(page).open()
    picture = chat.log.get_by_role("img", name="A red wall")
    expect(picture).to_be_visible()
    assert picture.evaluate(LOADED) == 960
    box = picture.bounding_box()
    assert box is not None
    assert box["width"] == pytest.approx(box["height"] * 16 / 9, abs=2)
    team.show(room, b"%PDF-1.7\n" + b"x" * 5000, "paper.pdf")
    link = chat.log.get_by_role("link", name="paper.pdf 5 KB")
    expect(link).to_be_visible()
    photograph(page, f"chat-{scheme}-{width}")
    picture.click()
    large = page.get_by_role("dialog", name="Look at A red wall")
    assert large.get_by_role("img", name="A red wall").evaluate(LOADED) == 1600


def test_a_picture_in_the_visitors_own_line(demo: Demo, visit: Visit, team: Team) -> None:
    chat = ask_privately(visit(f"{demo.pages_url}/shop"))
    chat.say("Which wall is it?")
    chat.expect_message("Which wall is it?")
    rooms = team.ask("GET", "/rooms?kind=private&limit=200")["items"]
    mine = max(rooms, key=lambda room: room["created_at"])["slug"]
    team.show(mine, files.picture(size=(1600, 900)), "wall.png")
    picture = chat.log.get_by_role("img", name="A red wall")
    expect(picture).to_be_visible()
    assert picture.evaluate(LOADED) == 960
    assert "signature=" in (picture.get_attribute("src") or "")
    plain = (picture.get_attribute("src") or "").partition("?")[0]
    assert httpx.get(plain).status_code == 404
