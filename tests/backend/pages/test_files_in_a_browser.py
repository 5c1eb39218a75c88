"""Files on the pages in a real browser: chosen, sent, seen, opened; with and without scripts."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.testkit import files
from tests.testkit.server import Server

OPEN = {"files": "listed", "files_from": "all", "file_types": ["image/jpeg", "application/pdf"]}
LOADED = "it => it.decode().then(() => it.naturalWidth)"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    served = Server(tmp_path_factory.mktemp("files")).start()
    site = served.ask("site", "create", "--name", "Candles", "--origin", "https://shop.example")
    owner = {"Authorization": f"Bearer {site['secret_key']}"}
    room = f"{served.base_url}/api/v1/manage/rooms/lobby"
    assert httpx.patch(room, json=OPEN, headers=owner).status_code == 200
    yield f"{served.base_url}/s/{site['site_key']}/r/lobby/"
    served.stop()
    served.assert_clean()


@pytest.fixture
def wall(tmp_path: Path) -> Path:
    path = tmp_path / "wall.jpg"
    path.write_bytes(files.picture("JPEG", (1600, 900)))
    return path


def attach(page: Page, path: Path, words: str = "A red wall") -> None:
    page.get_by_text("Add a file").click()
    page.get_by_label("A file", exact=True).set_input_files(path)
    page.get_by_label("What it shows").fill(words)


def photograph(page: Page, name: str) -> None:
    if folder := os.environ.get("INGLENOOK_TEST_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png")


@pytest.mark.parametrize("has_script", [True, False])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_a_picture_is_sent_and_seen(
    browser: Browser, address: str, wall: Path, has_script: bool, scheme: str, width: int
) -> None:
    options = {"viewport": {"width": width, "height": 740}, "color_scheme": scheme}
    with browser.new_context(java_script_enabled=has_script, **options) as context:
        page = context.new_page()
        blocked: list[str] = []
        page.on("console", lambda said: blocked.append(said.text) if said.type == "error" else None)
        page.goto(address)
        attach(page, wall)
        photograph(page, f"form-{scheme}-{width}-{has_script}")
        page.get_by_label("Message", exact=True).fill("Look at this")
        page.get_by_role("button", name="Send").click()
        picture = page.get_by_role("img", name="A red wall").last
        expect(picture).to_be_visible()
        if has_script:
            assert picture.evaluate(LOADED) == 960
            expect(page.get_by_label("Message", exact=True)).to_have_value("")
        box = picture.bounding_box()
        assert box is not None
        assert box["width"] <= min(320, width)
        assert box["width"] == pytest.approx(box["height"] * 16 / 9, abs=2)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        photograph(page, f"picture-{scheme}-{width}-{has_script}")
        assert blocked == []
        if has_script:
            assert Axe().run(page).response["violations"] == []


def test_it_opens_large_and_another_file_is_downloaded(
    browser: Browser, address: str, wall: Path, tmp_path: Path
) -> None:
    paper = tmp_path / "paper.pdf"
    paper.write_bytes(b"%PDF-1.7\n" + b"x" * 5000)
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(address)
        attach(page, paper, "")
        page.get_by_role("button", name="Send").click()
        with page.expect_download() as download:
            page.get_by_role("link", name="paper.pdf").last.click()
        assert download.value.path().read_bytes() == paper.read_bytes()
        attach(page, wall, "Opened")
        page.get_by_role("button", name="Send").click()
        page.get_by_role("img", name="Opened").click()
        page.wait_for_url("**/files/f_*")
        assert page.locator("img").evaluate(LOADED) == 1600


def test_what_is_refused_is_said_beside_the_form(
    browser: Browser, address: str, tmp_path: Path
) -> None:
    page_of_a_stranger = tmp_path / "page.jpg"
    page_of_a_stranger.write_bytes(files.svg())
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(address)
        page.get_by_label("Message", exact=True).fill("Look")
        attach(page, page_of_a_stranger)
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("alert")).to_contain_text("none of what can be sent here")
        expect(page.get_by_label("Message", exact=True)).to_have_value("Look")
