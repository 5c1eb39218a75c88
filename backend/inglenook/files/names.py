"""The name under which a file is shown and downloaded. It never becomes a path of ours."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from inglenook.files.kinds import ENDINGS

MOST_CHARS: Final = 100
# Any end of a name that systems take for its kind.
_ENDING: Final = re.compile(r"\.([A-Za-z0-9]{1,8})$")
# What no system takes in a name, beside what is not printed.
_SPECIAL: Final = re.compile(r'[<>:"|?*\\/]')
# Categories of controls, of directions and what has no width, of halves of characters.
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Names of devices on Windows, whatever their ending.
_DEVICE: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)


def shown_name(raw: str, media_type: str) -> str:
    """A name of one line, without a path, with an ending that the content has.

    Whatever comes, something is left: `file`, and the ending.
    """
    last = raw.replace("\\", "/").rpartition("/")[2]
    text = unicodedata.normalize("NFC", last[-4 * MOST_CHARS :])
    text = "".join([c for c in text if unicodedata.category(c) not in _UNSEEN])
    text = " ".join(_SPECIAL.sub("", text).split()).strip(". ")
    known = ENDINGS.get(media_type, ())
    found = _ENDING.search(text)
    ending = found[1].lower() if found and found[1].lower() in known else ""
    stem = text[: found.start()] if found else text
    stem = stem.strip(". ")
    if not stem or _DEVICE.fullmatch(stem):
        stem = "file"
    ending = ending or (known[0] if known else "bin")
    return f"{stem[: MOST_CHARS - len(ending) - 1].rstrip('. ')}.{ending}"
