"""Handshakes that are answered without the library come to the same as by the library."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from uvicorn import Config
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.frames import Frame, Opcode

from inglenook.realtime.servers import bounded_http
from inglenook.realtime.servers.plain_handshake import Headers, plain_handshake
from inglenook.realtime.servers.streaming_http import StreamingHttp
from inglenook.realtime.servers.uvicorn_websocket import UvicornWebSocket
from tests.testkit.fuzzing import times

CHROMIUM: Headers = [
    (b"Host", b"chat.example:8000"),
    (b"Connection", b"Upgrade"),
    (b"Pragma", b"no-cache"),
    (b"Cache-Control", b"no-cache"),
    (b"User-Agent", b"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"),
    (b"Upgrade", b"websocket"),
    (b"Origin", b"https://shop.example"),
    (b"Sec-WebSocket-Version", b"13"),
    (b"Accept-Encoding", b"gzip, deflate, br, zstd"),
    (b"Accept-Language", b"en-GB,en;q=0.9"),
    (b"Sec-WebSocket-Key", b"dGhlIHNhbXBsZSBub25jZQ=="),
    (b"Sec-WebSocket-Extensions", b"permessage-deflate; client_max_window_bits"),
    (b"Sec-WebSocket-Protocol", b"inglenook.v1"),
]
FIREFOX: Headers = [
    (name, b"keep-alive, Upgrade" if name == b"Connection" else value) for name, value in CHROMIUM
]
PROXIED: Headers = [
    (name, b"upgrade" if name == b"Connection" else value)
    for name, value in (*CHROMIUM, (b"X-Forwarded-For", b"192.0.2.7"))
]
PATH = b"/ws/v1/pk_1/"
SWITCHED = b"HTTP/1.1 101 "
TEXT = Frame(Opcode.TEXT, b'{"type":"hello"}').serialize(mask=True)
PING = Frame(Opcode.PING, b"are you there").serialize(mask=True)
PONG = Frame(Opcode.PONG, b"are you there").serialize(mask=False)
CLOSE = Frame(Opcode.CLOSE, b"\x03\xe8").serialize(mask=True)

VALUES = (
    *(b"", b"upgrade", b"Upgrade, keep-alive", b"close", b"Upgrade,Upgrade", b"up grade", b"\t"),
    *(b"WebSocket", b"websocket, websocket", b"h2c", b"13", b"8", b"13, 8", b"013", b"\xff"),
    *(b"dGhlIHNhbXBsZSBub25jZQ", b"dGhlIHNhbXBsZSBub25jZR==", b"dGhlIHNhbXBsZQ==", b"===="),
    *(b"AAAA AAAAAAAAAAAAAAAAA==", b"dGhlIHNhbXBsZSBub25jZQ==, x", b"null", b"https://a, b"),
    *(b"inglenook.v1, other", b"inglenook.v1,other", b"a,,b", b"a b", b"\xe4,b", b"(a)", b"a,"),
    *(b"permessage-deflate; =", b"0", b"5", b"-1", b"chunked", b"x" * 9000, b"a\x01b"),
)
NAMES = (
    *[name for name, _ in CHROMIUM],
    *(b"Content-Length", b"Transfer-Encoding", b"Cookie", b"X y", b"X" * 9000),
)
LINES = (
    *(b"%s %s HTTP/1.1" % (method, PATH) for method in (b"GET", b"POST", b"HEAD", b"get")),
    *(b"GET %s %s" % (PATH, version) for version in (b"HTTP/1.0", b"HTTP/2.0", b"HTTP/1.2")),
    *(
        b"GET %s HTTP/1.1" % url
        for url in (
            *(PATH + b"?a=1&b=%20", b"/%C3%A4/%2F", b"/a#b", b"/a?b?c", b"//a", b"*", b"/\xe4"),
            *(b"http://chat.example/ws", b"/" + b"x" * 9000, b"/a\tb", b"/%ff", b"/%", b"?"),
        )
    ),
)


def request_of(line: bytes, headers: Headers) -> bytes:
    return b"\r\n".join((line, *(name + b": " + value for name, value in headers), b"", b""))


@st.composite
def requests(draw: st.DrawFn) -> bytes:
    """A browser's handshake with up to three changes."""
    headers = list(draw(st.sampled_from([CHROMIUM, FIREFOX, PROXIED])))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(headers) - 1))
        name, value = headers[at]
        blanks = draw(st.sampled_from([b"", b" ", b"\t ", b"  "]))
        headers[at : at + 1] = draw(
            st.sampled_from(
                [
                    [],
                    [(name, value), (name, value)],
                    [(name.swapcase(), value.swapcase())],
                    [(name, blanks + value + blanks)],
                    [(name, draw(st.sampled_from(VALUES)))],
                    [(name, value), (draw(st.sampled_from(NAMES)), draw(st.sampled_from(VALUES)))],
                    [(name, value[:5] + draw(st.binary(max_size=2)) + value[5:])],
                ]
            )
        ) or [(b"X-Gone", b"1")]
    return request_of(draw(st.sampled_from(LINES)), headers)


