"""What a site owner pastes: the tag, an inline room, the lines of a content security policy.

Pure, one wording everywhere.
"""

from __future__ import annotations

from html import escape


def script_tag(base_url: str, key: str, more: str = "") -> str:
    """The one tag that is needed; `more` are attributes, each with a blank before it."""
    return (
        f'<script async src="{escape(base_url)}/embed.js" data-site="{escape(key)}"{more}></script>'
    )


def room_url(base_url: str, key: str, room: str) -> str:
    """The page of a room that works without JavaScript."""
    return f"{base_url}/s/{key}/r/{room}/"


def noscript_link(base_url: str, key: str, room: str) -> str:
    """For visitors whose browser runs no scripts."""
    return (
        f'<noscript><a href="{escape(room_url(base_url, key, room))}">Chat with us</a></noscript>'
    )


def bubble_snippet(base_url: str, key: str, room: str) -> str:
    """The chat behind a button in the corner of every page that has it."""
    return f"{script_tag(base_url, key)}\n{noscript_link(base_url, key, room)}"


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
