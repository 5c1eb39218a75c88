"""The form of identifiers: each pattern once, and the words for whoever got it wrong.

Patterns match a whole text (`re.fullmatch`). In a Struct stands `whole(pattern)`, in an OpenAPI
document `^pattern$`.
"""

from __future__ import annotations

import re
from typing import Final

# What a client names an act by, so that sending it again changes nothing.
CID: Final = "[A-Za-z0-9-]{8,64}"
CID_WORDS: Final = "`cid` is 8 to 64 letters, digits and hyphens."
# A site's public key. Keys that are made now are `pk_` and 32 letters and digits.
SITE_KEY: Final = "[A-Za-z0-9_]{1,60}"
# What a room may be called in addresses and frames. A private room's is `p_` and 26 characters.
SLUG: Final = "[A-Za-z0-9_-]{1,64}"
# What the team may call a new room.
NEW_SLUG: Final = "[a-z0-9][a-z0-9-]{0,62}"
NEW_SLUG_CHARS: Final = 63
NEW_SLUG_WORDS: Final = (
    "A slug is 1 to 63 small letters, digits and hyphens, and begins with a letter or digit."
)
# They mean something else where the room of a page is named.
RESERVED_SLUGS: Final = frozenset({"auto", "private"})
# A file of a message.
ATTACHMENT_PREFIX: Final = "f_"
ATTACHMENT_RANDOM_CHARS: Final = 26
ATTACHMENT: Final = f"{ATTACHMENT_PREFIX}[A-Za-z0-9]{{{ATTACHMENT_RANDOM_CHARS}}}"
# One life of a room's numbers.
EPOCH: Final = "[A-Za-z0-9]{1,64}"

_ATTACHMENT: Final = re.compile(ATTACHMENT)
_CID: Final = re.compile(CID)
_SLUG: Final = re.compile(SLUG)
_NEW_SLUG: Final = re.compile(NEW_SLUG)


def whole(pattern: str) -> str:
    """`pattern` for the whole text where a library searches, as msgspec does."""
    # Python's `$` would let a line break at the end pass.
    return f"^{pattern}$(?!\n)"


def is_cid(text: str) -> bool:
    """Whether an act can have this `cid`."""
    return _CID.fullmatch(text) is not None


def is_attachment(text: str) -> bool:
    """Whether a file can have this id. What has another form is looked for nowhere."""
    return _ATTACHMENT.fullmatch(text) is not None


def is_slug(text: str) -> bool:
    """Whether a room can have this slug. What has another form is looked for nowhere."""
    return _SLUG.fullmatch(text) is not None


def is_new_slug(text: str) -> bool:
    """Whether the team may give this slug to a room."""
    return _NEW_SLUG.fullmatch(text) is not None and text not in RESERVED_SLUGS
