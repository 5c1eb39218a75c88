"""How a page, or anybody, gets a file."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from asgiref.sync import async_to_sync
from django.http import HttpResponse

from tests.backend.api.client import ServedClient


def fetch(url: str, **headers: str) -> HttpResponse:
    parts = urlsplit(url)
    return ServedClient().get(f"{parts.path}?{parts.query}", headers=headers)


def content_of(answer: Any) -> bytes:
    """The body, also of one that comes in pieces."""
    if not answer.streaming:
        return bytes(answer.content)

    async def read() -> bytes:
        return b"".join([piece async for piece in answer.streaming_content])

    return async_to_sync(read)()
