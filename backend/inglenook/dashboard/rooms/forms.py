from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from inglenook.chat.room_settings import (
    ANNOUNCEMENT_CHARS,
    MOST_DAYS,
    MOST_SLOW_S,
    NAME_CHARS,
    RULES_CHARS,
    TOPIC_CHARS,
)
from inglenook.dashboard.forms import TYPED_EXACTLY, PlainForm, format_lazy
from inglenook.dashboard.rooms import words
from inglenook.dashboard.rooms.slugs import suggest_slug
from inglenook.protocol.ids import NEW_SLUG_CHARS, is_new_slug

SLUG_HELP = _(
    "Small letters, digits and hyphens, beginning with a letter or digit, %(most)d at most. It "
    "stands in addresses and in your page, and stays when the room is renamed. Left empty, it is "
    "made from the name."
)


class RoomNameForm(PlainForm):
    name = forms.CharField(
        label=_("Name"),
        max_length=NAME_CHARS,
        error_messages={
            "required": _("Give the room a name, such as Help or Coffee corner."),
            "max_length": _(
                "A room's name has %(limit_value)d characters at most; this one has %(show_value)d."
            ),
        },
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if not any(character.isalnum() for character in name):
            # Emoji alone cannot be searched for, and a screen reader says only their descriptions.
            raise forms.ValidationError(gettext("A name needs at least one letter or digit."))
        return name


class CreateRoomForm(RoomNameForm):
    slug = forms.CharField(
        label=_("Short name"),
        required=False,
        max_length=200,
        help_text=format_lazy(SLUG_HELP, most=NEW_SLUG_CHARS),
        widget=forms.TextInput(attrs=TYPED_EXACTLY),
    )
    topic = forms.CharField(
        label=_("Topic"),
        required=False,
        max_length=TOPIC_CHARS,
        help_text=_("What the room is for, in a line."),
    )
    preset = forms.ChoiceField(
        label=_("How it begins"),
        choices=words.PRESETS,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("Everything can be set one by one afterwards."),
    )

    def __init__(self, *args: Any, taken: set[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.taken = taken

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"] or suggest_slug(self.cleaned_data.get("name", ""))
        if not is_new_slug(slug):
            raise forms.ValidationError(
                gettext(
                    "“%(slug)s” cannot be a short name. Use small letters, digits and hyphens, "
                    "such as %(free)s."
                )
                % {"slug": slug[:80], "free": suggest_slug(slug, self.taken)}
            )
        if slug in self.taken:
            free = suggest_slug(slug, self.taken)
            raise forms.ValidationError(
                gettext(
                    "This site has a room “%(slug)s” already. Choose another short name, such as "
                    "%(free)s."
                )
                % {"slug": slug, "free": free}
            )
        return slug


class RoomSettingsForm(RoomNameForm):
    topic = forms.CharField(
        label=_("Topic"),
        required=False,
        max_length=TOPIC_CHARS,
        help_text=_("What the room is for, in a line; shown under its name."),
    )
    rules = forms.CharField(
        label=_("Rules"),
        required=False,
        max_length=RULES_CHARS,
        help_text=_("One a line. People agree to them before they first write."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    announcement = forms.CharField(
        label=_("Announcement"),
        required=False,
        max_length=ANNOUNCEMENT_CHARS,
        help_text=_("Shown at the top of the room until you clear it."),
    )
    slow_s = forms.IntegerField(
        label=_("Slow mode, in seconds"),
        min_value=0,
        max_value=MOST_SLOW_S,
        help_text=_(
            "How long everybody but the team waits between two messages. 0 switches it off."
        ),
        error_messages={
            "required": _("Write a number of seconds, or 0 for no slow mode."),
            "invalid": _("Write a whole number of seconds, such as 15."),
            "min_value": _("The least is 0, which switches slow mode off."),
            "max_value": format_lazy(
                _("The most is %(seconds)d seconds, which is %(hours)d hours."),
                seconds=MOST_SLOW_S,
                hours=MOST_SLOW_S // 3600,
            ),
        },
    )
    locked = forms.BooleanField(
        label=_("Closed for new messages"),
        required=False,
        help_text=_("Everybody can read; only the team can write."),
    )
    locked_until = forms.DateTimeField(
        label=_("Opens again by itself, in UTC"),
        required=False,
        help_text=_("Left empty, it stays closed until somebody opens it."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": _("Write a day and a time, such as 2026-12-24 18:00.")},
    )
    read_only_for = forms.ChoiceField(
        label=_("Who may write"), choices=words.WRITERS, required=False
    )
    approval = forms.ChoiceField(
        label=_("Whose messages are held first"), choices=words.APPROVAL, required=False
    )
    links = forms.ChoiceField(label=_("Who may write links"), choices=words.WHO, required=False)
    files = forms.ChoiceField(  # type: ignore[assignment]  # of the room; Django's own is set on the instance
        label=_("Files"), choices=words.FILES, required=False
    )
    files_from = forms.ChoiceField(
        label=_("Who may send files"), choices=words.WHO[:3], required=False
    )
    file_types = forms.CharField(
        label=_("Kinds of files"),
        required=False,
        help_text=_("Media types, one a line, such as application/pdf."),
        widget=forms.Textarea(attrs={"rows": 2, "class": "mono", "spellcheck": "false"}),
    )
    archive = forms.ChoiceField(
        label=_("Who may read the archive"), choices=words.ARCHIVE, required=False
    )
    retention_days = forms.IntegerField(
        label=_("Messages are kept, in days"),
        required=False,
        min_value=1,
        max_value=MOST_DAYS,
        help_text=_("Left empty, as the site keeps them. Older ones go for good, within the hour."),
        error_messages={"invalid": _("Write a whole number of days, such as 90.")},
    )

    def clean_file_types(self) -> list[str]:
        return str(self.cleaned_data["file_types"]).split()

    def changes(self) -> dict[str, Any]:
        """What is given: a form of fewer fields leaves the others as they are."""
        given = {
            field: value
            for field, value in self.cleaned_data.items()
            if field in self.data or field == "locked"
        }
        return {
            field: value or None if field == "archive" else value for field, value in given.items()
        }
