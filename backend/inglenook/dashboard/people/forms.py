"""The forms of a person's page."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from inglenook.dashboard.forms import PlainForm
from inglenook.visitors.directory import NOTE_CHARS

TRUSTS: Final = (
    ("", _("as they earn it")),
    ("new", _("new")),
    ("known", _("known")),
    ("trusted", _("trusted")),
)


class NoteForm(PlainForm):
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=NOTE_CHARS,
        help_text=_("The team alone reads it."),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )


class TrustForm(PlainForm):
    trust = forms.ChoiceField(label=_("Trust"), choices=TRUSTS, required=False)

    def clean_trust(self) -> str | None:
        """None: it is earned."""
        return self.cleaned_data["trust"] or None


class TypedForm(PlainForm):
    """Asks for words that must be typed exactly, before what cannot be undone."""

    confirm = forms.CharField(
        label=_("Type the name"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, words: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.words = words

    def clean_confirm(self) -> str:
        typed: str = self.cleaned_data["confirm"]
        if typed.strip() != self.words.strip():
            raise forms.ValidationError(
                gettext("This is not the name. Write “%(words)s” to go on.") % {"words": self.words}
            )
        return typed
