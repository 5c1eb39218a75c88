"""`EMAIL_URL` and `EMAIL_FROM`: which mail server, which sender, or no mail at all."""

from __future__ import annotations

from typing import Any

import pytest

from inglenook.config import checks, mail
from inglenook.config.env import BadSetting

WORD = "hunter2"
SMTP = "django.core.mail.backends.smtp.EmailBackend"


def read(monkeypatch: pytest.MonkeyPatch, value: str) -> dict[str, Any]:
    monkeypatch.setenv("EMAIL_URL", value)
    return mail.mail_settings("EMAIL_URL")


def test_without_it_no_mail_is_written_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(monkeypatch, "") == {"EMAIL_BACKEND": mail.NO_MAIL}


@pytest.mark.parametrize(
    ("url", "host", "port", "user", "word", "tls", "ssl"),
    [
        ("smtp://127.0.0.1", "127.0.0.1", 25, "", "", False, False),
        ("smtp://mail.example:2525/", "mail.example", 2525, "", "", False, False),
        ("smtp+tls://me:a%2F%23%40@mail.example", "mail.example", 587, "me", "a/#@", True, False),
        ("smtps://me%40here:x@mail.example", "mail.example", 465, "me@here", "x", False, True),
        ("SMTP+SSL://me:x@[::1]:9465", "::1", 9465, "me", "x", False, True),
    ],
)
def test_it_names_an_smtp_server(
    monkeypatch: pytest.MonkeyPatch,
    url: str,
    host: str,
    port: int,
    user: str,
    word: str,
    tls: bool,
    ssl: bool,
) -> None:
    assert read(monkeypatch, url) == {
        "EMAIL_BACKEND": SMTP,
        "EMAIL_HOST": host,
        "EMAIL_PORT": port,
        "EMAIL_HOST_USER": user,
        "EMAIL_HOST_PASSWORD": word,
        "EMAIL_USE_TLS": tls,
        "EMAIL_USE_SSL": ssl,
    }


def test_it_names_any_backend_of_django_with_its_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    backend = "django.core.mail.backends.filebased.EmailBackend"
    expected = {"EMAIL_BACKEND": backend, "EMAIL_FILE_PATH": "/var/mails"}
    assert read(monkeypatch, f"{backend}?EMAIL_FILE_PATH=/var/mails") == expected


@pytest.mark.parametrize(
    "url",
    [
        f"smtp://me:{WORD}#x@mail.example",
        f"smtp://me:{WORD}/x@mail.example",
        f"smtp://me:1/{WORD}@mail.example",
        f"smtp://me:{WORD}?x@mail.example",
        f"smtp://me:{WORD}@",
        f"smtp://me:{WORD}@mail.example:0",
        f"smtp://me:{WORD}@mail.example/path",
        f"smtp://me:{WORD}@mail.example?tls=yes",
        f"mail://me:{WORD}@mail.example",
        f"me:{WORD}@mail.example",
        WORD,
        f"package.Backend?key={WORD}",
        f"package.Backend?{WORD}",
    ],
)
def test_it_refuses_what_cannot_be_meant_and_shows_no_password(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    with pytest.raises(BadSetting, match=r"^EMAIL_URL ") as refused:
        read(monkeypatch, url)
    assert WORD not in str(refused.value)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("chat.example", "Inglenook <inglenook@chat.example>"),
        ("127.0.0.1", "Inglenook <inglenook@[127.0.0.1]>"),
        ("[::1]", "Inglenook <inglenook@[IPv6:::1]>"),
    ],
)
def test_the_sender_is_at_the_host_that_people_know(
    monkeypatch: pytest.MonkeyPatch, host: str, expected: str
) -> None:
    monkeypatch.delenv("EMAIL_FROM", raising=False)
    assert mail.sender("EMAIL_FROM", host) == expected
    monkeypatch.setenv("EMAIL_FROM", "Chat <chat@shop.example>")
    assert mail.sender("EMAIL_FROM", host) == "Chat <chat@shop.example>"


@pytest.mark.parametrize("value", ["chat", "a@b@c", "a@shop.example\nBcc: b@c.example", "<>"])
def test_a_sender_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("EMAIL_FROM", value)
    with pytest.raises(BadSetting, match=r"^EMAIL_FROM "):
        mail.sender("EMAIL_FROM", "chat.example")


def test_a_backend_that_cannot_be_loaded_stops_the_start(settings: Any) -> None:
    settings.EMAIL_BACKEND = "no_such_package.EmailBackend"
    (error,) = checks.check_mail()
    assert (error.id, "no_such_package" in str(error.msg)) == ("inglenook.E004", True)


def test_mails_in_the_log_are_a_warning(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert [warning.id for warning in checks.check_mail()] == ["inglenook.W005"]
    settings.EMAIL_BACKEND = mail.NO_MAIL
    assert checks.check_mail() == []
