"""What a site owner pastes: the tag, an inline room, the lines of a content security policy.

Pure, one wording everywhere.
"""

from __future__ import annotations

from html import escape
from typing import Any

from inglenook.sites.look import look_version, theme_for_widget


def script_tag(base_url: str, key: str, more: str = "") -> str:
    """The one tag that is needed; `more` are attributes, each with a blank before it."""
    return (
        f'<script async src="{escape(base_url)}/embed.js" data-site="{escape(key)}"{more}></script>'
    )


def look_attributes(theme: dict[str, Any]) -> str:
    """What the launcher needs before any request, and which look that is; nothing for the chat's
    own look.

    `data-look` says that the tag is a copy: an open chat takes what the dashboard says since.
    """
    shown = theme_for_widget(theme)
    show = shown.get("show") or {}
    found = {
        "accent": shown.get("accent"),
        "position": f"bottom-{shown['side']}" if shown.get("side") else None,
        "offset-x": shown.get("offset_x"),
        "offset-y": shown.get("offset_y"),
        "launcher-label": shown.get("label"),
        "show": " ".join([*(show.get("devices") or []), *(show.get("paths") or [])]),
    }
    said = {name: value for name, value in found.items() if value not in (None, "")}
    if not said:
        return ""
    said["look"] = look_version(theme)
    return "".join(f' data-{name}="{escape(str(value))}"' for name, value in said.items())


def room_url(base_url: str, key: str, room: str) -> str:
    """The page of a room that works without JavaScript."""
    return f"{base_url}/s/{key}/r/{room}/"


def noscript_link(base_url: str, key: str, room: str) -> str:
    """For visitors whose browser runs no scripts."""
    return (
        f'<noscript><a href="{escape(room_url(base_url, key, room))}">Chat with us</a></noscript>'
    )


def bubble_snippet(base_url: str, key: str, room: str, theme: dict[str, Any] | None = None) -> str:
    """The chat behind a button in the corner of every page that has it."""
    tag = script_tag(base_url, key, look_attributes(theme or {}))
    return f"{tag}\n{noscript_link(base_url, key, room)}"


def inline_snippet(base_url: str, key: str, room: str, name: str) -> str:
    """A room in the place where it is pasted, as tall as the page wants it, and no button in the
    corner.

    It carries the room's name, for the button that joins it: nothing may be asked before that is
    pressed.
    """
    tag = script_tag(base_url, key, ' data-mode="inline"')
    label = f' data-launcher-label="{escape(name)}"' if name else ""
    return (
        f'<div data-inglenook-room="{escape(room)}"{label} style="height: 480px"></div>\n'
        f"{tag}\n{noscript_link(base_url, key, room)}"
    )


def csp_lines(base_url: str) -> str:
    """What a page with a content security policy must add to it, and nothing more."""
    socket_url = base_url.replace("http", "ws", 1)
    return f"script-src {base_url};\nconnect-src {base_url} {socket_url};"
