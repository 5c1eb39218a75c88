"""The form of a site's look. What a value may be is the service's to say (sites/look.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.functional import Promise
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

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# The fields that are one value of the theme.
LINES: Final = ("accent", "side", "offset_x", "offset_y", "label", "title", "welcome", "css")
# As the design has them; any other can be typed.
COLOURS: Final = (
    ("#a8431f", _("Clay")),
    ("#3d5a45", _("Green")),
    ("#2f4a75", _("Blue")),
    ("#714883", _("Plum")),
    ("#7a5200", _("Amber")),
    ("#2c231e", _("Ink")),
)
# Of what each part of the page consists: its name, its heading, what it says below, its fields.
GROUPS: Final[tuple[tuple[str, str | Promise, str | Promise, tuple[str, ...]], ...]] = (
    (
        "chat",
        _("The chat"),
        _("Changes show in the preview at once, and on your pages when you save."),
        ("accent", "title", "welcome", "starters"),
    ),
    ("button", _("The button"), "", ("side", "offset_x", "offset_y", "label")),
    (
        "show",
        _("Where the button is shown"),
        _("Links and rooms inside of a page open the chat everywhere."),
        ("devices", "paths"),
    ),
    ("more", _("For who writes style sheets"), "", ("css",)),
)
MOST_PATHS: Final = 100


class LinesField(forms.CharField):
    """A list of texts, one a line, each of at most LINE_CHARS; empty lines do not count."""

    def __init__(
        self, *, most: int, too_many: _StrPromise, too_long: _StrPromise, **kwargs: Any
    ) -> None:
        super().__init__(required=False, max_length=most * (LINE_CHARS + 2), **kwargs)
        self.most = most
        self.too_many = too_many
        self.too_long = too_long

    def clean(self, value: Any) -> list[str]:
        lines = [line.strip() for line in super().clean(value).splitlines()]
        found = [line for line in lines if line]
        if len(found) > self.most:
            raise forms.ValidationError(self.too_many)
        if any(len(line) > LINE_CHARS for line in found):
            raise forms.ValidationError(self.too_long)
        return found


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
    starters = LinesField(
        label=_("Questions below it"),
        most=MOST_STARTERS,
        too_many=_("Three questions at most."),
        too_long=_("A question has 200 characters at most."),
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
        label=_("Words on the button"),
        required=False,
        max_length=LINE_CHARS,
        help_text=_("Without any it is a disc with the mark alone."),
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

    devices = forms.ChoiceField(
        label=_("Devices"),
        required=False,
        choices=[
            ("", _("Every device")),
            ("desktop", _("Desks alone")),
            ("phone", _("Phones alone")),
        ],
    )
    paths = LinesField(
        label=_("On these pages alone"),
        most=MOST_PATHS,
        too_many=_("A hundred paths at most."),
        too_long=_("A path has 200 characters at most."),
        help_text=_(
            "One path a line, such as /blog/*; * stands for any characters. Empty: on all pages."
        ),
        widget=forms.Textarea(
            attrs={"rows": 3, "class": "mono", "spellcheck": "false", "placeholder": "/blog/*"}
        ),
    )

    def theme_over(self, theme: dict[str, Any]) -> dict[str, Any]:
        """The theme with what the form says; what the form does not have stays."""
        said = dict(self.cleaned_data)
        paths, device = said.pop("paths"), said.pop("devices")
        show = {"paths": paths, "devices": [device] if device else []}
        said["show"] = {name: value for name, value in show.items() if value}
        found = {**theme, **said}
        return {name: value for name, value in found.items() if value not in (None, "", [], {})}


def initial_of(theme: dict[str, Any]) -> dict[str, Any]:
    show = theme.get("show") or {}
    devices = show.get("devices") or []
    return {
        **{name: theme.get(name) for name in LINES},
        "starters": "\n".join(theme.get("starters") or []),
        "paths": "\n".join(show.get("paths") or []),
        "devices": devices[0] if len(devices) == 1 else "",
    }


def groups_of(form: LookForm) -> list[dict[str, Any]]:
    """For the template."""
    return [
        {"name": name, "head": head, "hint": hint, "fields": [form[each] for each in fields]}
        for name, head, hint, fields in GROUPS
    ]
