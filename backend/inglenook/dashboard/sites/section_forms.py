"""The forms of the sections of Settings."""

from __future__ import annotations

from typing import Any, Final, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from inglenook.chat.room_settings import MOST_DAYS
from inglenook.dashboard.forms import PlainForm
from inglenook.sites.api_keys import NAME_CHARS
from inglenook.sites.scopes import SCOPES

MOST_COUNT: Final = 100_000
CONSENT_CHARS: Final = 2000
VERSION_CHARS: Final = 40
TRUST: Final = ("known_minutes", "known_messages", "trusted_days", "trusted_messages")
ENDS: Final = (
    ("", _("when it is ended here")),
    ("30", _("after 30 days")),
    ("90", _("after 90 days")),
    ("365", _("after a year")),
)
# A scope that only reads comes before the one that writes, as in the table of scopes.
SCOPE_CHOICES: Final = tuple((name, f"{name}: {words}") for name, words in SCOPES.items())


def _count(label: Any, help_text: Any = "") -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=MOST_COUNT, help_text=help_text)


class WritingForm(PlainForm):
    known_minutes = _count(_("Known after so many minutes"))
    known_messages = _count(_("and so many messages"))
    trusted_days = _count(
        _("Trusted after so many days"), _("0: nobody by time; the team says who is trusted.")
    )
    trusted_messages = _count(_("and so many messages"))
    repeat_s = _count(
        _("Seconds before the same text may be written again"), _("0: it may at once.")
    )
    new_visitors_per_hour = _count(
        _("New people of one address in an hour"),
        _("What more of them write waits for the team. 0: there is no limit."),
    )

    def changes(self) -> dict[str, Any]:
        """As the service names them."""
        fields = self.cleaned_data
        plain = {name: value for name, value in fields.items() if name not in TRUST}
        return {**plain, "trust": {name: fields[name] for name in TRUST}}


class ConsentForm(PlainForm):
    text = forms.CharField(
        label=_("What people agree to"),
        required=False,
        max_length=CONSENT_CHARS,
        help_text=_("Shown before somebody writes for the first time. Empty: nobody is asked."),
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
    )
    version = forms.CharField(
        label=_("Version"),
        required=False,
        max_length=VERSION_CHARS,
        help_text=_("Another version asks everybody again, such as 2026-11."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        fields = super().clean() or {}
        if fields.get("text") and not fields.get("version"):
            self.add_error("version", _("Name the version, so that a later one can ask again."))
        return fields

    def changes(self) -> dict[str, Any]:
        found = {name: self.cleaned_data[name] for name in ("text", "version")}
        return {"consent": found if found["text"] else None}


class KeptForm(PlainForm):
    retention_days = forms.IntegerField(
        label=_("Days"),
        required=False,
        min_value=1,
        max_value=MOST_DAYS,
        help_text=_("For rooms without days of their own. Empty: until somebody deletes it."),
    )


class ApiKeyForm(PlainForm):
    name = forms.CharField(
        label=_("Name"),
        max_length=NAME_CHARS,
        help_text=_("The program that will use it."),
        error_messages={"required": _("Name the program that will use the key.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    scopes = forms.MultipleChoiceField(
        label=_("It may"),
        choices=SCOPE_CHOICES,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one: a key without any can do nothing.")},
    )
    days = forms.ChoiceField(label=_("It ends"), choices=ENDS, required=False)


class ExportForm(PlainForm):
    room = forms.ChoiceField(label=_("Room"))

    def __init__(self, *args: Any, rooms: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["room"]).choices = rooms
