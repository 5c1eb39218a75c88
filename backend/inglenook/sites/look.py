"""How the widget looks and speaks on a site: judged once, for the owners' API and for the pages.

theme ─> check_look ─> what is stored (site_settings.change_settings)
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from inglenook.protocol.errors import Invalid
from inglenook.sites.custom_css import check_css
from inglenook.sites.pictures import name_in

DEFAULT_ACCENT: Final = "#a8431f"
DEFAULT_OFFSET: Final = 20
MOST_OFFSET: Final = 1000
MOST_STARTERS: Final = 3
LINE_CHARS: Final = 200
TEXT_CHARS: Final = 2000
DEVICES: Final = ("desktop", "phone")
_ACCENT: Final = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)


def check_look(changes: dict[str, Any]) -> None:
    """Judges the `theme`, if it is there. Its form is judged by the caller.

    `texts` may have any key: a client of somebody else's may have sentences that the widget lacks.
    Raises Invalid, its field as `theme.accent`.
    """
    theme = changes.get("theme")
    if theme:
        _check_theme(theme)


def full_accent(accent: str) -> str:
    """`#a31` as `#aa3311`."""
    return accent if len(accent) != 4 else "#" + "".join(sign * 2 for sign in accent[1:])


def theme_for_widget(theme: dict[str, Any], base_url: str = "") -> dict[str, Any]:
    """As the wire has it: colours with six digits, whole addresses of pictures, and nothing that
    was stored before it was judged.
    """
    shown = dict(theme)
    accent = shown.get("accent")
    if accent is not None:
        if _ACCENT.fullmatch(accent):
            shown["accent"] = full_accent(accent)
        else:
            del shown["accent"]
    for part in ("logo", "icon"):
        if name_in(shown.get(part) or ""):
            shown[part] = base_url + shown[part]
    if "css" in shown:
        try:
            check_css(shown["css"])
        except Invalid:
            del shown["css"]
    return shown


def look_version(theme: dict[str, Any]) -> str:
    """Of what the tag carries: another one means that a page still has an older tag."""
    carried = {name: theme[name] for name in CARRIED if theme.get(name) not in (None, "", {})}
    return sha256(msgspec.json.encode(carried, order="sorted")).hexdigest()[:8]


# What the launcher needs before any request: it stands in the tag.
CARRIED: Final = ("accent", "side", "offset_x", "offset_y", "label", "show")


def _check_theme(theme: dict[str, Any]) -> None:
    accent = theme.get("accent")
    if accent and not _ACCENT.fullmatch(accent):
        raise Invalid("A colour is written as `#a8431f`.", field="theme.accent")
    for name in ("logo", "icon"):
        if theme.get(name):
            _check_picture(theme[name], f"theme.{name}")
    for name in ("label", "title"):
        if not (theme.get(name) or "").isprintable():
            raise Invalid("This is one line of text.", field=f"theme.{name}")
    for starter in theme.get("starters") or []:
        if not starter.strip() or not starter.isprintable():
            raise Invalid("A question is one line of text.", field="theme.starters")
    check_css(theme.get("css") or "")
    _check_show(theme.get("show") or {})


def _check_picture(address: str, field: str) -> None:
    if name_in(address):
        return
    parts = urlsplit(address) if address.isprintable() else None
    if (
        parts is None
        or parts.scheme != "https"
        or not parts.hostname
        or parts.username is not None
        or set(address) & set("\"'()<>\\ ")
    ):
        raise Invalid("A picture is one of ours, or an address with https.", field=field)


def _check_show(show: dict[str, Any]) -> None:
    for path in show.get("paths") or []:
        plain = path.isprintable() and not set(path) & set("?# ")
        if not (path.startswith("/") and plain):
            words = "A path begins with `/`: `/blog/*`; `*` stands for any characters."
            raise Invalid(words, field="theme.show")
    if set(show.get("devices") or []) - set(DEVICES):
        words = "A device is `desktop` or `phone`."
        raise Invalid(words, field="theme.show")
