"""Thousands of made-up origins: none makes the rules raise, and a slow second writing of them says
the same of each.
"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from inglenook.sites.origins import allows_origin, judge_request, parse_entries, parse_origin
from tests.hostile import reference_origins as slow
from tests.hostile.corpus import BROKEN_ORIGINS, FOREIGN_ORIGINS
from tests.testkit.fuzzing import times

LISTED = [
    "https://shop.example",
    "https://*.wide.example",
    "http://localhost:*",
    "http://127.0.0.1:*",
    "https://ported.example:8443",
    "https://bücher.example",
    "https://[2001:db8::1]",
]
ENTRIES = parse_entries(LISTED)
SLOW_ENTRIES: list[tuple[str, str, int | None, bool]] = [
    ("https", "shop.example", 443, False),
    ("https", "wide.example", 443, True),
    ("http", "localhost", None, False),
    ("http", "127.0.0.1", None, False),
    ("https", "ported.example", 8443, False),
    ("https", "xn--bcher-kva.example", 443, False),
    ("https", f"[{'20010db8' + '0' * 23 + '1'}]", 443, False),
]
SCHEMES = ["https", "http", "HTTPS", "hTTp", "ws", "ftp", "http\u017f", "javascript", "", " https"]
HOSTS = [
    *["shop.example", "SHOP.example", "a.wide.example", "a.b.wide.example", "wide.example"],
    *["localhost", "127.0.0.1", "ported.example", "bücher.example", "BÜCHER.example", "127.1"],
    *[
        "xn--bcher-kva.example",
        "XN--BCHER-KVA.example",
        "[2001:db8::1]",
        "[2001:0DB8:0::1]",
        "[::1]",
    ],
    *[
        "evilshop.example",
        "shop.example.evil.test",
        "xwide.example",
        ".wide.example",
        "-",
        "_dmarc.x",
    ],
    *["ｓｈｏｐ.example", "shop。example", "sh\u00adop.example", "ß.example", "\U0001f4a9.example"],
    *[
        "0x7f.1",
        "1.2.3.4.5",
        "256.1.1.1",
        "[fe80::1%1]",
        "[::ffff:1.2.3.4]",
        "xn--a.example",
        "a..b",
    ],
]
PORTS = [
    "",
    "",
    "",
    ":443",
    ":80",
    ":8443",
    ":0",
    ":65535",
    ":65536",
    ":080",
    ":",
    ":x",
    ":٤٤٣",
    ":-1",
]
TAILS = [
    "",
    "",
    "",
    "",
    "/",
    "/x",
    "?x",
    "#x",
    "\\",
    " ",
    "\n",
    "\x00",
    ",https://x",
    "@evil.test",
    "\ud800",
]
FRONTS = ["://", "://", "://", "://", ":", ":/", ":///", "://user@", "://user:pw@", "://@", ":\\\\"]


@st.composite
def built(draw: st.DrawFn) -> str:
    parts = (SCHEMES[:4] * 3 + SCHEMES, FRONTS, HOSTS, PORTS, TAILS)
    return "".join(draw(st.sampled_from(part)) for part in parts)


@st.composite
def bent(draw: st.DrawFn) -> str:
    """A listed origin with one character lost, doubled, changed or moved."""
    text = draw(st.sampled_from([*LISTED, "https://a.wide.example", "http://localhost:3000"]))
    place = draw(st.integers(0, len(text)))
    new = draw(st.text(st.characters(), max_size=2) | st.sampled_from([*".:/@-*[]%\\", "xn--"]))
    return text[:place] + new + text[place + draw(st.integers(0, 2)) :]


HEADERS = st.one_of(
    built(),
    built(),
    bent(),
    st.sampled_from(BROKEN_ORIGINS + FOREIGN_ORIGINS),
    st.text(max_size=40),
)


@times(500)
@given(HEADERS)
def test_a_slow_reference_says_the_same(header: str) -> None:
    expected = slow.allows(SLOW_ENTRIES, header)
    assert allows_origin(ENTRIES, header, own_origin=None) is expected
    assert (parse_origin(header) is None) is (slow.parsed(header) is None)
    decision = judge_request([header], None, "GET", ENTRIES, "https://own.test")
    assert decision.allowed is expected


@times(200)
@given(HEADERS)
def test_what_is_an_origin_has_one_form(header: str) -> None:
    origin = parse_origin(header)
    if origin is not None:
        assert parse_origin(str(origin)) == origin
        assert str(origin).isascii()
        assert slow.parsed(str(origin)) == slow.parsed(header)


@times(200)
@given(st.lists(st.binary(max_size=30) | HEADERS, max_size=3), st.text(max_size=12))
def test_no_set_of_headers_makes_it_raise(headers: list[bytes | str], method: str) -> None:
    decision = judge_request(headers, None, method, ENTRIES, "https://own.test")
    assert not decision.allowed or len(headers) == 1
