"""One JSON line an event.

Nothing a stranger sends can start a second line or reach a terminal as a control code.
"""

from __future__ import annotations

import json
import logging
import re
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

from django.core.exceptions import RequestAborted
from django.views.debug import SafeExceptionReporterFilter

# What signs somebody in, or opens a server: one-time links in paths, and names before the host of
# an address.
_LINK = re.compile(r"(/login/|/password/reset/key/)[^/?#\s\"'<>]+")
_USER_INFO = re.compile(r"(://)[^\s@\"'<>]{1,300}@")

_OWN = set(logging.makeLogRecord({}).__dict__) | {"message", "asctime"}


def without_secrets(text: str) -> str:
    """The text without one-time links and without passwords in addresses, whoever wrote them."""
    return _USER_INFO.sub(r"\1…@", _LINK.sub(r"\1…", text))


class SettingsFilter(SafeExceptionReporterFilter):
    """What error pages of `INGLENOOK_DEBUG` show of the settings: nothing that holds an address
    with a password.
    """

    hidden_settings = re.compile(
        f"{SafeExceptionReporterFilter.hidden_settings.pattern}|REDIS_URL|ADDRESS|EMAIL_HOST_",
        re.IGNORECASE,
    )


class LineFormatter(logging.Formatter):
    """Fields given by `extra=` are kept as fields.

    No message bodies, tokens or addresses are ever passed in.

    Libraries pass in what they like: Django names the path of a request that failed, which may be a
    login link.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "event": without_secrets(record.getMessage()),
            "from": record.name,
        }
        for key, value in record.__dict__.items():
            if key not in _OWN and key not in ("request", "status_code", "taskName"):
                is_plain = isinstance(value, (int, float, bool))
                line[key] = value if is_plain else without_secrets(str(value))
        request_id = getattr(getattr(record, "request", None), "request_id", None)
        if request_id is not None:
            line["request_id"] = request_id
        if record.exc_info:
            line["error"] = without_secrets(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=True)


class OnceAMinute(logging.Filter):
    """For libraries that shout at every try while something is away: one line a minute for each of
    their messages.

    What they raised is named in `why`, without its traceback: we know where it comes from, and it
    says nothing more.
    """

    SECONDS = 60.0

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._lock = threading.Lock()
        self._said_at: dict[tuple[str, str], float] = {}
        self._kept_back: dict[tuple[str, str], int] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        key, now = (record.name, str(record.msg)), self._clock()
        with self._lock:
            if now - self._said_at.get(key, float("-inf")) < self.SECONDS:
                self._kept_back[key] = self._kept_back.get(key, 0) + 1
                return False
            self._said_at[key] = now
            kept_back = self._kept_back.pop(key, 0)
        if record.exc_info and record.exc_info[1] is not None:
            record.why = repr(record.exc_info[1])
        record.exc_info, record.exc_text = None, None
        if kept_back:
            record.kept_back = kept_back
        return True


class InCounts(OnceAMinute):
    """For what anybody can make a server complain of: one line a minute with how many there were.

    Errors of ours pass.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno > logging.WARNING:
            return True
        is_said = super().filter(record)
        key = (record.name, str(record.msg))
        if not is_said and self._kept_back[key] == 1:
            # No later line may come that could carry the count, so a timer writes it.
            timer = threading.Timer(self.SECONDS, self._write_count, (record.levelno, *key))
            timer.daemon = True
            timer.start()
        return is_said

    def _write_count(self, level: int, name: str, message: str) -> None:
        key = (name, message)
        with self._lock:
            if not self._kept_back.get(key):
                return
            self._kept_back[key] -= 1  # the line itself stands for one of them
            self._said_at.pop(key, None)
        logging.getLogger(name).log(level, message)


class NotThatSomebodyLeft(logging.Filter):
    """Keeps back Django's word for a client that has left, where asyncio tells it as an exception
    that nobody asked for.

    Django watches for it in a task beside the view, and forgets that task when the request is ended
    with the server.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        return not (record.exc_info and isinstance(record.exc_info[1], RequestAborted))
