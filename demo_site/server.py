"""The demo pages: a foreign website on ports of its own, so that every look at them is a look
across origins.

    DEMO_PORT       pages of an origin that the demo site lists
    DEMO_PORT + 1   the same pages from an origin that it does not list:
                    the chat refuses, and says why

Standard library alone: nothing of the product is imported, as on any other website.

    python demo_site/server.py --base-url http://127.0.0.1:8000 --site-key pk_…
"""

from __future__ import annotations

import argparse
import json
import mimetypes
import sys
import threading
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

FOLDER = Path(__file__).resolve().parent
HOST = "127.0.0.1"  # a demo is for the machine that it runs on
PAGES = {
    "/": "index.html",
    "/shop": "shop.html",
    "/article": "article.html",
    "/radio": "radio.html",
    "/walks": "walks.html",
    "/walks/weather": "walks.html",
    "/walks/saved": "walks.html",
    "/strict": "strict.html",
}
MOST_REPORTS = 200
MOST_REPORT_BYTES = 16 * 1024
IDLE_SECONDS = 15


@dataclass
class DemoPages:
    """What one port shows. `reports` are the violations that browsers told of the strict page."""

    base_url: str
    site_key: str
    port: int
    listed_port: int
    reports: list[object] = field(default_factory=list)

    @property
    def is_listed(self) -> bool:
        return self.port == self.listed_port

    @property
    def socket_url(self) -> str:
        return self.base_url.replace("http", "ws", 1)

    def page(self, name: str) -> bytes:
        text = (FOLDER / "pages" / name).read_text(encoding="utf-8")
        words = {
            "base_url": self.base_url,
            "socket_url": self.socket_url,
            "site_key": self.site_key,
            "port": str(self.listed_port),
            "unlisted_port": str(self.listed_port + 1),
        }
        notice = "" if self.is_listed else (FOLDER / "pages" / "_unlisted.html").read_text()
        text = text.replace("{{ notice }}", notice)
        for word, value in words.items():
            text = text.replace("{{ " + word + " }}", escape(value))
        return text.encode()

    def content_security_policy(self) -> str:
        """As strict as a page can be, and the two lines that the chat needs."""
        return "; ".join(
            (
                "default-src 'none'",
                f"script-src {self.base_url}",
                f"connect-src {self.base_url} {self.socket_url}",
                "style-src 'self'",
                "img-src 'self'",
                "base-uri 'none'",
                "form-action 'none'",
                "frame-ancestors 'none'",
                "require-trusted-types-for 'script'",
                "trusted-types 'none'",
                "report-uri /csp-reports",
            )
        )


class Handler(BaseHTTPRequestHandler):
    """GET for pages and pictures; POST and GET for /csp-reports."""

    protocol_version = "HTTP/1.1"
    server_version = "demo"
    timeout = IDLE_SECONDS
    pages: DemoPages

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path == "/csp-reports":
            self._answer(200, "application/json", json.dumps(self.pages.reports).encode())
        elif path in PAGES:
            extra = {}
            if path == "/strict":
                extra["Content-Security-Policy"] = self.pages.content_security_policy()
            self._answer(200, "text/html; charset=utf-8", self.pages.page(PAGES[path]), extra)
        elif (asset := _ASSETS.get(path)) is not None:
            media_type = mimetypes.guess_type(asset.name)[0] or "application/octet-stream"
            self._answer(200, f"{media_type}; charset=utf-8", asset.read_bytes())
        else:
            self._answer(404, "text/html; charset=utf-8", self.pages.page("404.html"))

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length") or ""
        if urlsplit(self.path).path != "/csp-reports" or not length.isdigit():
            self.close_connection = True
            self._answer(404, "text/plain; charset=utf-8", b"There is nothing to post to here.\n")
            return
        if int(length) > MOST_REPORT_BYTES:
            self.close_connection = True
            self._answer(413, "text/plain; charset=utf-8", b"A report is smaller than that.\n")
            return
        try:
            report = json.loads(self.rfile.read(int(length)))
        except ValueError:
            self._answer(400, "text/plain; charset=utf-8", b"A report is JSON.\n")
            return
        self.pages.reports.append(report)
        del self.pages.reports[:-MOST_REPORTS]
        self._answer(204, None, b"")

    def _answer(
        self, status: int, media_type: str | None, body: bytes, extra: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        if media_type:
            self.send_header("Content-Type", media_type)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-cache")
        self.send_header("X-Content-Type-Options", "nosniff")
        for name, value in (extra or {}).items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet: the log beside it is the product's."""


_ASSETS = {f"/assets/{path.name}": path for path in (FOLDER / "assets").iterdir() if path.is_file()}


class DemoServer:
    """Both ports, served by threads of this process until `close`."""

    def __init__(self, *, base_url: str, site_key: str, port: int) -> None:
        self.pages = DemoPages(base_url, site_key, port, port)
        self.unlisted = DemoPages(base_url, site_key, port + 1, port)
        self._servers = [_server_for(self.pages)]
        try:
            self._servers.append(_server_for(self.unlisted))
        except OSError:
            self._servers[0].server_close()
            raise

    def start(self) -> None:
        for server in self._servers:
            name = f"demo-pages-{server.server_port}"
            threading.Thread(target=server.serve_forever, name=name, daemon=True).start()

    def close(self) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()


class QuietServer(ThreadingHTTPServer):
    """A browser that leaves before a page is there is everyday life, and
    no news for the terminal.
    """

    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        if not isinstance(sys.exc_info()[1], (ConnectionError, TimeoutError)):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # typed for sockets alone


def _server_for(pages: DemoPages) -> ThreadingHTTPServer:
    handler = type("DemoHandler", (Handler,), {"pages": pages})
    return QuietServer((HOST, pages.port), handler)


def main() -> None:
    parser = argparse.ArgumentParser(description="Serves the demo pages.")
    parser.add_argument("--base-url", required=True, help="where Inglenook is served")
    parser.add_argument("--site-key", required=True, help="pk_… of a site that lists this origin")
    parser.add_argument("--port", type=int, default=8100, help="the next port is used too")
    options = parser.parse_args()
    server = DemoServer(base_url=options.base_url, site_key=options.site_key, port=options.port)
    server.start()
    sys.stdout.write(f"http://{HOST}:{options.port}\n")
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        server.close()


if __name__ == "__main__":
    main()
