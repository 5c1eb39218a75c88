"""Settings: when the team is there, and what visitors read while it is away."""

from __future__ import annotations

import re
from typing import Any, Final

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from inglenook.dashboard.forms import PlainForm
from inglenook.sites.models import Site
from inglenook.sites.opening_hours import AWAY_CHARS, DAYS, MOST_TIMES
from inglenook.sites.time_zones import time_zones

# `9-12:30`, with a hyphen or the dash of good typing.
_END = r"([01]?[0-9]|2[0-4])(?::([0-5][0-9]))?"
_TIMES = re.compile(rf"{_END} *[-\u2013] *{_END}")
LAST: Final = "24:00"


class TimesField(forms.Field):
    """The times of one day as a line, `09:00-12:00, 13:00-17:00`; empty where it is closed."""

    def to_python(self, value: Any) -> list[list[str]]:
        parts = [part.strip() for part in re.split(r"[,;]", value or "")]
        found = sorted(_time_of(part) for part in parts if part)
        if len(found) > MOST_TIMES:
            raise forms.ValidationError(_("Ten times a day at most."))
        return found

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value  # as it was typed
        return ", ".join(f"{opens}\u2013{closes}" for opens, closes in value)


def _time_of(text: str) -> list[str]:
    """When it begins and ends. Raises ValidationError."""
    words = _("“%(text)s” is no time of a day. Write it as 09:00-17:00.")
    if match := _TIMES.fullmatch(text):
        hour, minute, last_hour, last_minute = match.groups(default="00")
        opens, closes = f"{hour:0>2}:{minute}", f"{last_hour:0>2}:{last_minute}"
        if opens < closes <= LAST:
            return [opens, closes]
        if closes <= opens:
            words = _(
                "%(text)s ends before it begins. A night is two times: until 24:00, and from 00:00."
            )
    raise forms.ValidationError(words, params={"text": text})


def _zone_choices() -> list[tuple[str, str]]:
    return [(zone, zone) for zone in sorted(time_zones())]


class HoursForm(PlainForm):
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=_zone_choices)
    away_text = forms.CharField(
        label=_("While you are away"),
        required=False,
        max_length=AWAY_CHARS,
        help_text=_("Stands above a private line. Empty: the chat has its own sentence."),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        times = site.opening_hours or {}
        initial = {"time_zone": site.time_zone, "away_text": site.away_text}
        super().__init__(*args, initial={**initial, **times}, **kwargs)
        attributes = {"placeholder": _("closed"), "autocomplete": "off", "dir": "ltr"}
        for day, name in zip(DAYS, WEEKDAYS.values(), strict=True):
            widget = forms.TextInput(attrs=attributes)
            self.fields[day] = TimesField(label=name, required=False, widget=widget)
        self.order_fields([*DAYS, "time_zone", "away_text"])

    def changes(self) -> dict[str, Any]:
        """As the service names them. Without a time on any day the team is always there."""
        said = self.cleaned_data
        hours = {day: said[day] for day in DAYS if said[day]}
        return {
            "opening_hours": hours or None,
            "time_zone": said["time_zone"],
            "away_text": said["away_text"],
        }
