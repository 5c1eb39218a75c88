"""The demo pages: a foreign website that gives the chat's address away in the right places and
nowhere else.
"""

from __future__ import annotations

import importlib.util
import re
import socket
import struct
import sys
import threading
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import httpx
import pytest

from inglenook.cli.demo import demo_folder
from tests.testkit.process import accepts_connections, free_port

BASE, KEY = "http://127.0.0.1:8765", "pk_" + "k" * 32
FOLDER = demo_folder()
PAGES = ("/", "/shop", "/article", "/radio", "/walks", "/walks/saved", "/strict")


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("demo_site_under_test", FOLDER / "server.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def site() -> Iterator[Any]:
    port = free_port()
    while port > 65534 or accepts_connections(port + 1):
        port = free_port()
    server = _load().DemoServer(base_url=BASE, site_key=KEY, port=port)
    server.start()
    yield server
    server.close()
    assert not accepts_connections(port)


@pytest.fixture
def listed(site: Any) -> str:
    return f"http://127.0.0.1:{site.pages.port}"


@pytest.fixture
def unlisted(site: Any) -> str:
    return f"http://127.0.0.1:{site.unlisted.port}"


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_whole_and_asks_nobody_else(listed: str, path: str) -> None:
    answer = httpx.get(listed + path)
    assert answer.status_code == 200
    assert "{{" not in answer.text
    loaded = re.findall(r'<(?:script|link|img)[^>]+(?:src|href)="([^"]+)"', answer.text)
    for address in loaded:
        if address.startswith("/"):
            assert httpx.get(listed + address).status_code == 200, address
        else:
            assert address == f"{BASE}/embed.js"
    assert ("data-site" in answer.text) == (path != "/")


@pytest.mark.parametrize("path", [path for path in PAGES if path != "/"])
def test_every_embedding_page_works_without_javascript(listed: str, path: str) -> None:
    assert re.search(
        rf"<noscript>.*{BASE}/s/{KEY}/r/\w+/.*</noscript>", httpx.get(listed + path).text, re.DOTALL
    )


def test_pictures_and_styles_load_nothing_from_elsewhere() -> None:
    for path in (FOLDER / "assets").iterdir():
        addresses = re.findall(r"https?://[^\s\"')]+", path.read_text())
        assert set(addresses) <= {"http://www.w3.org/2000/svg"}, path.name
        assert "@import" not in path.read_text()


def test_the_unlisted_copy_says_what_to_see(listed: str, unlisted: str) -> None:
    assert "does not list" in httpx.get(unlisted + "/shop").text
    assert "does not list" not in httpx.get(listed + "/shop").text


def test_the_strict_page_allows_the_chat_and_nothing_else(listed: str) -> None:
    policy = httpx.get(f"{listed}/strict").headers["Content-Security-Policy"]
    for directive in (
        "default-src 'none'",
        f"script-src {BASE}",
        f"connect-src {BASE} ws://127.0.0.1:8765",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
        "report-uri /csp-reports",
    ):
        assert directive in policy.split("; ")
    assert "unsafe" not in policy
    assert "Content-Security-Policy" not in httpx.get(f"{listed}/shop").headers


def test_violations_are_kept_for_whoever_asks(site: Any, listed: str) -> None:
    site.pages.reports.clear()
    assert httpx.get(f"{listed}/csp-reports").json() == []
    report = {"csp-report": {"violated-directive": "style-src"}}
    assert httpx.post(f"{listed}/csp-reports", json=report).status_code == 204
    assert httpx.get(f"{listed}/csp-reports").json() == [report]
    assert httpx.post(f"{listed}/csp-reports", content=b"no json").status_code == 400
    assert httpx.post(f"{listed}/csp-reports", content=b"x" * 20_000).status_code == 413
    assert httpx.get(f"{listed}/csp-reports").json() == [report]


@pytest.mark.parametrize(
    "path", ["/nope", "/assets/../server.py", "/assets/%2e%2e/server.py", "/server.py", "/assets/"]
)
def test_nothing_else_of_the_machine_is_shown(listed: str, path: str) -> None:
    with httpx.Client() as client:
        request = client.build_request("GET", listed)
        request.extensions["target"] = path.encode()
        answer = client.send(request)
    assert answer.status_code == 404
    assert "All demo pages" in answer.text


def test_it_listens_on_this_machine_alone(site: Any) -> None:
    assert {server.server_address[0] for server in site._servers} == {"127.0.0.1"}


def test_head_has_no_body_and_other_posts_have_no_place(listed: str) -> None:
    head = httpx.head(f"{listed}/shop")
    assert (head.status_code, head.content) == (200, b"")
    assert httpx.post(f"{listed}/shop", content=b"x").status_code == 404


@pytest.mark.parametrize(
    "sent",
    [
        b"GET /shop HTTP/1.1\r\nHost: x\r\n\r\n" * 50,
        b"GET /shop HTTP/1.1\r\nHos",
        b"POST /csp-reports HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{",
        b"",
    ],
)
def test_a_browser_that_leaves_early_is_no_news(
    site: Any, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], sent: bytes
) -> None:
    server, is_over = site._servers[0], threading.Event()

    def end(request: Any) -> None:
        type(server).shutdown_request(server, request)
        is_over.set()

    monkeypatch.setattr(server, "shutdown_request", end)
    browser = socket.create_connection(("127.0.0.1", site.pages.port))
    browser.sendall(sent)
    # A reset, as a browser sends it that throws away what it has not read.
    browser.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    browser.close()
    assert is_over.wait(20)
    assert capfd.readouterr().err == ""
