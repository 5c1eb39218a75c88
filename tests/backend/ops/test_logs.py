"""Lines of the log: an error that repeats is logged once a minute, without its traceback."""

from __future__ import annotations

import json
import logging
import threading
import time
from typing import Any

import pytest
from django.core.exceptions import RequestAborted
from django.views.debug import get_default_exception_reporter_filter

from inglenook.ops.logs import (
    InCounts,
    LineFormatter,
    NotThatSomebodyLeft,
    OnceAMinute,
    without_secrets,
)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def record_of(message: str) -> logging.LogRecord:
    try:
        raise ConnectionError("nobody is there")
    except ConnectionError as error:
        info = (type(error), error, error.__traceback__)
    return logging.LogRecord("some.library", logging.ERROR, __file__, 1, message, None, info)


def test_what_is_said_at_every_try_is_logged_once_a_minute_and_counted() -> None:
    clock = Clock()
    once = OnceAMinute(clock)
    assert once.filter(record_of("cannot connect"))
    assert not once.filter(record_of("cannot connect"))
    assert once.filter(record_of("something else"))
    clock.now = 59
    assert not once.filter(record_of("cannot connect"))
    clock.now = 61
    again = record_of("cannot connect")
    assert once.filter(again)
    assert again.kept_back == 2  # type: ignore[attr-defined]  # set by the filter


def test_the_line_names_the_reason_and_has_no_traceback() -> None:
    record = record_of("cannot connect")
    OnceAMinute().filter(record)
    line = json.loads(LineFormatter().format(record))
    assert line["why"] == "ConnectionError('nobody is there')"
    assert "error" not in line
    assert "Traceback" not in json.dumps(line)


@pytest.mark.parametrize(
    "text",
    ["a\nb", "a\r\n{}", "\x1b[31mred", "\x9b31m", "\u2028", "\x00", "%s %(x)s {0}", "\ud800"],
)
def test_what_a_stranger_wrote_stays_on_its_line_and_is_no_control_code(text: str) -> None:
    """T26: as the event, in a field and in the words of an exception."""
    record = logging.LogRecord("a.library", logging.INFO, __file__, 1, text, None, None)
    record.kind = text
    record.why = ValueError(text)
    line = LineFormatter().format(record)
    assert line.isascii()
    assert line.isprintable()
    assert json.loads(line)["kind"] == text


def test_a_client_that_left_is_no_error_of_ours_and_everything_else_is() -> None:
    def is_logged(error: Exception) -> bool:
        info = (type(error), error, None)
        record = logging.LogRecord(
            "asyncio", logging.ERROR, __file__, 1, "Task exception was never retrieved", None, info
        )
        return NotThatSomebodyLeft().filter(record)

    assert not is_logged(RequestAborted())
    assert is_logged(ConnectionError("gone"))
    assert any(isinstance(one, NotThatSomebodyLeft) for one in logging.getLogger("asyncio").filters)


def test_junk_is_counted_and_the_count_is_logged_though_nobody_comes_after_it() -> None:
    class Quick(InCounts):
        SECONDS = 0.05

    lines: list[logging.LogRecord] = []
    is_logged = threading.Event()

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(record)
            if len(lines) == 2:
                is_logged.set()

    logger = logging.getLogger("a.server")
    counts, keeper = Quick(), Keeper()
    logger.addFilter(counts)
    logger.addHandler(keeper)
    try:
        for _ in range(20):
            logger.warning("no request")
        assert is_logged.wait(10)
    finally:
        logger.removeHandler(keeper)
        logger.removeFilter(counts)
    assert [line.getMessage() for line in lines] == ["no request"] * 2
    assert lines[1].kept_back == 18  # type: ignore[attr-defined]  # and the line itself


def test_an_error_of_ours_is_logged_each_time_with_its_traceback() -> None:
    counts = InCounts()
    info = (ValueError, ValueError("ours"), None)
    for _ in range(3):
        record = logging.LogRecord("a.server", logging.ERROR, __file__, 1, "failed", None, info)
        assert counts.filter(record)
        assert record.exc_info
    assert any(isinstance(one, InCounts) for one in logging.getLogger("uvicorn.error").filters)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Internal Server Error: /login/1-abc-hunter2/", "Internal Server Error: /login/…/"),
        (
            "/accounts/password/reset/key/1-hunter2/ failed",
            "/accounts/password/reset/key/…/ failed",
        ),
        ("/accounts/password/reset/key/1-hunter2", "/accounts/password/reset/key/…"),
        ("/accounts/login/?next=/login/hunter2/", "/accounts/login/?next=/login/…/"),
        ("redis://:hunter2@host:6379/0 is away", "redis://…@host:6379/0 is away"),
        ("postgres://name:hunter2/x@host/db", "postgres://…@host/db"),
        ("/accounts/login/ of https://shop.example/", "/accounts/login/ of https://shop.example/"),
    ],
)
def test_no_line_holds_a_link_that_signs_in_or_a_password(text: str, kept: str) -> None:
    """As the event, in a field and in the words of an exception."""
    record = logging.LogRecord("django.request", logging.ERROR, __file__, 1, text, None, None)
    record.why = text
    record.exc_info = (ValueError, ValueError(text), None)
    line = json.loads(LineFormatter().format(record))
    assert (line["event"], line["why"]) == (kept, kept)
    assert line["error"] == f"ValueError: {kept}"


def test_looking_for_secrets_takes_no_longer_than_reading() -> None:
    for hostile in ("://" * 100_000, "/login/" * 50_000, "://" + "a" * 300_000, "@" * 300_000):
        began = time.process_time()
        without_secrets(hostile)
        assert time.process_time() - began < 2


def test_no_error_page_shows_a_password_of_the_settings(settings: Any) -> None:
    word = "hunter2"
    url = f"redis://:{word}@127.0.0.1:6379/0"
    settings.REDIS_URL, settings.REDIS_URLS = url, [url]
    settings.CHANNEL_LAYERS = {"default": {"CONFIG": {"hosts": [{"address": url}]}}}
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = word
    shown = get_default_exception_reporter_filter().get_safe_settings()
    assert "BASE_URL" in shown
    assert word not in str(shown)
