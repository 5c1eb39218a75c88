from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inglenook.sites.origins import (
    Origin,
    allows_origin,
    judge_request,
    origin_of_url,
    parse_entries,
    parse_entry,
    parse_origin,
)
from tests.hostile.corpus import BROKEN_ORIGINS, FOREIGN_ORIGINS

OWN = "https://chat.example"
ENTRIES = parse_entries(
    [
        "https://shop.example",
        "https://*.wide.example",
        "https://*.port.example:8443",
        "http://plain.example:8080",
        "http://localhost:*",
        "http://127.0.0.1:*",
        "https://bücher.example",
        "https://[2001:db8::1]:444",
    ]
)


@pytest.mark.parametrize(
    ("header", "canonical"),
    [
        ("https://shop.example", "https://shop.example"),
        ("https://shop.example:443", "https://shop.example"),
        ("http://shop.example:80", "http://shop.example"),
        ("http://shop.example:443", "http://shop.example:443"),
        ("https://shop.example:80", "https://shop.example:80"),
        ("HTTPS://SHOP.Example", "https://shop.example"),
        ("https://shop.example:1", "https://shop.example:1"),
        ("https://shop.example:65535", "https://shop.example:65535"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("http://127.0.0.1:8100", "http://127.0.0.1:8100"),
        ("https://intranet", "https://intranet"),
        ("https://my_shop.example", "https://my_shop.example"),
        ("https://-odd-.example", "https://-odd-.example"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("https://BÜCHER.example", "https://xn--bcher-kva.example"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
        ("https://XN--BCHER-KVA.example", "https://xn--bcher-kva.example"),
        ("https://例え。テスト", "https://xn--r8jz45g.xn--zckzah"),
        ("https://xn--ls8h.la", "https://xn--ls8h.la"),
        ("https://[::1]", "https://[::1]"),
        ("https://[0:0:0:0:0:0:0:1]:8443", "https://[::1]:8443"),
        ("https://[2001:DB8::1]", "https://[2001:db8::1]"),
        ("https://[::ffff:127.0.0.1]", "https://[::ffff:7f00:1]"),
        ("https://１２７.0.0.1", "https://127.0.0.1"),
    ],
)
def test_it_reads_an_origin_into_its_one_form(header: str, canonical: str) -> None:
    origin = parse_origin(header)
    assert origin is not None
    assert str(origin) == canonical
    assert parse_origin(canonical) == origin


@pytest.mark.parametrize("header", [None, *BROKEN_ORIGINS])
def test_it_reads_nothing_from_a_header_that_is_no_origin(header: str | None) -> None:
    assert parse_origin(header) is None


@pytest.mark.parametrize(
    "origin",
    [
        "https://shop.example",
        "https://shop.example:443",
        "https://SHOP.EXAMPLE",
        "https://a.wide.example",
        "https://a.b.c.wide.example",
        "https://a.port.example:8443",
        "http://plain.example:8080",
        "http://localhost",
        "http://localhost:80",
        "http://localhost:3000",
        "http://127.0.0.1:65535",
        "https://bücher.example",
        "https://xn--bcher-kva.example",
        "https://[2001:db8:0::1]:444",
        "https://chat.example",
        "https://chat.example:443",
    ],
)
def test_it_lets_a_listed_origin_and_our_own_pass(origin: str) -> None:
    assert allows_origin(ENTRIES, origin, own_origin=origin_of_url(OWN))
    assert allows_origin(ENTRIES, parse_origin(origin), own_origin=origin_of_url(OWN))


@pytest.mark.parametrize(
    "origin",
    [
        None,
        *(o for o in FOREIGN_ORIGINS if "127.0.0.1" not in o),
        *BROKEN_ORIGINS,
        "https://wide.example",
        "https://evilwide.example",
        "https://a.wide.example.evil.com",
        "https://a.wide.example:8443",
        "http://a.wide.example",
        "https://a.port.example",
        "https://port.example:8443",
        "https://plain.example:8080",
        "http://plain.example",
        "https://localhost:3000",
        "http://localhost.evil.com:3000",
        "http://sub.localhost:3000",
        "http://127.0.0.2:3000",
        "http://[::1]:3000",
        "http://bücher.example",
        "https://[2001:db8::1]",
        "https://[2001:db8::2]:444",
        "http://chat.example",
        "https://chat.example:8000",
        "https://chat.example.evil.com",
    ],
)
def test_it_refuses_every_other_origin(origin: str | None) -> None:
    assert not allows_origin(ENTRIES, origin, own_origin=origin_of_url(OWN))


def test_an_empty_list_lets_only_our_own_pages_pass() -> None:
    assert allows_origin([], OWN, own_origin=origin_of_url(OWN))
    assert not allows_origin([], OWN, own_origin=None)
    assert not allows_origin([], None, own_origin=None)


def test_null_passes_only_where_the_site_switched_it_on() -> None:
    assert allows_origin([], "null", own_origin=None, allow_null=True)
    assert not allows_origin(ENTRIES, "null", own_origin=None)
    assert not allows_origin(ENTRIES, "NULL", own_origin=None, allow_null=True)
    assert not allows_origin(ENTRIES, None, own_origin=None, allow_null=True)
    assert not allows_origin(ENTRIES, "file://", own_origin=None, allow_null=True)


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://chat.example", "https://chat.example"),
        ("https://chat.example/", "https://chat.example"),
        ("https://Chat.example:443/app/?x#y", "https://chat.example"),
        (" http://127.0.0.1:8000/ ", "http://127.0.0.1:8000"),
    ],
)
def test_the_origin_of_our_base_url_leaves_out_its_path(url: str, origin: str) -> None:
    assert str(origin_of_url(url)) == origin


@pytest.mark.parametrize("url", ["", "chat.example", "/x", "ftp://chat.example/", "https://"])
def test_an_address_that_is_none_has_no_origin(url: str) -> None:
    assert origin_of_url(url) is None


@pytest.mark.parametrize(
    ("headers", "fetch_site", "method", "allowed", "reason", "origin"),
    [
        # P01 to P06
        ([], None, "GET", False, "missing", None),
        ([b"https://other.example"], None, "GET", False, "not_listed", "https://other.example"),
        ([b"null"], None, "GET", False, "null", "null"),
        ([b"http://shop.example"], None, "GET", False, "not_listed", "http://shop.example"),
        ([b"https://shop.example:1"], None, "GET", False, "not_listed", "https://shop.example:1"),
        (
            [b"https://shop.example.evil.com"],
            None,
            "GET",
            False,
            "not_listed",
            "https://shop.example.evil.com",
        ),
        # what passes
        ([b"https://shop.example"], None, "GET", True, "listed", "https://shop.example"),
        (["https://SHOP.example:443"], None, "POST", True, "listed", "https://shop.example"),
        ([b"https://chat.example"], "cross-site", "POST", True, "own", "https://chat.example"),
        # twice, in two headers or in one
        ([b"https://shop.example", b"https://shop.example"], None, "GET", False, "twice", None),
        ([b"https://evil.com", b"https://shop.example"], None, "GET", False, "twice", None),
        (["null", "null"], None, "GET", False, "twice", None),
        (["https://shop.example,https://shop.example"], None, "GET", False, "malformed", None),
        ([b"https://shop.example\x80"], None, "GET", False, "malformed", None),
        ([b""], "same-origin", "GET", False, "malformed", None),
        (["https://user@shop.example"], None, "GET", False, "malformed", None),
        (["https://shop.example/"], None, "GET", False, "malformed", None),
        # our own pages do not send an Origin when they read
        ([], "same-origin", "GET", True, "own", "https://chat.example"),
        ([], b"same-origin", "head", True, "own", "https://chat.example"),
        ([], "same-origin", "POST", False, "missing", None),
        ([], "same-origin", "DELETE", False, "missing", None),
        ([], "same-site", "GET", False, "missing", None),
        ([], "cross-site", "GET", False, "missing", None),
        ([], "none", "GET", False, "missing", None),
        ([], "same-origin, same-origin", "GET", False, "missing", None),
        (["https://evil.com"], "same-origin", "GET", False, "not_listed", "https://evil.com"),
        (["null"], "same-origin", "GET", False, "null", "null"),
    ],
)
def test_it_judges_a_request_by_all_its_headers(
    headers: list[bytes | str],
    fetch_site: bytes | str | None,
    method: str,
    allowed: bool,
    reason: str,
    origin: str | None,
) -> None:
    decision = judge_request(headers, fetch_site, method, ENTRIES, f"{OWN}/base/")
    assert (decision.allowed, decision.reason, decision.origin) == (allowed, reason, origin)


def test_it_judges_null_by_the_sites_switch() -> None:
    decision = judge_request(["null"], None, "GET", (), OWN, allow_null=True)
    assert (decision.allowed, decision.reason, decision.origin) == (True, "null_allowed", "null")


def test_a_reading_page_of_ours_passes_without_a_base_url_too() -> None:
    decision = judge_request([], "same-origin", "GET", (), "")
    assert decision.allowed
    assert decision.origin is None


def test_what_is_stored_wrong_lets_nobody_in_and_hinders_nobody() -> None:
    entries = parse_entries(["https://*", "nonsense", "https://shop.example", "https://x:99999"])
    assert [str(entry) for entry in entries] == ["https://shop.example"]


@given(st.text(max_size=60) | st.from_regex(r"\A[a-zA-Z:/@.\[\]*0-9ü-]{0,40}\Z"))
def test_no_header_makes_it_raise(header: str) -> None:
    for value in (header, f"https://{header}", f"http://{header}:80"):
        origin = parse_origin(value)
        if origin is not None:
            assert parse_origin(str(origin)) == origin
    judge_request([header], header, header, ENTRIES, header)


@given(st.binary(max_size=60))
def test_no_bytes_make_it_raise(header: bytes) -> None:
    assert not judge_request([b"\x00" + header], header, "GET", ENTRIES, OWN).allowed


def test_an_origin_is_compared_by_what_it_means() -> None:
    assert parse_origin("https://shop.example:443") == Origin("https", "shop.example", 443)
    assert parse_entry("https://shop.example:443") == parse_entry("HTTPS://Shop.Example")
    assert hash(parse_entry("https://bücher.example")) == hash(
        parse_entry("https://xn--bcher-kva.example")
    )
