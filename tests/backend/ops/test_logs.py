"""Lines of the log: what shouts at every try is heard once a minute, without its traceback."""

from __future__ import annotations

import json
import logging
import threading

import pytest
from django.core.exceptions import RequestAborted

from inglenook.ops.logs import InCounts, LineFormatter, NotThatSomebodyLeft, OnceAMinute


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
    assert again.kept_back == 2  # type: ignore[attr-defined]


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
    def told(error: Exception) -> bool:
        info = (type(error), error, None)
        record = logging.LogRecord(
            "asyncio", logging.ERROR, __file__, 1, "Task exception was never retrieved", None, info
        )
        return NotThatSomebodyLeft().filter(record)

    assert not told(RequestAborted())
    assert told(ConnectionError("gone"))
    assert any(isinstance(one, NotThatSomebodyLeft) for one in logging.getLogger("asyncio").filters)


def test_junk_is_counted_and_the_count_is_told_though_nobody_comes_after_it() -> None:
    class Quick(InCounts):
        SECONDS = 0.05

    lines: list[logging.LogRecord] = []
    is_told = threading.Event()

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(record)
            if len(lines) == 2:
                is_told.set()

    logger = logging.getLogger("a.server")
    counts, keeper = Quick(), Keeper()
    logger.addFilter(counts)
    logger.addHandler(keeper)
    try:
        for _ in range(20):
            logger.warning("no request")
        assert is_told.wait(10)
    finally:
        logger.removeHandler(keeper)
        logger.removeFilter(counts)
    assert [line.getMessage() for line in lines] == ["no request"] * 2
    assert lines[1].kept_back == 18  # type: ignore[attr-defined]  # and the line itself


def test_an_error_of_ours_is_told_each_time_with_its_traceback() -> None:
    counts = InCounts()
    info = (ValueError, ValueError("ours"), None)
    for _ in range(3):
        record = logging.LogRecord("a.server", logging.ERROR, __file__, 1, "failed", None, info)
        assert counts.filter(record)
        assert record.exc_info
    assert any(isinstance(one, InCounts) for one in logging.getLogger("uvicorn.error").filters)
