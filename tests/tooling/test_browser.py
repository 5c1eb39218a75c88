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


@pytest.mark.parametrize("is_there", [True, False])
def test_tests_take_the_build_without_windows_where_there_is_one(
    monkeypatch: pytest.MonkeyPatch, *, is_there: bool
) -> None:
    monkeypatch.delenv("INGLENOOK_CHROMIUM", raising=False)
    monkeypatch.setattr(
        chromium.os, "access", lambda path, _mode: is_there or path != chromium.SHELL
    )
    monkeypatch.setattr(chromium.apt, "may_install", lambda: False)
    monkeypatch.setattr(chromium, "find", lambda: "/opt/own/chrome")
    expected = chromium.SHELL if is_there else "/opt/own/chrome"
    assert chromium.ensure_for_tests() == expected


def test_an_old_debian_that_has_no_such_build_gets_the_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: str) -> None:
        raise chromium.ChoreError("Unable to locate package")

    monkeypatch.delenv("INGLENOOK_CHROMIUM", raising=False)
    monkeypatch.setattr(chromium, "SHELL", "/nowhere/chromium-headless-shell")
    monkeypatch.setattr(chromium.apt, "may_install", lambda: True)
    monkeypatch.setattr(chromium.apt, "install", refuse)
    monkeypatch.setattr(chromium, "find", lambda: "/opt/own/chrome")
    assert chromium.ensure_for_tests() == "/opt/own/chrome"
