"""Small words of the templates."""

from __future__ import annotations

from datetime import UTC, datetime

from django import template

register = template.Library()


@register.filter
def clock(moment: datetime) -> str:
    """Hours and minutes in UTC; a script puts the reader's own time there."""
    return moment.astimezone(UTC).strftime("%H:%M")


@register.filter
def iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


@register.filter
def whole_time(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%A, %-d %B %Y, %H:%M} UTC"
