"""One JSON line an event. Nothing a stranger sends can start a second line or reach a terminal as a control code."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

_OWN = set(logging.makeLogRecord({}).__dict__) | {"message", "asctime"}


class LineFormatter(logging.Formatter):
    """Fields given by `extra=` are kept as fields. No message bodies, tokens or addresses are ever passed in."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "event": record.getMessage(),
            "from": record.name,
        }
        for key, value in record.__dict__.items():
            if key not in _OWN and key not in ("request", "status_code", "taskName"):
                line[key] = value if isinstance(value, (int, float, bool)) else str(value)
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=True)
