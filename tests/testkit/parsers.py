"""Every parser that a stranger's input reaches, and the hostile shapes for each."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import time
from collections.abc import Callable
from io import BytesIO
from typing import Any

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.core.handlers.asgi import ASGIRequest
from django.http import QueryDict
from django.http.multipartparser import MultiPartParserError
from django.test import RequestFactory
from msgspec.structs import replace

from inglenook.api.http.parameters import number
from inglenook.api.visitor.bodies import MessageBody
from inglenook.api.visitor.parameters import accepts_events, cid_parameter
from inglenook.config.odd_headers import OddHeaders
from inglenook.protocol import frames, strict_json, structs
from inglenook.protocol.emoji import is_reaction_emoji
from inglenook.protocol.entities import parse_entities
from inglenook.protocol.errors import ChatError
from inglenook.protocol.limits import Limits
from inglenook.protocol.text import normalise_body, normalise_name
from inglenook.realtime.servers.plain_frames import plain_texts
from inglenook.sites.addresses import address_key
from inglenook.sites.hosts import HostError, canonical_host
from inglenook.sites.origins import EntryError, judge_request, parse_entry
from inglenook.visitors.tokens import read_old_token

ENDLESS = 2**40
BOUNDLESS = replace(Limits(), frame_bytes=ENDLESS, body_chars=ENDLESS)
LOOPBACK = [ipaddress.ip_network("127.0.0.0/8")]
REFUSALS = (
    *(ChatError, ValueError, EntryError, HostError, frames.FrameRefused),
    *(BadRequest, SuspiciousOperation, MultiPartParserError),
)


def person(name: str) -> str | None:
    return "v_ana" if name == "Ana" else None


def address(forwarded: str) -> None:
    address_key("127.0.0.1", forwarded, LOOPBACK)


def entry(text: str) -> None:
    parse_entry(text)
    canonical_host(text)


def sent(frame: str) -> None:
    frames.parse_client_frame(frame, BOUNDLESS)


def posted(body: str) -> None:
    structs.converted(strict_json.parse_sized(body, BOUNDLESS), MessageBody)


def name(raw: str) -> None:
    normalise_name(raw, ENDLESS)


def cid(text: str) -> None:
    cid_parameter(RequestFactory().get("/", {"cid": text}))


def header(which: bytes) -> Callable[[str], None]:
    """A request with this header, handed to all code that reads the header."""

    async def app(scope: Any, _receive: Any, _send: Any) -> None:
        request = ASGIRequest(scope, BytesIO())
        assert request.COOKIES is not None
        assert request.GET is not None
        accepts_events(request)

    def read(value: str) -> None:
        scope = {
            "type": "http",
            "method": "GET",
            "path": "/",
            "query_string": b"",
            "headers": [(which, value.encode("latin-1"))],
        }
        asyncio.run(OddHeaders(app)(scope, None, None))

    return read


def form(kind: str) -> Callable[[str], None]:
    def read(body: str) -> None:
        request = RequestFactory().generic("POST", "/", body.encode(), content_type=kind)
        request.POST.get("name")
        request.close()

    return read


PARSERS: dict[str, Callable[[str], Any]] = {
    "a frame": sent,
    "a body of JSON": posted,
    "an origin": lambda text: judge_request([text], None, "GET", (), "https://chat.example"),
    "an entry": entry,
    "an address": address,
    "a name": name,
    "a message": lambda text: normalise_body(text, ENDLESS),
    "entities": lambda text: parse_entities(text, person),
    "an emoji": is_reaction_emoji,
    "a token": lambda text: read_old_token(text, 1),
    "a cursor": lambda text: number(text, "since"),
    "an id": cid,
    "a query": QueryDict,
    "cookies": header(b"cookie"),
    "a content type": header(b"content-type"),
    "accepted types": header(b"accept"),
    "a multipart form": form("multipart/form-data; boundary=B"),
    "a form": form("application/x-www-form-urlencoded"),
    "plain frames": lambda text: plain_texts(text.encode("latin-1"), ENDLESS),
}

# A shape: what comes first, what is repeated up to the wanted length, and what comes last.
JSON = [
    ('{"a":' * 9 + '"', '\\"', ""),
    ('{"a":' * 9 + '"', '\\"', "\\\n"),
    ('{"a":' * 9 + '"', "\\", ""),
    ('{"a":' * 9, '"', ""),
    ('{"a":' * 9 + '"', '"\\', '"'),
    ('{"a":', "1", "}"),
    ('{"a":0.', "1", "}"),
    ('{"type":"send","cid":"', "a", '"}'),
    ('{"type":"send","cid":"12345678","room":"a","body":"', "\\ud800", '"}'),
    ('{"type":"hello","v":1,"rooms":[', '{"room":"a"},', '{"room":"a"}]}'),
    ("[", "[],", "0]"),
    ("[", "{},", "0]"),
    ("", "[", ""),
    ("[" * 9, "]", ""),
    ("", " ", ""),
]
TEXTS = [
    ("a", "\u0301", "\u0323"),
    ("a", "\u0301\u0323", ""),
    ("", " ", "x"),
    ("", " \n", "x"),
    ("", "\r", "x"),
    ("", "\u2066\u202a", "\u2069"),
    ("", "\u0301 ", "x"),
    ("", "\U0001f600\u200d", ""),
    ("", "\U0001f1e6", ""),
    ("", "\u115f", "x"),
    ("", "\u1100\u1161\u11a8", ""),
    ("", "\u200d", "x"),
]
MARKS = [
    *((("", unit, "")) for unit in ("*", "_", "`", "@", "*_", " *a", "_a", " @a", "`a` ", "*_`@ ")),
    *(
        (("", unit, ""))
        for unit in ("http://", "https://a@", "mailto:", "www.", "a.", "a@b.", "a-b.")
    ),
    *(
        (("", unit, ""))
        for unit in ("https://a.example/)", "_https://a.example/_", "javascript:", "@Ana ")
    ),
    ("http://", "a", "@"),
    ("https://a.example/", "(", ")"),
    ("https://a.example/", ".", "*"),
    ("mailto:", "a.", "@b.de"),
]
HOSTS = [
    ("https://", "a.", ""),
    ("https://", "é", ""),
    ("https://[", ":", "]"),
    ("https://a", ":", ""),
    ("", "a", "@"),
    ("", "*.", ""),
    ("https://xn--", "a", ""),
    ("", "0x", ""),
]
LISTS = [
    ("", "127.0.0.1,", ""),
    ("", ",127.0.0.1", ""),
    ("", ",", ""),
    ("", ":", ""),
    ("", "1", ""),
    ("", "::ffff:", "%"),
]
FIELDS = [
    ("a=", '"', ""),
    ('a="', '\\"', '"'),
    ('a="', "\\054", '"'),
    ('a;"', ";", ""),
    ("a", ";", ""),
    ("a", ";a=b", ""),
    ("a", ";a*=a'a'%20", ""),
    ("a", ",a;q=0", ""),
    ("a=", "%ff", ""),
    ("", "a=b&", ""),
    ("", "a=b;", ""),
]
PART = '--B\r\nContent-Disposition: form-data; name="a"'
PARTS = [
    (PART + "\r\n\r\n", "\r\n--", ""),
    (PART + "\r\n\r\n", "--B", "\r\n--B--\r\n"),
    (PART + '"', ";", "\r\n\r\na\r\n--B--\r\n"),
    (PART + "\r\n", "A: b\r\n", "\r\na\r\n--B--\r\n"),
    (PART + '; filename="x"\r\nContent-Transfer-Encoding: base64\r\n\r\n', "a ", "\r\n--B--\r\n"),
    ("", PART + "\r\n\r\na\r\n", "--B--\r\n"),
    ("", "--B\r\n", ""),
    ("", "a", PART),
]
FRAMES = [("", "\x81\x80abcd", ""), ("", "\x81\x82abcd{}", ""), ("", "\x81\xfe\x00\x7eabcd", "")]
SHAPES = {
    "a frame": JSON,
    "a body of JSON": JSON,
    "an origin": HOSTS,
    "an entry": HOSTS,
    "an address": LISTS,
    "a name": TEXTS,
    "a message": TEXTS,
    "entities": MARKS,
    "an emoji": TEXTS,
    "a token": [("t1.1.v_a.1.", "a", ""), ("", ".", ""), ("", "t1.", "")],
    "a cursor": LISTS,
    "an id": [("", "a", ""), ("", "-", "\n")],
    "a query": FIELDS,
    "cookies": FIELDS,
    "a content type": FIELDS,
    "accepted types": FIELDS,
    "a multipart form": PARTS,
    "a form": FIELDS,
    "plain frames": FRAMES,
}


def seconds_for(parser: Callable[[str], Any], text: str, times: int) -> float:
    """The least processor time of this thread over `times` runs."""
    readings = []
    for _ in range(times):
        began = time.thread_time()
        with contextlib.suppress(*REFUSALS):
            parser(text)
        readings.append(time.thread_time() - began)
    return min(readings)


def filled(shape: tuple[str, str, str], chars: int) -> str:
    """The shape in about `chars` characters.

    A last part of one character is repeated too, over the second half: a run of one mark and then
    a run of another.
    """
    before, unit, after = shape
    if len(after) == 1:
        return before + unit * (chars // len(unit) // 2) + after * (chars // 2)
    return before + unit * (chars // len(unit)) + after
