"""The keys of a room's page: for the message under the pointer or the focus."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from inglenook.dashboard.shell.keys import Key

ROOM_KEYS: Final = (
    Key("j", _("The next message"), "[data-step='1']"),
    Key("k", _("The message before"), "[data-step='-1']"),
    Key("r", _("Reply to the message"), ".message.current [data-act=reply]"),
    Key("p", _("Pin the message"), ".message.current [data-act=pin]"),
    Key("d", _("Delete the message"), ".message.current [data-act=delete]"),
    Key("m", _("Mute its author for a day"), ".message.current [data-act=mute]"),
    Key("o", _("All that can be done with it"), ".message.current [data-act=more]"),
    Key("1", _("Keep it, or let it through"), ".message.current [data-decides='1']"),
    Key("2", _("Delete it, or reject it"), ".message.current [data-decides='2']"),
    Key("3", _("Delete it and mute a day"), ".message.current [data-decides='3']"),
    Key("w", _("Write"), "#body"),
    Key("c", _("Calm the rooms"), "[data-act=calm]"),
)
