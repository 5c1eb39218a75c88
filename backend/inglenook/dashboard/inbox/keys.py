"""The keys of the inbox: from line to line, and in the conversation that is open."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from inglenook.dashboard.shell.keys import Key

_LINES: Final = ".inbox-list:not(:has([aria-current])) .pane-line"
LINE_KEYS: Final = (
    Key("j", _("The next conversation"), f".inbox-list li:has([aria-current]) + li a, {_LINES}"),
    Key("k", _("The conversation before"), ".inbox-list li:has(+ li [aria-current]) a"),
)
CONVERSATION_KEYS: Final = (
    *LINE_KEYS,
    Key("r", _("Answer"), "#body"),
    Key("d", _("Delete the message"), ".message.current [data-act=delete]"),
    Key("m", _("Mute its author for a day"), ".message.current [data-act=mute]"),
    Key("o", _("All that can be done with it"), ".message.current [data-act=more]"),
)
