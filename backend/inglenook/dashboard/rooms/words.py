"""What can be set about a room, in words: for its form, and for the pane beside its messages."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from msgspec import Struct

from inglenook.chat.models import Room
from inglenook.chat.selectors import CALM_SLOW_S

Choices = tuple[tuple[str, Promise], ...]

WRITERS: Final[Choices] = (
    ("nobody", _("everybody")),
    ("new", _("everybody but new people")),
    ("anonymous", _("signed-in people and the team")),
    ("visitors", _("the team alone")),
)
APPROVAL: Final[Choices] = (
    ("none", _("nobody")),
    ("new", _("new people")),
    ("all", _("everybody but trusted people")),
)
WHO: Final[Choices] = (
    ("all", _("everybody")),
    ("known", _("known people")),
    ("trusted", _("trusted people")),
    ("none", _("the team alone")),
)
FILES: Final[Choices] = (
    ("none", _("none")),
    ("images", _("pictures")),
    ("listed", _("the kinds listed below")),
)
ARCHIVE: Final[Choices] = (
    ("", _("as the site")),
    ("public", _("anybody, and search engines")),
    ("link", _("whoever has the link")),
    ("none", _("nobody")),
)
PRESETS: Final[Choices] = (
    ("open", _("Open: everybody writes at once")),
    ("calm", _("Calm: new people are held, one message in 10 seconds")),
    ("announcements", _("Announcements: the team alone writes")),
)


class Mode(Struct, frozen=True):
    """One line of the pane: what is set, and to what."""

    label: str | Promise
    value: str | Promise


def modes_of(room: Room) -> list[Mode]:
    """How a room is set, the calm included."""
    slow_s = max(room.slow_s, CALM_SLOW_S) if room.calm_until else room.slow_s
    off = _("off")
    return [
        Mode(_("Slow mode"), format_lazy("{} s", slow_s) if slow_s else off),
        Mode(_("Who may write"), _word(WRITERS, "visitors" if room.locked else room.read_only_for)),
        Mode(_("Held first"), _word(APPROVAL, "new" if _holds_new(room) else room.approval)),
        Mode(_("Links"), _word(WHO, "trusted" if room.calm_until else room.links)),
        Mode(_("Files"), _word(FILES, room.files)),
    ]


def _holds_new(room: Room) -> bool:
    return bool(room.calm_until) and room.approval == Room.Approval.NONE


def _word(choices: Choices, value: str) -> Promise | str:
    return next((word for key, word in choices if key == value), value)
