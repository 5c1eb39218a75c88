"""Messages as lines of a page: under which day, and whether the author's name is said again.

A pure module.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, timedelta
from typing import Final

from msgspec import Struct

from inglenook.chat.models import Message

# What one author says within this time stands under one name.
GROUP: Final = timedelta(minutes=5)


class Line(Struct, frozen=True):
    """One message as it stands on the page.

    `day` is set on the first of a day, `is_headed` where the name and time stand above it.
    """

    message: Message
    day: date | None
    is_headed: bool
    is_mine: bool


def lines_of(
    messages: Iterable[Message], reader_id: str | None, before: Message | None = None
) -> list[Line]:
    """`before` is the message that stands above the first of these on the page, if any does."""
    lines = []
    for message in messages:
        day = message.at.astimezone(UTC).date()
        is_new_day = before is None or before.at.astimezone(UTC).date() != day
        follows = (
            before is not None
            and not is_new_day
            and before.author_id == message.author_id
            and before.author_name == message.author_name
            and message.at - before.at < GROUP
        )
        lines.append(
            Line(
                message,
                day if is_new_day else None,
                not follows,
                reader_id is not None and message.author_id == reader_id,
            )
        )
        before = message
    return lines
