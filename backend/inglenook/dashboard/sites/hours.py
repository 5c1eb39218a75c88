"""Settings: when the team is there, and what visitors read while it is away."""

from __future__ import annotations

import re
import zoneinfo
from itertools import pairwise
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from inglenook.dashboard.forms import PlainForm
from inglenook.sites.models import Site
from inglenook.sites.opening_hours import DAYS

MOST_TIMES: Final = 4
AWAY_CHARS: Final = 500
NAMES: Final = dict(
    zip(
        DAYS,
        (
            *(_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday")),
            *(_("Friday"), _("Saturday"), _("Sunday")),
        ),
        strict=True,
    )
)
# `9-12:30`, with a hyphen or the dash of good typing.
_TIMES = re.compile(r"([0-9]{1,2})(?::([0-9]{2}))? *[-\u2013] *([0-9]{1,2})(?::([0-9]{2}))?")
LAST: Final = "24:00"


class TimesField(forms.Field):
    """The times of one day as a line, `09:00-12:00, 13:00-17:00`; empty where it is closed."""

    def to_python(self, value: Any) -> list[list[str]]:
        parts = [part.strip() for part in re.split(r"[,;]", value or "")]
        found = [_time_of(part) for part in parts if part]
        if len(found) > MOST_TIMES:
            raise forms.ValidationError(_("Four times a day at most."))
        if any(after[0] < before[1] for before, after in pairwise(found)):
            raise forms.ValidationError(_("Put the times in their order, one after the other."))
        return found

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value  # as it was typed
        return ", ".join(f"{opens}\u2013{closes}" for opens, closes in value)


def _time_of(text: str) -> list[str]:
    """The two ends of a time of day. Raises ValidationError."""
    match = _TIMES.fullmatch(text)
    ends = match.groups(default="00") if match else ("99", "99", "99", "99")
    opens, closes = (f"{int(hour):02}:{minute}" for hour, minute in (ends[:2], ends[2:]))
    if not all(part[3:] < "60" and part <= LAST for part in (opens, closes)):
        words = _("“%(text)s” is no time of a day. Write it as 09:00-17:00.")
        raise forms.ValidationError(words, params={"text": text})
    if opens >= closes:
        raise forms.ValidationError(
            _("%(text)s ends before it begins. A night is two times: until 24:00, and from 00:00."),
            params={"text": text},
        )
    return [opens, closes]


class HoursForm(PlainForm):
    time_zone = forms.ChoiceField(label=_("Time zone"))
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
        zones = sorted(zoneinfo.available_timezones())
        self.fields["time_zone"].choices = [(zone, zone) for zone in zones]  # type: ignore[attr-defined]  # a ChoiceField
        for day, name in NAMES.items():
            attributes = {"placeholder": _("closed"), "autocomplete": "off", "dir": "ltr"}
            self.fields[day] = TimesField(
                label=name, required=False, widget=forms.TextInput(attrs=attributes)
            )
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
