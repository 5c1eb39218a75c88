"""The form of identifiers, each pattern once. Patterns match the whole text (`re.fullmatch`)."""

from __future__ import annotations

from typing import Final

# What a client names an act by, so that sending it again changes nothing.
CID: Final = "[A-Za-z0-9-]{8,64}"
