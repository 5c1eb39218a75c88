"""Whose request it is: one grammar for what proxies write, and no gain by what they do not."""

from __future__ import annotations

import logging
from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inglenook.sites import addresses
from inglenook.sites.addresses import address_key, parse_address

PROXIES = (ip_network("127.0.0.1"), ip_network("::1"), ip_network("10.0.0.0/8"))
CLIENT = "203.0.113.10"


@pytest.fixture(autouse=True)
def _nothing_was_said() -> None:
    addresses._say_that_it_cannot_be_read.cache_clear()


@pytest.mark.parametrize(
    ("written", "key"),
    [
        (CLIENT, CLIENT),
        (f" {CLIENT}\t", CLIENT),
        (f"{CLIENT}:51234", CLIENT),
        (f'"{CLIENT}:51234"', CLIENT),
        ("::ffff:203.0.113.10", CLIENT),
        ("[::ffff:203.0.113.10]:443", CLIENT),
        ("2001:db8::1", "2001:db8::/64"),
        ("[2001:db8::1]", "2001:db8::/64"),
        ("[2001:db8::1]:443", "2001:db8::/64"),
        ('"[2001:db8::1]:443"', "2001:db8::/64"),
        ("2001:db8::1%eth0", "2001:db8::/64"),
        ("[2001:db8::1%25eth0]:443", "2001:db8::/64"),
    ],
)
def test_it_reads_what_proxies_write(written: str, key: str) -> None:
    assert address_key("127.0.0.1", written, PROXIES) == key
    # What the client made up stands before it, and does not count.
    assert address_key("10.0.0.1", f"198.51.100.1, {written}", PROXIES) == key
    assert address_key("127.0.0.1", f"{written}, 10.0.0.7:1234, [::1]:99", PROXIES) == key


UNREADABLE = [
    "",
    " ",
    "unknown",
    "_hidden",
    "unix:",
    "localhost",
    "203.0.113",
    "203.0.113.010",
    "203.0.113.10:",
    "203.0.113.10:http",
    "203.0.113.10:123456",
    "203.0.113.10;5",
    "[2001:db8::1",
    "[2001:db8::1]443",
    "[203.0.113.10]:80",
    "2001:db8::1::2",
    "for=203.0.113.10",
    "3405803786",
    "\x00",
    "٢٠٣.0.113.10",
]


@pytest.mark.parametrize("written", UNREADABLE)
def test_what_cannot_be_read_counts_as_the_proxy_that_wrote_it(written: str) -> None:
    """Loopback too: here it stands for somebody whom the proxy does not name."""
    assert parse_address(written) is None
    assert address_key("127.0.0.1", written, PROXIES) == "127.0.0.1"
    assert address_key("10.0.0.1", written, PROXIES) == "10.0.0.1"
    # Otherwise a client would have as many addresses as it can make up.
    for made_up in ("198.51.100.1", "198.51.100.2"):
        assert address_key("127.0.0.1", f"{made_up}, {written}", PROXIES) == "127.0.0.1"
        assert address_key("127.0.0.1", f"{made_up}, {written}, 10.0.0.2", PROXIES) == "10.0.0.2"


def test_who_is_no_proxy_of_ours_speaks_for_nobody() -> None:
    for written in (CLIENT, "unknown", "", None):
        assert address_key("198.51.100.9", written, PROXIES) == "198.51.100.9"
        assert address_key("127.0.0.1", written, ()) is None


def test_loopback_is_none_by_itself() -> None:
    assert address_key("127.0.0.1", None, PROXIES) is None
    assert address_key("::1", None, ()) is None
    assert address_key(None, CLIENT, PROXIES) is None


def test_it_is_logged_once_a_proxy_and_names_nobody(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        for n in range(50):
            address_key("127.0.0.1", f"198.51.100.{n}, unknown", PROXIES)
        address_key("10.0.0.1", "unknown", PROXIES)
    assert len(caplog.records) == 2
    assert "198.51.100" not in caplog.text


def test_a_long_header_is_not_read_to_its_start(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def count(text: str) -> object:
        read.append(text)
        return parse_address(text)

    monkeypatch.setattr(addresses, "parse_address", count)
    address_key("127.0.0.1", ",".join(["127.0.0.1"] * 5000), PROXIES)
    assert len(read) < 30


@given(st.text(max_size=60), st.sampled_from(["127.0.0.1", "10.0.0.1", "203.0.113.9"]))
def test_behind_a_proxy_nothing_that_is_written_is_without_an_address(text: str, peer: str) -> None:
    key = address_key(peer, text, (ip_network("127.0.0.1"), ip_network("10.0.0.0/8")))
    last = parse_address(text.rsplit(",", 1)[-1])
    assert key is not None or (last is not None and last.is_loopback)
