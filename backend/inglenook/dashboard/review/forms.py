"""The forms of Review: a sanction, a word rule, a text to try."""

from __future__ import annotations

from typing import Any, Final, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from inglenook.chat.room_settings import NAME_CHARS
from inglenook.dashboard.forms import PlainForm
from inglenook.moderation.services import REASON_CHARS
from inglenook.moderation.word_rule_services import PATTERN_CHARS
from inglenook.protocol.text import MAX_BODY_CHARS
from inglenook.sites.models import Site
from inglenook.visitors.models import Visitor

HOUR: Final = 60 * 60
DAY: Final = 24 * HOUR
ENDS: Final = (
    (str(HOUR), _("after an hour")),
    (str(DAY), _("after a day")),
    (str(7 * DAY), _("after a week")),
    (str(30 * DAY), _("after 30 days")),
    ("", _("when the team lifts it")),
)
KINDS: Final = (
    ("mute", _("Mute: reads, and cannot write")),
    ("ban", _("Ban: cannot open the chat")),
    ("shadow", _("Shadow: writes, and nobody else sees it")),
)
SCOPES: Final = (
    ("person", _("This person")),
    ("address", _("The person, and whoever is new from the same address waits for the team")),
    ("range", _("The person, and whoever is new from the same network waits for the team")),
)
MATCHES: Final = (
    ("word", _("Whole words")),
    ("part", _("Part of a word")),
    ("regex", _("Pattern (RE2)")),
)
RULE_ACTIONS: Final = (
    ("block", _("Block: it is not sent")),
    ("hold", _("Hold: it waits for the team")),
    ("mask", _("Mask: dots in its place")),
)
PLACES: Final = (("body", _("in messages")), ("name", _("in names")))


class SanctionForm(PlainForm):
    visitor = forms.CharField(
        label=_("Who"),
        max_length=60,
        help_text=_("The name as it stands beside their messages, or their number (v_…)."),
        error_messages={"required": _("Say who it is about.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    kind = forms.ChoiceField(label=_("What"), choices=KINDS, widget=forms.RadioSelect)
    seconds = forms.ChoiceField(label=_("It ends"), choices=ENDS, required=False)
    scope = forms.ChoiceField(label=_("Whom it reaches"), choices=SCOPES)
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=REASON_CHARS,
        help_text=_("The person reads it."),
    )
    delete_messages = forms.BooleanField(
        label=_("Delete all that they wrote"),
        required=False,
        help_text=_("What of theirs waits is rejected. It can be undone for ten minutes."),
    )

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.site = site

    def clean_visitor(self) -> str:
        wanted: str = self.cleaned_data["visitor"]
        people = Visitor.objects.filter(site=self.site, erased_at=None)
        if people.filter(public_id=wanted).exists():
            return wanted
        named = list(people.filter(name=wanted).values_list("public_id", flat=True)[:2])
        if not named:
            raise forms.ValidationError(gettext("Nobody of this name has been here."))
        if len(named) > 1:
            raise forms.ValidationError(
                gettext("Several people have this name. Take the number, which People shows.")
            )
        return str(named[0])

    def clean_seconds(self) -> int | None:
        given = self.cleaned_data["seconds"]
        return int(given) if given else None


class WordRuleForm(PlainForm):
    pattern = forms.CharField(
        label=_("Words"),
        max_length=PATTERN_CHARS,
        # A pattern begins or ends with a blank where somebody means it.
        strip=False,
        help_text=_("Other spellings of the same letters are met, too: fr€€, f r e e."),
        error_messages={"required": _("Write the words that the rule looks for.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    match = forms.ChoiceField(label=_("Meets"), choices=MATCHES)
    action = forms.ChoiceField(label=_("Then"), choices=RULE_ACTIONS, widget=forms.RadioSelect)
    where = forms.MultipleChoiceField(
        label=_("Where"),
        choices=PLACES,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose messages, names or both.")},
    )
    rooms = forms.MultipleChoiceField(
        label=_("Rooms"),
        required=False,
        help_text=_("None chosen: in every room."),
        widget=forms.CheckboxSelectMultiple,
    )
    enabled = forms.BooleanField(label=_("On"), required=False)

    def __init__(self, *args: Any, rooms: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "rooms", rooms)

    def clean_rooms(self) -> list[str] | None:
        return self.cleaned_data["rooms"] or None


class CheckForm(PlainForm):
    text = forms.CharField(
        label=_("A message as somebody would write it"),
        max_length=MAX_BODY_CHARS,
        error_messages={"required": _("Write a message to try.")},
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )
    name = forms.CharField(label=_("By the name of"), required=False, max_length=NAME_CHARS)
    room = forms.ChoiceField(label=_("In the room"), required=False)

    def __init__(self, *args: Any, rooms: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "room", [("", gettext("a new room")), *rooms])


def set_choices(form: PlainForm, field: str, choices: list[tuple[str, str]]) -> None:
    """What a field of choices offers on this site."""
    cast(forms.ChoiceField, form.fields[field]).choices = choices
