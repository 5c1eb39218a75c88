"""What can be set about a room, judged field by field; and settings that belong together.

Whether somebody may write by these is the policy's to say.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from django.utils import timezone

from inglenook.chat.models import Room
from inglenook.protocol import text
from inglenook.protocol.errors import Invalid
from inglenook.sites.models import Archive

NAME_CHARS, TOPIC_CHARS, ANNOUNCEMENT_CHARS, RULES_CHARS = 80, 300, 500, 4000
MOST_SLOW_S: Final = 6 * 60 * 60
MOST_POSITION: Final = 1_000_000
MOST_DAYS: Final = 3650
MOST_FILE_TYPES: Final = 20
MEDIA_TYPE_CHARS: Final = 100
# Every setting of these is named in each, so that one replaces another whole.
PRESETS: Final[dict[str, dict[str, Any]]] = {
    "open": {"slow_s": 0, "read_only_for": "nobody", "approval": "none", "links": "all"},
    "calm": {"slow_s": 10, "read_only_for": "nobody", "approval": "new", "links": "trusted"},
    "announcements": {
        "slow_s": 0,
        "read_only_for": "visitors",
        "approval": "none",
        "links": "all",
    },
}


def checked(changes: dict[str, Any]) -> dict[str, Any]:
    """The changes as they are stored. Raises Invalid, Empty, TooLong, InvalidText, by field."""
    found = {field: _checked(field, value) for field, value in changes.items()}
    if found.get("locked_until") is not None:
        # An end of a lock is a lock.
        if found.get("locked") is False:
            raise Invalid("A room that is open has no end of its lock.", field="locked_until")
        found["locked"] = True
    elif "locked" in found:
        found["locked_until"] = None
    return found


def preset(name: str) -> dict[str, Any]:
    """The settings of a preset. Raises Invalid (field preset)."""
    if name not in PRESETS:
        raise Invalid(f"A preset is one of {', '.join(PRESETS)}.", field="preset")
    return PRESETS[name]


def line(field: str, value: str, most: int) -> str:
    """Raises Empty, TooLong or InvalidText, of that `field`."""
    return text.normalise_name(value, most, field=field)


def optional_line(field: str, value: str, most: int) -> str:
    return line(field, value, most) if value.strip() else ""


def _checked(field: str, value: Any) -> Any:
    if field not in _JUDGES:
        raise Invalid(f"`{field}` of a room cannot be changed.", field=field)
    return _JUDGES[field](field, value)


Judge = Callable[[str, Any], Any]


def _number(least: int, most: int, *, or_none: bool = False) -> Judge:
    def judge(field: str, value: Any) -> Any:
        if value is None and or_none:
            return None
        if not isinstance(value, int) or not least <= value <= most:
            raise Invalid(f"`{field}` is a number from {least} to {most}.", field=field)
        return value

    return judge


def _one_of(values: list[str], *, or_none: bool = False) -> Judge:
    def judge(field: str, value: Any) -> Any:
        if not (value is None and or_none) and value not in values:
            raise Invalid(f"`{field}` is one of {', '.join(values)}.", field=field)
        return value

    return judge


def _rules(field: str, value: str) -> str:
    return text.normalise_body(value, RULES_CHARS, field=field) if value.strip() else ""


def _moment(field: str, value: datetime | None) -> datetime | None:
    if value is not None and value <= timezone.now():
        raise Invalid(f"`{field}` lies in the future.", field=field)
    return value


def _file_types(field: str, value: list[str]) -> list[str] | None:
    if len(value) > MOST_FILE_TYPES:
        raise Invalid(f"At most {MOST_FILE_TYPES} media types.", field=field)
    for each in value:
        kind, slash, name = each.partition("/")
        plain = (kind + name).replace("-", "").replace("+", "").replace(".", "")
        if not (slash and kind and name and plain.isascii() and plain.isalnum()):
            raise Invalid("A media type is written like `image/png`.", field=field)
        if len(each) > MEDIA_TYPE_CHARS:
            raise Invalid(f"A media type has {MEDIA_TYPE_CHARS} characters at most.", field=field)
    return list(dict.fromkeys(each.lower() for each in value)) or None


def _flag(_field: str, value: Any) -> bool:
    return bool(value)


_JUDGES: Final[dict[str, Judge]] = {
    "name": lambda field, value: line(field, value, NAME_CHARS),
    "topic": lambda field, value: optional_line(field, value, TOPIC_CHARS),
    "announcement": lambda field, value: optional_line(field, value, ANNOUNCEMENT_CHARS),
    "rules": _rules,
    "position": _number(-MOST_POSITION, MOST_POSITION),
    "slow_s": _number(0, MOST_SLOW_S),
    "locked": _flag,
    "locked_until": _moment,
    "read_only_for": _one_of(Room.ReadOnlyFor.values),
    "approval": _one_of(Room.Approval.values),
    "links": _one_of(Room.Who.values),
    "files": _one_of(Room.Files.values),
    "files_from": _one_of([each for each in Room.Who.values if each != "none"]),
    "file_types": _file_types,
    "archive": _one_of(Archive.values, or_none=True),
    "retention_days": _number(1, MOST_DAYS, or_none=True),
    "archived": _flag,
}
CHANGEABLE: Final = tuple(_JUDGES)
