"""What an owner sends to whoever looks after the pages: the tag, and three plain steps."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from django.utils.translation import gettext as _
from msgspec import Struct

from inglenook.dashboard.sites.how_tos import HowTo
from inglenook.dashboard.sites.overview import Snippets

# RFC 6068, section 5: lines of a mail address end so.
_LINE_END: Final = "\r\n"


class Letter(Struct, frozen=True):
    subject: str
    body: str

    @property
    def address(self) -> str:
        """It opens the mail program with the letter, to nobody yet."""
        body = quote(self.body.replace("\n", _LINE_END), safe="")
        return f"mailto:?subject={quote(self.subject, safe='')}&body={body}"


def letter_of(site_name: str, how_to: HowTo, snippets: Snippets) -> Letter:
    where = " ".join(str(step) for step in how_to.steps)
    steps = (
        where,
        _("This is what to paste:") + f"\n\n{how_to.code(snippets.bubble)}\n",
        _("Open a page, and press the button in its corner: the chat opens."),
    )
    parts = (
        _("Please put a chat on the pages of %(site)s. It takes three steps:")
        % {"site": site_name},
        "\n".join(f"{number}. {step}" for number, step in enumerate(steps, start=1)),
        _("If the pages have a Content-Security-Policy, add these lines to it:")
        + f"\n\n{snippets.policy}",
    )
    return Letter(_("A chat for %(site)s") % {"site": site_name}, "\n\n".join(parts) + "\n")
