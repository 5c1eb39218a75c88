"""The form of a site's look. What a value may be is the service's to say (sites/look.py)."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from inglenook.dashboard.forms import PlainForm
from inglenook.sites.custom_css import CSS_CHARS
from inglenook.sites.look import (
    DEFAULT_ACCENT,
    DEFAULT_OFFSET,
    LINE_CHARS,
    MOST_OFFSET,
    MOST_STARTERS,
    TEXT_CHARS,
)

# The fields that are one value of the theme.
LINES: Final = ("accent", "side", "offset_x", "offset_y", "label", "title", "welcome", "css")


class LookForm(PlainForm):
    accent = forms.CharField(
        label=_("Colour"),
        required=False,
        max_length=7,
        help_text=_("As #rrggbb. Empty: the chat's own."),
        widget=forms.TextInput(
            attrs={"class": "mono", "placeholder": DEFAULT_ACCENT, "spellcheck": "false"}
        ),
    )
    title = forms.CharField(
        label=_("Headline"),
        required=False,
        max_length=LINE_CHARS,
        help_text=_("Empty: the room's name."),
    )
    welcome = forms.CharField(
        label=_("First line in an empty conversation"),
        required=False,
        max_length=TEXT_CHARS,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    starters = forms.CharField(
        label=_("Questions below it"),
        required=False,
        max_length=MOST_STARTERS * (LINE_CHARS + 2),
        help_text=_("In “Ask the team”: one a line, three at most. Each is a button."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    side = forms.ChoiceField(
        label=_("Where it stands"),
        required=False,
        choices=[("", _("As the tag says")), ("left", _("Left")), ("right", _("Right"))],
    )
    offset_x = forms.IntegerField(
        label=_("Distance from that side, in pixels"),
        required=False,
        min_value=0,
        max_value=MOST_OFFSET,
        widget=forms.NumberInput(attrs={"placeholder": DEFAULT_OFFSET}),
    )
    offset_y = forms.IntegerField(
        label=_("Distance from the bottom, in pixels"),
        required=False,
        min_value=0,
        max_value=MOST_OFFSET,
        widget=forms.NumberInput(attrs={"placeholder": DEFAULT_OFFSET}),
    )
    label = forms.CharField(
        label=_("What the button is called"),
        required=False,
        max_length=LINE_CHARS,
        help_text=_("Read aloud by screen readers."),
    )
    css = forms.CharField(
        label=_("Style sheet of your own"),
        required=False,
        max_length=CSS_CHARS,
        help_text=_(
            "For what is inside the chat. It may not fetch anything: no url(), no @import."
        ),
        widget=forms.Textarea(attrs={"rows": 4, "class": "mono", "spellcheck": "false"}),
    )

    def clean_starters(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["starters"].splitlines()]
        found = [line for line in lines if line]
        if len(found) > MOST_STARTERS:
            raise forms.ValidationError(_("Three questions at most."))
        if any(len(line) > LINE_CHARS for line in found):
            raise forms.ValidationError(_("A question has 200 characters at most."))
        return found

    def theme_over(self, theme: dict[str, Any]) -> dict[str, Any]:
        """The theme with what the form says; what the form does not have stays."""
        found = {**theme, **self.cleaned_data}
        return {name: value for name, value in found.items() if value not in (None, "", [])}


def initial_of(theme: dict[str, Any]) -> dict[str, Any]:
    return {
        **{name: theme.get(name) for name in LINES},
        "starters": "\n".join(theme.get("starters") or []),
    }
