"""A process without a free file descriptor refuses requests as usual."""

from __future__ import annotations

import subprocess
import sys

# The limit stays below what is open: no file can be opened from then on.
_REFUSE = """
import asyncio, os, resource
os.environ["DJANGO_SETTINGS_MODULE"] = "inglenook.config.settings"
from django.urls import resolve
from inglenook.config.asgi import application

SCOPE = {
    "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET",
    "scheme": "http", "path": "/api/v1/nothing", "raw_path": b"/api/v1/nothing",
    "query_string": b"", "root_path": "", "headers": [(b"host", b"localhost")],
    "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
}

parts = [{"type": "http.request", "body": b"", "more_body": False}]

async def receive():
    return parts.pop() if parts else await asyncio.Event().wait()

async def send(message):
    if message["type"] == "http.response.start":
        print(message["status"])

async def main():
    resolve("/set-up/")  # the first request of a process loads the addresses
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    await application(SCOPE, receive, send)

asyncio.run(main())
"""


def test_a_refusal_opens_no_file() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", _REFUSE], capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.stdout == "404\n", ended.stderr
