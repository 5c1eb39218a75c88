"""The copy of all that a visitor wrote as a download, for every edge that answers by HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import IO, Final

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from inglenook.chat.person_copy import IN_MEMORY_BYTES, person_copy
from inglenook.sites.database import take_time
from inglenook.visitors.models import Visitor

HEADERS: Final = {
    "Content-Type": "application/json",
    "Content-Disposition": 'attachment; filename="what-i-wrote.json"',
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}


async def download_of(visitor: Visitor) -> HttpResponseBase:
    """In one piece where it is small, which nearly all copies are. Raises Unavailable."""
    file = await take_time(person_copy, visitor)
    first = await asyncio.to_thread(file.read, IN_MEMORY_BYTES)
    if len(first) < IN_MEMORY_BYTES:
        file.close()
        return HttpResponse(first, headers=HEADERS)
    return StreamingHttpResponse(_pieces(first, file), headers=HEADERS)


async def _pieces(first: bytes, file: IO[bytes]) -> AsyncIterator[bytes]:
    try:
        piece = first
        while piece:
            yield piece
            piece = await asyncio.to_thread(file.read, IN_MEMORY_BYTES)
    finally:
        file.close()
