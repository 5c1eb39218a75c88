"""The keys of Review."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from inglenook.dashboard.shell.keys import Key

_CALM: Final = Key("c", _("Calm the rooms"), "[data-act=calm]")
CASE_KEYS: Final = (
    Key("j", _("The next case"), "[data-case=next]"),
    Key("k", _("The case before"), "[data-case=previous]"),
    Key("1", _("Keep it, or let it through"), "[data-decides='1']"),
    Key("2", _("Delete it, or reject it"), "[data-decides='2']"),
    Key("3", _("Delete it and mute a day"), "[data-decides='3']"),
    Key("4", _("Delete all by this person, and ban"), "[data-decides='4']"),
    _CALM,
)
SEVERAL_KEYS: Final = (
    Key("4", _("Delete all by them, and ban them"), "[data-decides='4']"),
    _CALM,
)
