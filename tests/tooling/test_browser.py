"""The browser of the tests works on this machine, or says what is missing."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from scripts import browser as chromium


def test_it_shows_a_page(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content("<button onclick=\"document.title = 'pressed'\">press</button>")
    page.get_by_role("button", name="press").click()
    assert page.title() == "pressed"
    page.close()


def test_the_environment_names_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INGLENOOK_CHROMIUM", "/opt/own/chrome")
    assert chromium.find() == "/opt/own/chrome"


def test_where_none_can_be_had_the_person_reads_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(chromium, "find", lambda: None)
    monkeypatch.setattr(chromium.apt, "may_install", lambda: False)
    monkeypatch.setattr(chromium.platform, "machine", lambda: "riscv64")
    with pytest.raises(chromium.ChoreError, match="sudo apt-get install chromium"):
        chromium.ensure()
