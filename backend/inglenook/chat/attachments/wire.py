"""A file as frames have it, made of what the row of its message keeps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.conf import settings
from msgspec import UNSET

from inglenook.protocol.frame_parts import Attachment

# Beside the API and the pages, where nothing else is: what is there never runs as a page.
PATH: Final = "/files/"
_NONE: Final[list[Attachment]] = []


def attachment_frames(kept: Sequence[Mapping[str, Any]]) -> list[Attachment]:
    """`kept` is a list of `Attachment.facts`. Nearly all messages have none."""
    return [attachment_frame(facts) for facts in kept] if kept else _NONE


def attachment_frame(facts: Mapping[str, Any]) -> Attachment:
    return Attachment(
        id=facts["id"],
        name=facts["name"],
        alt=facts["alt"],
        media_type=facts["media_type"],
        bytes=facts["bytes"],
        url=url_of(facts["id"]),
        width=facts.get("width", UNSET),
        height=facts.get("height", UNSET),
    )


def url_of(public_id: str) -> str:
    """It never changes, as long as the base URL does not."""
    return f"{settings.BASE_URL}{PATH}{public_id}"
