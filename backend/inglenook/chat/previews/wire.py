"""A preview as frames and pages have it, made of what the row of its message keeps.

A row keeps `{"url", "title", "text", "image"}`, where `image` is the id of a file of the message,
or null.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from msgspec import Struct

from inglenook.chat.attachments.wire import url_of
from inglenook.protocol.frame_parts import Preview

_NONE: Final[list[Preview]] = []


class ShownPreview(Struct, frozen=True, kw_only=True):
    """`host` says where the link leads, `image` is the id of a file, or empty."""

    url: str
    host: str
    title: str
    text: str
    image: str


def preview_frames(kept: Sequence[Mapping[str, Any]]) -> list[Preview]:
    """Nearly all messages have none."""
    return [preview_frame(facts) for facts in kept] if kept else _NONE


def preview_frame(facts: Mapping[str, Any]) -> Preview:
    image = facts["image"]
    return Preview(
        url=facts["url"],
        title=facts["title"],
        text=facts["text"],
        image=url_of(image) if image else None,
    )


def shown_previews(kept: Sequence[Mapping[str, Any]]) -> list[ShownPreview]:
    return [
        ShownPreview(
            url=facts["url"],
            host=(urlsplit(facts["url"]).hostname or "").removeprefix("www."),
            title=facts["title"],
            text=facts["text"],
            image=facts["image"] or "",
        )
        for facts in kept
    ]
