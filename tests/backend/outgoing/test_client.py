"""One request for a stranger: hosts that lie, stall, flood and redirect, each with its outcome."""

from __future__ import annotations

import gzip
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from inglenook.outgoing import addresses, client
from inglenook.outgoing.addresses import Address, FetchRefused, Rules
from inglenook.outgoing.client import Deadline, Fetched, Wanted, fetch
from tests.testkit.hostile_host import HostileHost, certificate, hostile_host, page, redirect

LOCAL = Rules(to_loopback=True)
HTML = Wanted(kinds=("text/html",), most_bytes=100_000, agent="Tests", is_cut=True)
PICTURE = Wanted(kinds=("image/png",), most_bytes=100_000, agent="Tests")
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


@pytest.fixture
def host() -> Iterator[HostileHost]:
    with hostile_host() as found:
        yield found


def get(host: HostileHost, path: str = "/", wanted: Wanted = HTML, seconds: float = 20) -> Fetched:
    return fetch(host.url + path, wanted, Deadline(seconds), LOCAL)


def refusal(host: HostileHost, wanted: Wanted = HTML, seconds: float = 20) -> str:
    with pytest.raises(FetchRefused) as refused:
        get(host, "/", wanted, seconds)
    return refused.value.reason


def test_a_page_comes_with_its_kind_and_charset(host: HostileHost) -> None:
    host.answers["/a"] = page("<p>Hello", "Text/HTML; Charset=ISO-8859-1")
    assert get(host, "/a?b=c#d") == Fetched(
        f"{host.url}/a?b=c#d", "text/html", "iso-8859-1", b"<p>Hello"
    )


def test_a_request_says_who_asks_and_nothing_else(host: HostileHost) -> None:
    host.answers["/a"] = page("x", "text/html", "Set-Cookie: id=1")
    get(host, "/a?b=c#d")
    get(host, "/a")
    first, second = host.asked
    assert first.split("\r\n") == [
        "GET /a?b=c HTTP/1.1",
        f"Host: 127.0.0.1:{host.port}",
        "User-Agent: Tests",
        "Accept: text/html",
        "Accept-Encoding: gzip",
        "Connection: close",
        "",
        "",
    ]
    assert "Cookie" not in second


def test_three_redirects_are_followed_and_a_fourth_is_not(host: HostileHost) -> None:
    host.answers |= {
        "/": redirect("/1", 301),
        "/1": redirect("2", 303),
        "/2": redirect(f"{host.url}/3", 308),
        "/3": page("there"),
        "/far": redirect("/"),
    }
    assert get(host).content == b"there"
    assert get(host).url == f"{host.url}/3"
    with pytest.raises(FetchRefused) as refused:
        get(host, "/far")
    assert refused.value.reason == "redirects"
    assert host.paths()[-4:] == ["/far", "/", "/1", "/2"]


@pytest.mark.parametrize(
    "to",
    [
        *("http://127.0.0.1/", "http://127.0.0.2:80/", "http://169.254.169.254/latest/meta-data/"),
        *("http://[::1]/", "http://[::ffff:10.0.0.1]/", "http://[64:ff9b::7f00:1]/"),
        *("http://2130706433/", "http://0177.0.0.1/", "http://0x7f000001/", "http://127.1/"),
        *("http://10.0.0.1/", "http://localhost/", "file:///etc/passwd", "gopher://127.0.0.1:70/"),
        *("ftp://shop.example/", "javascript:alert(1)", "http://user:word@shop.example/"),
        *("http://shop.example:22/", "https://127.0.0.1/", "//169.254.169.254/"),
    ],
)
def test_a_redirect_is_judged_as_the_first_address_was(host: HostileHost, to: str) -> None:
    host.answers["/"] = redirect(to)
    assert refusal(host) == "address"
    assert host.paths() == ["/"]


@pytest.mark.parametrize("to", ["", "http://[/"])
def test_a_redirect_that_leads_nowhere(host: HostileHost, to: str) -> None:
    host.answers["/"] = redirect(to)
    assert refusal(host) == "redirects"


