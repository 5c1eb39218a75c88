"""Settings: what is asked of whoever begins a private line, before the first message."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from inglenook.dashboard.forms import PlainForm
from inglenook.dashboard.look.forms import LinesField

MOST_QUESTIONS: Final = 5
KEY_CHARS: Final = 40
# What ends a line whose question must be answered.
REQUIRED: Final = "*"
PRESENCES: Final = (
    ("off", _("Not asked")),
    ("optional", _("Asked, may be left out")),
    ("required", _("Must be answered")),
)


class QuestionsForm(PlainForm):
    name = forms.ChoiceField(label=_("Name"), choices=PRESENCES)
    email = forms.ChoiceField(
        label=_("E-mail"),
        choices=PRESENCES,
        help_text=_("Nobody proves that it is theirs; the team alone reads it."),
    )
    fields_asked = LinesField(
        label=_("Questions of your own"),
        most=MOST_QUESTIONS,
        too_many=_("Five questions at most."),
        too_long=_("A question has 200 characters at most."),
        help_text=_("One a line, five at most. Put * at the end of one that must be answered."),
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
    )

    def __init__(self, *args: Any, asked: dict[str, Any], **kwargs: Any) -> None:
        self.known = {field["label"]: field["key"] for field in asked.get("fields", [])}
        initial = {
            "name": asked.get("name", "off"),
            "email": asked.get("email", "off"),
            "fields_asked": "\n".join(_line(field) for field in asked.get("fields", [])),
        }
        super().__init__(*args, initial=initial, **kwargs)

    def clean_fields_asked(self) -> list[dict[str, Any]]:
        """A question that stays keeps its key, and with it the answers that were given."""
        found: list[dict[str, Any]] = []
        taken = set(self.known.values())
        for line in self.cleaned_data["fields_asked"]:
            label = line.removesuffix(REQUIRED).strip()
            if not label or label in [field["label"] for field in found]:
                raise forms.ValidationError(_("Each question has words, and stands here once."))
            key = self.known.get(label) or _free(_key_of(label), taken)
            taken.add(key)
            found.append({"key": key, "label": label, "required": line.endswith(REQUIRED)})
        return found

    def changes(self) -> dict[str, Any]:
        """As the service names them."""
        said = self.cleaned_data
        asked = {"name": said["name"], "email": said["email"], "fields": said["fields_asked"]}
        return {"prechat": asked}


def _line(field: dict[str, Any]) -> str:
    return f"{field['label']} {REQUIRED}" if field.get("required") else str(field["label"])


def _key_of(label: str) -> str:
    """`order_number` of "Order number"; `question` where nothing of the label is a Latin letter."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    return re.sub(r"^[^a-z]+|_+$", "", re.sub(r"[^a-z0-9]+", "_", plain)[:KEY_CHARS]) or "question"


def _free(key: str, taken: set[str]) -> str:
    if key not in taken:
        return key
    number = next(n for n in range(2, len(taken) + 3) if f"{key[: KEY_CHARS - 3]}_{n}" not in taken)
    return f"{key[: KEY_CHARS - 3]}_{number}"
