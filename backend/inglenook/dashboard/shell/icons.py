"""The drawings of icons: a 24 grid, strokes of 1.8, round ends, in the colour of the text.

`{% icon "home" %}` puts one into a page. It is hidden from screen readers, so a control with an
icon alone needs an `aria-label`.
"""

from __future__ import annotations

from typing import Final

from django.utils.html import format_html
from django.utils.safestring import SafeString

SHAPES: Final[dict[str, str]] = {
    "search": '<circle cx="10.5" cy="10.5" r="6.5"/><path d="m15.5 15.5 5 5"/>',
    "back": '<path d="m15 6-6 6 6 6"/>',
    "next": '<path d="m9 6 6 6-6 6"/>',
    "lock": (
        '<rect x="5" y="10.5" width="14" height="10" rx="2.5"/>'
        '<path d="M8 10.5V8a4 4 0 0 1 8 0v2.5"/>'
    ),
    "check": '<path d="m5 12.5 4.5 4.5L19 7"/>',
    "reload": '<path d="M20 12a8 8 0 1 1-2.5-5.8M20 4v4.5h-4.5"/>',
    "people": (
        '<circle cx="9" cy="8" r="3.5"/>'
        '<path d="M2.5 20c.4-3.6 3-5.5 6.5-5.5s6.1 1.9 6.5 5.5M16 4.8a3.5 3.5 0 0 1 0 6.4M18 '
        '14.9c2 .7 3.2 2.4 3.5 5.1"/>'
    ),
    "more": '<path d="M5 12h.01M12 12h.01M19 12h.01" stroke-width="3"/>',
    "up": '<path d="m6 15 6-6 6 6"/>',
    "down": '<path d="m6 9 6 6 6-6"/>',
    "picture": (
        '<rect x="3.5" y="4.5" width="17" height="15" rx="3"/>'
        '<circle cx="9" cy="10" r="1.6"/>'
        '<path d="m4 17.5 5-4.5 3.5 3 3-2.5 5 4"/>'
    ),
    "emoji": (
        '<circle cx="12" cy="12" r="9"/>'
        '<path d="M8.5 14.5s1.2 2 3.5 2 3.5-2 3.5-2M9 9.5h.01M15 9.5h.01"/>'
    ),
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "send": '<path d="M12 19V5M6 11l6-6 6 6"/>',
    "close": '<path d="M6 6l12 12M18 6 6 18"/>',
    "clock": '<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3.5 2"/>',
    "warning": '<path d="M12 4 2.5 20h19zM12 10v4.5M12 17.3h.01"/>',
    "reply": '<path d="M10 6 4 12l6 6M4 12h9c4 0 7 2 7 7"/>',
    "ignore": (
        '<path d="M4 4l16 16M9.5 5.5C10.3 5.2 11.1 5 12 5c5 0 8.5 4.5 9.5 7-.4 1-1.2 2.3-2.4 '
        '3.6M6.5 7C4.5 8.3 3.1 10.3 2.5 12c1 2.5 4.5 7 9.5 7 1.6 0 3-.4 4.3-1.1"/>'
    ),
    "flag": '<path d="M5 21V4M5 4.5c5-2.5 8 2 14-.5v10c-6 2.5-9-2-14 .5"/>',
    "edit": '<path d="M4 20l1-4.5L16 4.5a2 2 0 0 1 3 0 2 2 0 0 1 0 3L8.5 19z"/>',
    "delete": '<path d="M4 7h16M9 7V4.5h6V7M6.5 7l1 12.5h9l1-12.5M10 11v5M14 11v5"/>',
    "rooms": '<path d="M5 9h15M4 15h15M10 4 8 20M16 4l-2 16"/>',
    "sound": '<path d="M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15zM10 20.5h4"/>',
    "rules": (
        '<path d="M5 5.5A2.5 2.5 0 0 1 7.5 3H19v15H7.5A2.5 2.5 0 0 0 5 20.5zM5 20.5A2 2 0 0 '
        '0 7 21h12v-3"/>'
    ),
    "offline": (
        '<path d="M4 4l16 16M2.5 9.5A14 14 0 0 1 7 6.8M10.5 5.6a14 14 0 0 1 11 3.9M6 13a9 9 '
        '0 0 1 4-2.3M15 11.3A9 9 0 0 1 18 13M9.5 16.5a4 4 0 0 1 5 0M12 20h.01"/>'
    ),
    "mute": (
        '<path d="M7 12V6.5a1.5 1.5 0 0 1 3 0V11M10 11V4.5a1.5 1.5 0 0 1 3 0V11M13 11V6a1.5 '
        "1.5 0 0 1 3 0v6M16 12V9a1.5 1.5 0 0 1 3 0v6c0 3.5-2.5 6-6 6-3 0-4.5-1.2-6-3.5L4.5 "
        '13.5c-.7-1.3 1-2.4 2-1.2L7 13"/>'
    ),
    "dark": '<path d="M20 14.5A8.5 8.5 0 1 1 9.5 4 7 7 0 0 0 20 14.5z"/>',
    "announce": '<path d="M4 10v4l3 .5L8.5 20h2.5l-1-5 9 3V6L7 9.5z"/>',
    "home": '<path d="m4 11 8-7 8 7v9h-5.5v-5.5h-5V20H4z"/>',
    "inbox": '<path d="M4 13 6.5 5h11L20 13v5.5H4zM4 13h4.5l1.5 2.5h4l1.5-2.5H20"/>',
    "review": '<path d="M12 3 4.5 6v5.5c0 4.5 3 7.8 7.5 9.5 4.5-1.7 7.5-5 7.5-9.5V6z"/>',
    "numbers": '<path d="M4 20h16M7 16v-5M12 16V6M17 16v-8" stroke-width="2.2"/>',
    "settings": (
        '<circle cx="12" cy="12" r="3"/>'
        '<path d="M12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2.2 2.2M16.2 16.2l2.2 2.2M18.4 '
        '5.6l-2.2 2.2M7.8 16.2l-2.2 2.2"/>'
    ),
    "install": '<path d="m8 7-5 5 5 5M16 7l5 5-5 5M13.5 5l-3 14"/>',
    "team": '<circle cx="12" cy="8" r="4"/><path d="M4.5 20.5c.6-4 3.5-6 7.5-6s6.9 2 7.5 6"/>',
    "log": '<path d="M9 6h11M9 12h11M9 18h11M4.5 6h.01M4.5 12h.01M4.5 18h.01"/>',
    "download": '<path d="M12 4v11M7 10.5l5 5 5-5M4.5 20h15"/>',
    "upload": '<path d="M12 16V5M7 9.5l5-5 5 5M4.5 20h15"/>',
    "filter": '<path d="M4 6h16M7 12h10M10 18h4"/>',
    "globe": (
        '<circle cx="12" cy="12" r="9"/>'
        '<path d="M3 12h18M12 3c3 3 3.5 6 3.5 9s-.5 6-3.5 9c-3-3-3.5-6-3.5-9s.5-6 3.5-9z"/>'
    ),
    "quick": '<path d="M13 3 5 13.5h6L10 21l8-10.5h-6z"/>',
    "copy": (
        '<rect x="8.5" y="8.5" width="11" height="11" rx="2.5"/>'
        '<path d="M15.5 8.5V7A2.5 2.5 0 0 0 13 4.5H7A2.5 2.5 0 0 0 4.5 7v6A2.5 2.5 0 0 0 7 '
        '15.5h1.5"/>'
    ),
    "mail": '<rect x="3.5" y="5.5" width="17" height="13" rx="2.5"/><path d="m4 7.5 8 6 8-6"/>',
    "ban": '<circle cx="12" cy="12" r="9"/><path d="m5.7 5.7 12.6 12.6"/>',
    "elsewhere": '<path d="M13 4.5h6.5V11M19.5 4.5 11 13M18 14v5.5H4.5V6H10"/>',
    "calm": '<path d="M12 3v18M4.2 7.5l15.6 9M19.8 7.5l-15.6 9"/>',
    "pin": '<path d="M12 15.5V21M8 4h8l-1 6 3 3.5v2H6v-2L9 10z"/>',
    "desktop": '<rect x="3" y="4.5" width="18" height="12" rx="2"/><path d="M9 20.5h6M12 16.5v4"/>',
    "phone": '<rect x="7" y="3" width="10" height="18" rx="2.5"/><path d="M11 18h2"/>',
}


def icon(name: str, size: int = 20) -> SafeString:
    """The icon as inline SVG. Raises KeyError for a name that there is not."""
    return format_html(
        '<svg class="icon" width="{0}" height="{0}" viewBox="0 0 24 24" aria-hidden="true">'
        "{1}</svg>",
        size,
        SafeString(SHAPES[name]),
    )
