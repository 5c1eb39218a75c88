"""The forms of a person's page."""

from __future__ import annotations

from typing import Final

from django import forms
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
