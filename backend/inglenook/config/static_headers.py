"""Headers of what other people's pages load from us: embed.js and the widget."""

from __future__ import annotations

import re
from typing import Any


def is_immutable(_path: str, url: str) -> bool:
    """The widget's files carry a hash in their name; embed.js keeps one address for ever and is
    asked for again.
    """
    return url.startswith("/widget/") or bool(re.search(r"\.[0-9a-f]{12}\.", url))


def add_headers(headers: Any, _path: str, url: str) -> None:
    headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    headers["Access-Control-Allow-Origin"] = "*"
    headers["X-Content-Type-Options"] = "nosniff"
    if url == "/embed.js":
        headers["Cache-Control"] = "public, max-age=300, stale-while-revalidate=86400"
