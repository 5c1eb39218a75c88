"""The keys of the workspace, in one table.

The shell writes it into each page as the list behind `?`. The script of the workspace reads that
list and binds what stands in it, so the list is always what the keys do.
"""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from msgspec import Struct

from inglenook.dashboard.shell.facts import Shell


class Key(Struct, frozen=True):
    """`keys` are pressed one after the other.

    Then the first visible element that `press` selects is pressed, or gets the focus where it is a
    field. Where there is none the key does nothing.
    """

    keys: str
    label: Promise | str
    press: str

    @property
    def strokes(self) -> list[str]:
        return self.keys.split()


def keys_of(shell: Shell) -> list[Key]:
    """The keys that work on every page of this person."""
    search = [Key("/", _("Search rooms and people"), "[data-search]")] if shell.may_search else []
    sections = [
        Key(f"g {entry.section.key}", entry.label, f'[data-section="{entry.section.name}"]')
        for entry in shell.entries
    ]
    return [*search, Key("?", _("This list"), "[data-opens=keys]"), *sections]
