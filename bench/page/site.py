"""The customer's website: pages with one case each, from an origin that is not the product's.

Scripts of peers are served from here, compressed as a good host would.
"""

from __future__ import annotations

import mimetypes
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import brotli

HEAD = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A page</title>'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<meta name="description" content="A page of a customer">'
    '<link rel="icon" href="data:,"></head><body><main><h1>A page</h1>'
)
WORDS = "<p>Some words that a visitor would read, were this a real website.</p>" * 30


class Site:
    """Served by a thread until `close`."""

    def __init__(self) -> None:
        self._pages: dict[str, bytes] = {}
        self._files: dict[str, tuple[str, bytes]] = {}
        handler = type("Handler", (_Handler,), {"pages": self._pages, "files": self._files})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self.origin = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def page(self, name: str, tags: str = "") -> str:
        """The address of a page that ends with these tags."""
        self._pages[f"/{name}"] = f"{HEAD}{WORDS}</main>{tags}</body></html>".encode()
        return f"{self.origin}/{name}"

    def file(self, path: Path) -> str:
        """The address of a file, compressed once."""
        address = f"/files/{len(self._files)}/{path.name}"
        kind = (
            "text/javascript" if path.suffix in (".js", ".cjs") else mimetypes.guess_type(path)[0]
        )
        self._files[address] = (kind or "text/plain", brotli.compress(path.read_bytes()))
        return address

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    pages: dict[str, bytes]
    files: dict[str, tuple[str, bytes]]

    def do_GET(self) -> None:
        if page := self.pages.get(self.path):
            self._answer(200, page, {"Content-Type": "text/html; charset=utf-8"})
        elif found := self.files.get(self.path):
            self._answer(200, found[1], {"Content-Type": found[0], "Content-Encoding": "br"})
        else:
            self._answer(404, b"", {"Content-Type": "text/plain"})

    def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""