class Transport(asyncio.Transport):
    """Keeps what is written, and reads nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.is_closed = False
        self.is_paused = False
        self.protocol: Any = None

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return {"peername": ("127.0.0.1", 4), "sockname": ("127.0.0.1", 80)}.get(name, default)

    def write(self, data: Any) -> None:
        self.written += data

    def get_write_buffer_size(self) -> int:
        return 0

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        self.protocol = protocol

    def get_protocol(self) -> Any:
        return self.protocol

    def is_closing(self) -> bool:
        return self.is_closed

    def close(self) -> None:
        self.is_closed = True

    abort = close

    def can_write_eof(self) -> bool:
        return False

    def pause_reading(self) -> None:
        self.is_paused = True

    def resume_reading(self) -> None:
        self.is_paused = False


class Served:
    """One connection with our HTTP protocol. `answers` is what the application sends."""

    def __init__(self, *answers: dict[str, Any]) -> None:
        self.scope: dict[str, Any] = {}
        self.received: list[dict[str, Any]] = []
        self.transport = Transport()
        self.may_answer = asyncio.Event()
        self.may_answer.set()

        async def application(scope: Any, receive: Any, send: Any) -> None:
            # Taken now: the list of the headers is emptied at the accept.
            self.scope = {**scope, "headers": list(scope["headers"]), "extensions": None}
            await self.may_answer.wait()
            for answer in answers:
                await send(answer)
            while not self.received or self.received[-1]["type"] != "websocket.disconnect":
                self.received.append(await receive())

        config = Config(
            application, http=StreamingHttp, ws=UvicornWebSocket, lifespan="off", log_config=None
        )
        config.ws_per_message_deflate = False
        config.load()
        self.state = ServerState()
        http = StreamingHttp(config=config, server_state=self.state, app_state={"a": 1})
        self.transport.protocol = http
        http.connection_made(self.transport)

    async def send(self, data: bytes, cut: int = 0) -> None:
        for piece in (data[:cut], data[cut:]):
            if piece and not self.transport.is_closed:
                self.transport.protocol.data_received(piece)
            for _ in range(8):
                await asyncio.sleep(0)

    async def end(self) -> None:
        self.transport.close()
        self.transport.protocol.connection_lost(None)
        for task in list(self.state.tasks):
            task.cancel()
        await asyncio.gather(*self.state.tasks, return_exceptions=True)


ACCEPT = {"type": "websocket.accept", "subprotocol": "inglenook.v1"}
REFUSALS: dict[str, list[dict[str, Any]]] = {
    "closed": [{"type": "websocket.close"}],
    "answered": [
        {
            "type": "websocket.http.response.start",
            "status": 429,
            "headers": [(b"content-type", b"application/json"), (b"retry-after", b"5")],
        },
        {"type": "websocket.http.response.body", "body": b"{}"},
    ],
}


async def outcome(request: bytes, cut: int, *answers: dict[str, Any]) -> dict[str, Any]:
    """All that client and application see."""
    served = Served(*answers)
    await served.send(request, cut)
    if SWITCHED in served.transport.written:
        await served.send(TEXT + PING + TEXT, cut)
        await served.send(CLOSE)
    await served.end()
    # The library writes the date where a response has no other.
    written = re.sub(rb"\r\ndate: [^\r]*", b"", served.transport.written, flags=re.IGNORECASE)
    return {"written": written, "scope": served.scope, "received": served.received}


async def assert_same(request: bytes, cut: int, *answers: dict[str, Any]) -> None:
    ours = await outcome(request, cut, *answers)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(bounded_http, "plain_handshake", lambda *_: None)
        assert await outcome(request, cut, *answers) == ours


@pytest.mark.parametrize("name", NAMES)
async def test_whatever_a_header_says_the_library_and_we_come_to_the_same(name: bytes) -> None:
    others = [header for header in CHROMIUM if header[0] != name]
    for value in VALUES:
        await assert_same(request_of(LINES[0], [*others, (name, value)]), 0, ACCEPT)
        await assert_same(request_of(LINES[0], [*CHROMIUM, (name, value)]), 0, ACCEPT)
    await assert_same(request_of(LINES[0], others), 0, ACCEPT)


@pytest.mark.parametrize("line", LINES)
async def test_whatever_is_asked_for_the_library_and_we_come_to_the_same(line: bytes) -> None:
    for answers in ([ACCEPT], *REFUSALS.values()):
        await assert_same(request_of(line, CHROMIUM), 0, *answers)


@given(requests(), st.integers(0, 60), st.sampled_from([[ACCEPT], *REFUSALS.values()]))
@times(100)
async def test_the_library_and_we_come_to_the_same(
    request: bytes, cut: int, answers: list[dict[str, Any]]
) -> None:
    await assert_same(request, cut, *answers)


@pytest.mark.parametrize("headers", [CHROMIUM, FIREFOX, PROXIED])
async def test_what_a_browser_sends_needs_no_second_parser(headers: Headers) -> None:
    lower = [(name.lower(), value) for name, value in headers]
    found = plain_handshake("GET", "1.1", PATH + b"?a=%20", lower)
    assert found is not None
    assert (found.path, found.raw_path, found.query_string) == (PATH.decode(), PATH, b"a=%20")
    assert found.subprotocols == ["inglenook.v1"]
    assert found.accept == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="  # RFC 6455 1.3
    request = request_of(LINES[0], headers)
    served = Served(ACCEPT)
    await served.send(request)
    await served.send(TEXT)
    socket = served.transport.protocol
    assert served.transport.written.startswith(SWITCHED)
    assert [message["type"] for message in served.received] == [
        "websocket.connect",
        "websocket.receive",
    ]
    assert "conn" not in vars(socket), "the library was asked"
    assert socket.scope is None
    await served.end()


async def test_a_socket_has_all_that_its_base_class_has_and_lies_in_one_object() -> None:
    served = Served(ACCEPT)
    await served.send(request_of(LINES[0], CHROMIUM))
    socket = served.transport.protocol
    config = socket.config
    base = WebSocketsSansIOProtocol(config=config, server_state=served.state, app_state={})
    assert [name for name in vars(base) if name != "conn" and not hasattr(socket, name)] == []
    assert len(vars(socket)) < 30
    await served.end()


async def test_what_comes_before_the_response_waits_for_it() -> None:
    for behind in (b"", PING):  # in the segment of the request
        await assert_it_waits(behind)


async def assert_it_waits(behind: bytes) -> None:
    request = request_of(LINES[0], CHROMIUM)
    served = Served(ACCEPT)
    served.may_answer.clear()
    await served.send(request + behind)
    await served.send((PING + TEXT).removeprefix(behind))
    assert served.transport.written == b""
    assert served.transport.is_paused
    served.may_answer.set()
    await served.send(b"")
    assert served.transport.written.startswith(SWITCHED)
    assert served.transport.written.endswith(b"\r\n\r\n" + PONG)
    assert served.received[-1] == {"type": "websocket.receive", "text": '{"type":"hello"}'}
    assert not served.transport.is_paused
    await served.end()


@pytest.mark.parametrize(
    ("method", "version", "url", "name", "value"),
    [
        ("POST", "1.1", PATH, b"", b""),
        ("GET", "1.0", PATH, b"", b""),
        ("GET", "1.1", b"/\xe4", b"", b""),
        ("GET", "1.1", b"*", b"", b""),
        ("GET", "1.1", PATH, b"connection", b"close"),
        ("GET", "1.1", PATH, b"upgrade", b"h2c"),
        ("GET", "1.1", PATH, b"content-length", b"0"),
        ("GET", "1.1", PATH, b"transfer-encoding", b"chunked"),
        ("GET", "1.1", PATH, b"cookie", b"a\x01b"),
    ],
)
def test_what_uvicorn_stops_before_is_no_plain_handshake_either(
    method: str, version: str, url: bytes, name: bytes, value: bytes
) -> None:
    headers = [(key.lower(), said) for key, said in CHROMIUM if key.lower() != name]
    headers += [(name, value)] if name else []
    assert plain_handshake(method, version, url, headers) is None
