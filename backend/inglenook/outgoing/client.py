"""One GET of what a stranger named, by the rules of `addresses`. The only way out of the server for
such addresses.

    fetch ─> target ─> addresses, judged ─> a connection to one of these, with the name in SNI, Host
             and certificate ─> status, media type ─> the body, as far as it may be
          └─ a redirect: the same from the beginning, three times at most

No cookies, no credentials, no proxy, nothing kept between two calls. One deadline is for all of it:
each read has what is left of it, so a server that sends a byte a second gains nothing. What comes
is counted before it is unpacked and after.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
import zlib
from collections.abc import Collection
from functools import cache
from typing import Any, Final
from urllib.parse import urljoin

from msgspec import Struct

from inglenook.outgoing.addresses import (
    PORTS,
    Address,
    FetchRefused,
    Rules,
    Target,
    addresses_of,
    target_of,
)

MOST_REDIRECTS: Final = 3
# Of two or more addresses a second one is tried: many hosts have one that is out of order.
MOST_ADDRESSES: Final = 2
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_PIECE_BYTES: Final = 16 * 1024
# Head and frames of chunks, beside the body.
_BESIDE_BYTES: Final = 128 * 1024
_PLAIN: Final = ("", "identity")
_GZIP: Final = ("gzip", "x-gzip")


class Fetched(Struct, frozen=True):
    """`url` is where it came from in the end. `media_type` is in small letters, `charset` as the
    server says it, or empty. `is_whole` False: it was cut where it may not be longer.
    """

    url: str
    media_type: str
    charset: str
    content: bytes
    is_whole: bool = True


class Deadline:
    """When all has to be done. `left` raises FetchRefused("time") after that."""

    def __init__(self, seconds: float) -> None:
        self._at = time.monotonic() + seconds

    def left(self) -> float:
        left = self._at - time.monotonic()
        if left <= 0:
            raise FetchRefused("time")
        return left


class Wanted(Struct, frozen=True):
    """`kinds` are media types. Of what is longer than `most_bytes` the beginning is taken with
    `is_cut`, else nothing. `agent` is who asks.
    """

    kinds: Collection[str]
    most_bytes: int
    agent: str
    is_cut: bool = False


def fetch(url: str, wanted: Wanted, deadline: Deadline, rules: Rules | None = None) -> Fetched:
    """For threads. Raises FetchRefused and nothing else."""
    rules = rules or Rules()
    for _ in range(MOST_REDIRECTS + 1):
        target = target_of(url, rules)
        addresses = addresses_of(target, deadline.left(), rules)
        found = _ask(target, addresses, wanted, deadline)
        if isinstance(found, Fetched):
            return Fetched(url, found.media_type, found.charset, found.content, found.is_whole)
        try:
            url = urljoin(url, found)
        except ValueError:
            break
    raise FetchRefused("redirects")


def _ask(
    target: Target, addresses: list[Address], wanted: Wanted, deadline: Deadline
) -> Fetched | str:
    """What is there, or where a redirect leads."""
    connection = _Pinned(target, addresses, wanted, deadline)
    try:
        connection.request(
            "GET",
            target.path,
            headers={
                "User-Agent": wanted.agent,
                "Accept": ", ".join(wanted.kinds),
                "Accept-Encoding": "gzip",
                "Connection": "close",
            },
        )
        response = connection.getresponse()
        if response.status in _REDIRECTS:
            return _location(response)
        return _taken(response, wanted)
    except ssl.SSLCertVerificationError:
        raise FetchRefused("certificate") from None
    except TimeoutError:
        raise FetchRefused("time") from None
    # A line of the head that is no text of Latin-1, a length that is no number.
    except (http.client.HTTPException, ValueError, zlib.error):
        raise FetchRefused("broken") from None
    except OSError:
        raise FetchRefused("unreachable") from None
    finally:
        connection.end()


def _location(response: http.client.HTTPResponse) -> str:
    """Bytes beside ASCII are UTF-8, as browsers take them."""
    location = response.headers.get("Location", "").strip()
    if not location:
        raise FetchRefused("redirects")
    return location.encode("latin-1").decode("utf-8", "replace").replace(" ", "%20")


def _taken(response: http.client.HTTPResponse, wanted: Wanted) -> Fetched:
    if response.status != http.client.OK:
        raise FetchRefused("status")
    media_type = response.headers.get_content_type() if "Content-Type" in response.headers else ""
    if media_type not in wanted.kinds:
        raise FetchRefused("kind")
    content = _body(response, wanted.most_bytes + 1)
    is_whole = len(content) <= wanted.most_bytes
    if not is_whole and not wanted.is_cut:
        raise FetchRefused("size")
    charset = response.headers.get_content_charset("")
    return Fetched("", media_type, charset, content[: wanted.most_bytes], is_whole)


def _body(response: http.client.HTTPResponse, most: int) -> bytes:
    """So many bytes of it at most, unpacked. More is not unpacked."""
    packed_as = response.headers.get("Content-Encoding", "").strip().lower()
    if packed_as not in (*_PLAIN, *_GZIP):
        raise FetchRefused("encoding")
    unpacked = zlib.decompressobj(16 + zlib.MAX_WBITS) if packed_as in _GZIP else None
    found = bytearray()
    while len(found) < most:
        piece = response.read(_PIECE_BYTES)
        if not piece and unpacked is not None:
            raise FetchRefused("broken")
        if not piece:
            break
        left = most - len(found)
        found += piece[:left] if unpacked is None else unpacked.decompress(piece, left)
        if unpacked is not None and unpacked.eof:
            break
    return bytes(found)


class _Pinned(http.client.HTTPConnection):
    """Connects to addresses that were judged, whatever the name says by now."""

    def __init__(
        self, target: Target, addresses: list[Address], wanted: Wanted, deadline: Deadline
    ) -> None:
        super().__init__(target.host, target.port)
        # For the Host header, which leaves out the port that goes without saying.
        self.default_port = PORTS[target.scheme]
        self._target, self._addresses, self._deadline = target, addresses, deadline
        self._most_bytes = wanted.most_bytes + _BESIDE_BYTES
        self._opened: socket.socket | None = None

    def connect(self) -> None:
        self._opened = self._connected()
        if self._target.is_secure:
            self._opened.settimeout(self._deadline.left())
            # Where it fails it has closed the socket.
            self._opened = _tls().wrap_socket(self._opened, server_hostname=self._target.host)
        self.sock: Any = _Bounded(self._opened, self._deadline, self._most_bytes)

    def end(self) -> None:
        if self._opened is not None:
            self._opened.close()

    def _connected(self) -> socket.socket:
        tried = self._addresses[:MOST_ADDRESSES]
        for n, address in enumerate(tried, 1):
            left = self._deadline.left()
            try:
                return socket.create_connection(
                    (str(address), self._target.port), timeout=left / (len(tried) - n + 1)
                )
            except OSError:
                if n == len(tried):
                    raise
        raise FetchRefused("unreachable")


class _Bounded:
    """A socket as `http.client` uses one, that ends with the deadline and after so many bytes."""

    def __init__(self, sock: socket.socket, deadline: Deadline, most_bytes: int) -> None:
        self._sock, self._deadline, self._most_bytes = sock, deadline, most_bytes

    def sendall(self, content: bytes) -> None:
        self._sock.settimeout(self._deadline.left())
        self._sock.sendall(content)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Read(self._sock, self._deadline, self._most_bytes))

    def close(self) -> None:
        """`http.client` says so as soon as the head is here; `_Pinned.end` closes the socket."""


class _Read(io.RawIOBase):
    def __init__(self, sock: socket.socket, deadline: Deadline, most_bytes: int) -> None:
        super().__init__()
        self._sock, self._deadline, self._left = sock, deadline, most_bytes

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._sock.settimeout(self._deadline.left())
        count = self._sock.recv_into(buffer)
        self._left -= count
        if self._left < 0:
            raise FetchRefused("size")
        return count


@cache
def _tls() -> ssl.SSLContext:
    """The system's authorities, and whatever the operator adds to them (`SSL_CERT_FILE`)."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context
