"""What a site's own style sheet for the widget may hold: rules for what is drawn, no requests.

A sheet lies in the widget's shadow root, on pages of the site. It must not fetch anything: an
address in a sheet tells a stranger who reads what. So nothing that names an address is allowed, in
any spelling; no escapes, by which it could be spelled otherwise.
"""

from __future__ import annotations

import re
from typing import Final

from inglenook.protocol.errors import Invalid

CSS_CHARS: Final = 20_000
FIELD: Final = "theme.css"
_COMMENT: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
_AT_RULE: Final = re.compile(r"@\s*([\w-]*)")
_AT_RULES: Final = frozenset({"media", "supports", "container", "keyframes", "layer"})
# Every function of CSS that takes an address, also with a vendor's prefix.
_FETCHING: Final = re.compile(
    r"(?:url|src|image|image-set|cross-fade|element|paint|url-prefix|expression)\s*\(",
    re.IGNORECASE,
)
# Old names that run scripts.
_SCRIPTS: Final = re.compile(r"behavior\s*:|-moz-binding|javascript:", re.IGNORECASE)


def check_css(css: str) -> None:
    """Raises Invalid (field theme.css) with what stands in the way."""
    if len(css) > CSS_CHARS:
        raise Invalid(f"A style sheet has {CSS_CHARS:,} characters at most.", field=FIELD)
    if "\\" in css:
        raise Invalid("Leave out the backslash: it could hide an address.", field=FIELD)
    if "<" in css:
        raise Invalid("A style sheet has no `<`.", field=FIELD)
    # A comment between parts of a word parts the word; what is left is looked at twice.
    for text in (css, _COMMENT.sub("", css)):
        for name in _AT_RULE.findall(text):
            if name.lower() not in _AT_RULES:
                raise Invalid(f"`@{name}` is not allowed here.", field=FIELD)
        if _FETCHING.search(text):
            raise Invalid("A style sheet fetches nothing: leave out `url()`.", field=FIELD)
        if _SCRIPTS.search(text):
            raise Invalid("A style sheet runs no scripts.", field=FIELD)
    plain = _COMMENT.sub("", css)
    if "/*" in plain or plain.count("{") != plain.count("}"):
        raise Invalid("A comment or a brace is not closed.", field=FIELD)
