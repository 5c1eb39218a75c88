"""Foreign pages as a test needs them, served from an origin of their own
that the demo's site lists.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Protocol

from playwright.sync_api import Page


class Tagged(Protocol):
    """Whose tag is on the pages."""

    @property
    def base_url(self) -> str: ...

    @property
    def site_key(self) -> str: ...


class ForeignPages:
    """A website that shows what the test gives it. Served by a thread until `close`."""

    def __init__(self, demo: Tagged) -> None:
        self._demo = demo
        self._pages: dict[str, bytes] = {}
        self._numbers = count(1)
        handler = type("Handler", (_Handler,), {"pages": self._pages})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self.origin = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def add(
        self, body: str = "", *, html: str = 'lang="en"', head: str = "", **options: str
    ) -> str:
        """The address of a new page with the tag; `options` are its attributes:
        `room`, `theme`, `launcher_label` …
        """
        attributes = "".join(
            f' data-{name.replace("_", "-")}="{escape(value)}"' for name, value in options.items()
        )
        demo = self._demo
        tag = (
            f'<script async src="{demo.base_url}/embed.js" '
            f'data-site="{demo.site_key}"{attributes}></script>'
        )
        text = (
            f"<!doctype html><html {html}><head><meta charset='utf-8'><title>A foreign page</title>"
            "<meta name='viewport' content='width=device-width, initial-scale=1'>"
            f"<link rel='icon' href='data:,'>{head}</head>"
            f"<body><main><h1>A foreign page</h1>{body}</main>{tag}</body></html>"
        )
        return self.show(text)

    def show(self, text: str) -> str:
        """The address of a new page that is exactly this."""
        path = f"/page-{next(self._numbers)}"
        self._pages[path] = text.encode()
        return self.origin + path


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    pages: dict[str, bytes]

    def do_GET(self) -> None:
        body = self.pages.get(self.path)
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *_: object) -> None:
        """Quiet."""


def place(room: str, height: int = 480) -> str:
    """Where an inline room goes."""
    return f'<div data-inglenook-room="{room}" style="height:{height}px"></div>'


# Opens a page of its own: see the fixture `visit`.
Visit = Callable[..., Page]


@contextmanager
def foreign_pages(tag: Tagged, run: Callable[..., object]) -> Iterator[ForeignPages]:
    """Pages whose origin the site lists; `run` runs a command of the installation."""
    pages = ForeignPages(tag)
    run("site", "origins", "--site", tag.site_key, "--add", pages.origin)
    # A running server looks at a site again after a second.
    time.sleep(1.1)
    try:
        yield pages
    finally:
        pages.close()