def test_a_name_is_resolved_once_and_the_connection_goes_to_what_was_judged(
    host: HostileHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name of a rebinder: public the first time, private ever after."""
    asked: list[str] = []
    connected: list[object] = []

    def rebinding(name: str, _seconds: float) -> list[Address]:
        asked.append(name)
        return [ipaddress.ip_address("93.184.216.34" if len(asked) == 1 else "127.0.0.1")]

    def connect(to: tuple[str, int], timeout: float) -> socket.socket:
        connected.append(to)
        assert timeout > 0
        return real(("127.0.0.1", host.port))

    real = socket.create_connection
    monkeypatch.setattr(client.socket, "create_connection", connect)
    host.answers["/"] = page("public")
    host.answers["/away"] = redirect("http://rebinder.example/")
    rules = Rules(resolve=rebinding)
    assert fetch("http://rebinder.example/", HTML, Deadline(20), rules).content == b"public"
    assert (asked, connected) == (["rebinder.example"], [("93.184.216.34", 80)])
    assert "Host: rebinder.example\r\n" in host.asked[0]
    with pytest.raises(FetchRefused) as refused:
        fetch("http://rebinder.example/", HTML, Deadline(20), rules)
    assert refused.value.reason == "address"
    assert len(connected) == 1


def test_a_second_address_is_tried_where_the_first_is_out_of_order(
    host: HostileHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []

    def connect(to: tuple[str, int], timeout: float) -> socket.socket:
        tried.append(to[0])
        if len(tried) == 1:
            raise ConnectionRefusedError
        return real(("127.0.0.1", host.port), timeout)

    real = socket.create_connection
    monkeypatch.setattr(client.socket, "create_connection", connect)
    host.answers["/"] = page("second")
    found = [ipaddress.ip_address(text) for text in ("2606:4700::1", "1.1.1.1", "1.0.0.1")]
    rules = Rules(resolve=lambda *_: found)
    assert fetch("http://shop.example/", HTML, Deadline(20), rules).content == b"second"
    assert tried == ["2606:4700::1", "1.1.1.1"]


def test_of_an_endless_page_the_beginning_is_taken_and_nothing_of_a_picture(
    host: HostileHost,
) -> None:
    sent = [0]

    def endless(connection: socket.socket) -> None:
        connection.sendall(HEAD + b"\r\n")
        while True:
            sent[0] += connection.send(b"x" * 65536)

    host.answers["/"] = endless
    found = get(host)
    assert (len(found.content), found.is_whole) == (100_000, False)
    assert sent[0] < 20_000_000
    host.answers["/"] = page(b"x" * 100_001, "image/png")
    assert refusal(host, PICTURE) == "size"
    host.answers["/"] = page(b"x" * 100_000, "image/png")
    assert get(host, wanted=PICTURE).is_whole


def test_a_head_without_end_is_cut_off(host: HostileHost) -> None:
    def endless(connection: socket.socket) -> None:
        while True:
            connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000)

    host.answers["/"] = endless
    assert refusal(host) == "size"
    host.answers["/"] = HEAD + b"X: y\r\n" * 1000 + b"\r\n"
    assert refusal(host) == "broken"
    host.answers["/"] = HEAD + b"X: " + b"y" * 70_000 + b"\r\n\r\n"
    assert refusal(host) == "broken"


def test_a_gzip_bomb_is_unpacked_as_far_as_a_page_may_be_long(host: HostileHost) -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    host.answers["/"] = page(bomb, "text/html", "Content-Encoding: gzip")
    found = get(host)
    assert (found.content, found.is_whole) == (b"\0" * 100_000, False)
    host.answers["/"] = page(bomb, "image/png", "Content-Encoding: x-gzip")
    assert refusal(host, PICTURE) == "size"
    small = gzip.compress(b"<title>Small</title>")
    host.answers["/"] = page(small, "text/html", "Content-Encoding: GZIP")
    assert get(host).content == b"<title>Small</title>"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (page("x", "text/html", "Content-Encoding: br"), "encoding"),
        (page("x", "text/html", "Content-Encoding: gzip, gzip"), "encoding"),
        (page("x", "text/html", "Content-Encoding: gzip"), "broken"),
        (page("x", "application/pdf"), "kind"),
        (page("x", "text/html2"), "kind"),
        (page("x", ""), "kind"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx", "kind"),
        (b"HTTP/1.1 404 No\r\nContent-Type: text/html\r\n\r\nx", "status"),
        (b"HTTP/1.1 206 Some\r\nContent-Type: text/html\r\n\r\nx", "status"),
        (b"HTTP/1.1 500 Oh\r\n\r\n", "status"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "broken"),
        (b"+OK\r\n", "broken"),
        (b"", "broken"),
        (page(gzip.compress(b"x")[:-9], "text/html", "Content-Encoding: gzip"), "broken"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nx", "broken"),
    ],
)
def test_what_is_no_answer_or_not_what_was_asked_for(
    host: HostileHost, answer: bytes, reason: str
) -> None:
    host.answers["/"] = answer
    assert refusal(host) == reason


def test_a_page_that_breaks_off_is_taken_as_far_as_it_came(host: HostileHost) -> None:
    host.answers["/"] = HEAD + b"Content-Length: 100\r\n\r\n<title>A"
    assert get(host).content == b"<title>A"


def test_a_slow_drip_ends_with_the_one_deadline(host: HostileHost) -> None:
    """Each byte comes in time for a limit of its own; together they would take hours."""
    ended = threading.Event()

    def drip(connection: socket.socket, begin: bytes) -> None:
        connection.sendall(begin)
        while not ended.wait(0.02):
            connection.sendall(b"x")

    for begin in (b"", b"HTTP/1.1 200 OK\r\nX: ", HEAD + b"\r\n"):
        host.answers["/"] = lambda connection, begin=begin: drip(connection, begin)
        assert refusal(host, seconds=0.4) == "time"
    host.answers["/"] = lambda _: ended.wait(60)
    assert refusal(host, seconds=0.2) == "time"
    host.answers["/"] = redirect("/")  # each hop asks what is left
    with pytest.raises(FetchRefused) as refused:
        get(host, seconds=0)
    assert refused.value.reason == "time"
    ended.set()


def test_nobody_who_listens_is_unreachable(host: HostileHost) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        host.port = free.getsockname()[1]
        assert refusal(host) == "unreachable"


class Secure:
    """`shop.example` on TLS; the system trusts what `trusted` names."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        self.monkeypatch, self.folder = monkeypatch, folder

    def ask(self, name: str, *, days: int = 1, is_trusted: bool = True) -> str:
        server, authority = certificate(self.folder, name, days=days)
        ours = ssl.create_default_context(cafile=authority if is_trusted else None)
        self.monkeypatch.setattr(client, "_tls", lambda: ours)
        self.monkeypatch.setattr(addresses, "is_public", lambda _: True)
        rules = Rules(resolve=lambda *_: [ipaddress.ip_address("127.0.0.1")])
        with hostile_host(server) as host:
            self.monkeypatch.setitem(addresses.PORTS, "https", host.port)
            host.answers["/"] = page("secure")
            try:
                found = fetch("https://shop.example/", HTML, Deadline(20), rules)
            except FetchRefused as refused:
                assert host.asked == []
                return refused.reason
            assert "Host: shop.example\r\n" in host.asked[0]
            return found.content.decode()


@pytest.fixture
def secure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Secure:
    return Secure(monkeypatch, tmp_path)


def test_a_certificate_is_asked_for_the_name_and_not_for_the_address(secure: Secure) -> None:
    assert secure.ask("shop.example") == "secure"


def test_a_certificate_that_is_not_valid_refuses(secure: Secure) -> None:
    assert secure.ask("other.example") == "certificate"
    assert secure.ask("shop.example", days=-1) == "certificate"
    assert secure.ask("shop.example", is_trusted=False) == "certificate"


def test_what_speaks_no_tls_is_unreachable(
    host: HostileHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "is_public", lambda _: True)
    monkeypatch.setitem(addresses.PORTS, "https", host.port)
    rules = Rules(resolve=lambda *_: [ipaddress.ip_address("127.0.0.1")])
    with pytest.raises(FetchRefused) as refused:
        fetch("https://shop.example/", HTML, Deadline(20), rules)
    assert refused.value.reason == "unreachable"
