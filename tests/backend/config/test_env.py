"""Readers of the environment: one canonical form for addresses, and `.env` as editors really write
it.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from inglenook.config import env

WORD = "hunter2"


@pytest.fixture(autouse=True)
def _nothing_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a `.env` adds to the environment goes with the test."""
    monkeypatch.setattr(os, "environ", dict(os.environ))
    monkeypatch.setattr(env.environ.Env, "ENVIRON", os.environ)
    for name in ("INGLENOOK_ENV_FILE", "INGLENOOK_BASE_URL", "PORT"):
        os.environ.pop(name, None)


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("https://müller.example", "https://xn--mller-kva.example"),
        ("https://MÜLLER.example:8443/", "https://xn--mller-kva.example:8443"),
        ("https://xn--mller-kva.example", "https://xn--mller-kva.example"),
        ("https://Chat.Example.com:443", "https://chat.example.com"),
        ("http://chat.example.com:80/", "http://chat.example.com"),
        ("HTTP://[2001:DB8:0::1]:8000", "http://[2001:db8::1]:8000"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
    ],
)
def test_the_base_url_has_one_form(
    monkeypatch: pytest.MonkeyPatch, written: str, canonical: str
) -> None:
    monkeypatch.setenv("INGLENOOK_BASE_URL", written)
    assert env.base_url("INGLENOOK_BASE_URL", "") == canonical


@pytest.mark.parametrize(
    "written",
    [
        "chat.example.com",
        "https://chat.example.com/path",
        "https://chat.example.com?x",
        "https://chat.example.com#x",
        "https://chat.example.com.",
        "https://chat..example.com",
        "https://chat.example.com:0",
        "https://chat.example.com:70000",
        "ftp://chat.example.com",
        "https://",
        f"https://name:{WORD}@chat.example.com",
    ],
)
def test_a_base_url_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    monkeypatch.setenv("INGLENOOK_BASE_URL", written)
    with pytest.raises(env.BadSetting, match=r"^INGLENOOK_BASE_URL ") as refused:
        env.base_url("INGLENOOK_BASE_URL", "")
    assert WORD not in str(refused.value)


def test_allowed_hosts_have_the_form_that_browsers_send(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INGLENOOK_ALLOWED_HOSTS", "Müller.example, .Bücher.example,*,[2001:DB8::1]")
    expected = ["xn--mller-kva.example", ".xn--bcher-kva.example", "*", "[2001:db8::1]"]
    assert env.hosts("INGLENOOK_ALLOWED_HOSTS", []) == expected


@pytest.mark.parametrize("host", ["https://chat.example", "chat.example:8000", "::1", "a..b"])
def test_a_host_that_no_request_could_have_is_refused(
    monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    monkeypatch.setenv("INGLENOOK_ALLOWED_HOSTS", f"localhost,{host}")
    with pytest.raises(env.BadSetting, match=r"^INGLENOOK_ALLOWED_HOSTS "):
        env.hosts("INGLENOOK_ALLOWED_HOSTS", [])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_dotenv_is_read_as_editors_write_it(tmp_path: Path, encoding: str, end: str) -> None:
    lines = ["INGLENOOK_BASE_URL=https://müller.example", "", "  # a comment", "  PORT=8123  ", ""]
    (tmp_path / ".env").write_bytes(end.join(lines).encode(encoding))
    env.read_dotenv(tmp_path)
    assert env.base_url("INGLENOOK_BASE_URL", "") == "https://xn--mller-kva.example"
    assert env.integer("PORT", 8000) == 8123


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_file_of_one_variable_is_read_the_same(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "key").write_bytes(f"{WORD * 6}\n".encode(encoding))
    os.environ.pop("INGLENOOK_SECRET_KEY")
    os.environ["INGLENOOK_SECRET_KEY_FILE"] = str(tmp_path / "key")
    assert env.secret_key("INGLENOOK_SECRET_KEY", tmp_path) == WORD * 6


@pytest.mark.parametrize("line", [f"REDIS_URL = {WORD}", WORD, f"REDIS-URL={WORD}", f"={WORD}"])
def test_a_line_that_says_nothing_is_named_and_not_shown(
    tmp_path: Path, line: str, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / ".env").write_text(f"PORT=8123\n{line}\n")
    with caplog.at_level(logging.DEBUG), pytest.raises(ImproperlyConfigured) as refused:
        env.read_dotenv(tmp_path)
    assert "line 2" in str(refused.value)
    assert WORD not in str(refused.value) + caplog.text


def test_a_file_that_is_no_text_or_is_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"PORT=\xff\xfe\x80")
    with pytest.raises(env.BadSetting, match=r"\.env"):
        env.read_dotenv(tmp_path)
    os.environ["INGLENOOK_ENV_FILE"] = str(tmp_path / "nowhere")
    with pytest.raises(env.BadSetting, match=r"^INGLENOOK_ENV_FILE "):
        env.read_dotenv(tmp_path)


def test_a_short_secret_key_is_not_shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("INGLENOOK_SECRET_KEY", WORD)
    with pytest.raises(env.BadSetting) as refused:
        env.secret_key("INGLENOOK_SECRET_KEY", tmp_path)
    assert WORD not in str(refused.value)
