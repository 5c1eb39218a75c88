"""A message's body as HTML for pages that the server draws. Everything but its runs is escaped.

    body + entities (UTF-16 offsets, nested, outer first) -> SafeString

The widget makes nodes from the same two; nobody parses text twice. Both kinds
of pages use this one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import unescape
from typing import Any, Final

from django.utils.html import conditional_escape, format_html, format_html_join, strip_tags
from django.utils.safestring import SafeString

# A run of these includes its one mark at each end, which is not shown.
_MARKED: Final = {
    "bold": "<strong>{}</strong>",
    "italic": "<em>{}</em>",
    "code": "<code>{}</code>",
}
# The server makes no other links; whatever a stored row says, the page makes none either.
_SCHEMES: Final = ("https://", "http://", "mailto:")
# Text of strangers: no credit from us, no way back to our window.
_LINK: Final = '<a href="{}" rel="noopener noreferrer nofollow ugc" target="_blank">{}</a>'

Entity = Mapping[str, Any]


def body_html(body: str, entities: Sequence[Entity]) -> SafeString:
    """The body as HTML without block elements.

    Line breaks stay as they are (the page shows them by `white-space`).
    """
    units = body.encode("utf-16-le", errors="surrogatepass")

    def text(start: int, end: int) -> SafeString:
        return conditional_escape(units[2 * start : 2 * end].decode("utf-16-le", errors="replace"))

    return _runs(text, entities, 0, len(units) // 2)


def plain_text(body: str, entities: Sequence[Entity]) -> str:
    """The body in one line of lists: its words without marks."""
    return unescape(strip_tags(body_html(body, entities)))


def _runs(
    text: Callable[[int, int], SafeString], entities: Sequence[Entity], start: int, end: int
) -> SafeString:
    parts: list[SafeString] = []
    at = start
    index = 0
    while index < len(entities):
        entity = entities[index]
        first, last = int(entity["at"]), int(entity["at"]) + int(entity["len"])
        inside = index + 1
        while inside < len(entities) and int(entities[inside]["at"]) < last:
            inside += 1
        # What does not nest is shown as plain text rather than wrongly.
        if at <= first < last <= end:
            parts.append(text(at, first))
            parts.append(_run(text, entity, entities[index + 1 : inside], first, last))
            at = last
        index = inside
    parts.append(text(at, end))
    return format_html_join("", "{}", ((part,) for part in parts))


def _run(
    text: Callable[[int, int], SafeString],
    entity: Entity,
    within: Sequence[Entity],
    first: int,
    last: int,
) -> SafeString:
    kind = entity["kind"]
    marked = _MARKED.get(kind)
    if marked is not None and last - first > 2:
        return format_html(marked, _runs(text, within, first + 1, last - 1))
    inner = _runs(text, within, first, last)
    url = str(entity.get("url") or "")
    if kind == "link" and url.startswith(_SCHEMES):
        return format_html(_LINK, url, inner)
    if kind == "mention":
        return format_html('<span class="mention">{}</span>', inner)
    return inner
