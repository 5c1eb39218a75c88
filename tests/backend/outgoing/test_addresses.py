"""Which hosts and ports the server asks for a stranger: public ones, however spelled."""

from __future__ import annotations

import ipaddress
import threading

import pytest

from inglenook.outgoing import addresses
from inglenook.outgoing.addresses import (
    Address,
    FetchRefused,
    Rules,
    Target,
    addresses_of,
    is_public,
    target_of,
)

NOBODY = Rules()

PRIVATE = [
    *("0.0.0.0", "10.0.0.1", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.255.254"),
    *("169.254.169.254", "172.16.0.1", "172.31.255.255", "192.168.0.1", "192.0.0.8", "192.0.2.1"),
    *("192.88.99.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1"),
    *("255.255.255.255", "168.63.129.16"),
    *("::", "::1", "::127.0.0.1", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "::ffff:169.254.169.254"),
    *("64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b::10.0.0.1", "64:ff9b:1::1"),
    *("2002:7f00:1::1", "2002:a9fe:a9fe::", "2002:c0a8:1::1", "2001:0:4136:e378::1"),
    *("2001:db8::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1"),
    *("ff02::1", "ff0e::1", "100::1", "4000::1"),
]
PUBLIC = [
    *("1.1.1.1", "93.184.216.34", "172.32.0.1", "2606:4700:4700::1111"),
    *("::ffff:1.1.1.1", "64:ff9b::101:101", "2002:101:101::1"),
]


@pytest.mark.parametrize("text", PRIVATE)
def test_an_address_inside_a_network_is_not_public(text: str) -> None:
    assert not is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize("text", PUBLIC)
def test_an_address_of_the_internet_is(text: str) -> None:
    assert is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize(
    "url",
    [
        # other schemes, and none
        *("ftp://shop.example/", "file:///etc/passwd", "gopher://shop.example/", "//shop.example/"),
        *("javascript:alert(1)", "data:text/html,x", "mailto:a@shop.example", "shop.example", ""),
        # ports that are no website's
        *("http://shop.example:22/", "http://shop.example:8080/", "https://shop.example:6379/"),
        *("http://shop.example:0/", "http://shop.example:99999/", "http://shop.example:x/"),
        # whoever signs in by an address
        *("http://user@shop.example/", "http://user:word@shop.example/", "http://@shop.example/"),
        # numbers that a resolver takes for an address
        *("http://2130706433/", "http://0177.0.0.1/", "http://0x7f000001/", "http://0x7f.1/"),
        *("http://127.1/", "http://127.0.0.01/", "http://1/", "http://①②⑦.⓪.⓪.①/x"),
        # names of a network of one's own
        *("http://localhost/", "http://intranet/", "http://localhost./", "http://[::1/"),
        # what two readers of it read otherwise
        *("http://shop.example\\@127.0.0.1/", "http://shop.example/a b", "http://shop.example/\n"),
        *("http://shop.example/\tx", "http:///path", "http://./", "http://a..example/"),
        "http://shop.example/" + "a" * 2100,
    ],
)
def test_what_is_no_address_of_a_website_is_refused(url: str) -> None:
    with pytest.raises(FetchRefused) as refused:
        addresses_of(target_of(url, NOBODY), 1, Rules(resolve=never))
    assert refused.value.reason == "address"


def never(host: str, _seconds: float) -> list[Address]:
    raise AssertionError(f"{host} was looked up")


@pytest.mark.parametrize("text", [text for text in PRIVATE if "%" not in text])
def test_a_private_address_in_a_link_is_refused_without_a_look_up(text: str) -> None:
    host = f"[{text}]" if ":" in text else text
    with pytest.raises(FetchRefused) as refused:
        addresses_of(target_of(f"http://{host}/", NOBODY), 1, Rules(resolve=never))
    assert refused.value.reason == "address"


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("http://shop.example", Target("http", "shop.example", 80, "/")),
        ("https://Shop.Example./a?b=c#d", Target("https", "shop.example", 443, "/a?b=c")),
        ("http://shop.example:443/", Target("http", "shop.example", 443, "/")),
        (
            "https://bücher.example/ä?ö=%20",
            Target("https", "xn--bcher-kva.example", 443, "/%C3%A4?%C3%B6=%20"),
        ),
        ("https://[2606:4700::1]/", Target("https", "2606:4700::1", 443, "/")),
    ],
)
def test_an_address_of_a_website_is_read(url: str, target: Target) -> None:
    assert target_of(url, NOBODY) == target


def test_one_private_address_among_the_answers_refuses_all_of_them() -> None:
    found = [ipaddress.ip_address(text) for text in ("1.1.1.1", "::ffff:10.0.0.1")]
    rules = Rules(resolve=lambda *_: found)
    with pytest.raises(FetchRefused) as refused:
        addresses_of(target_of("http://shop.example/", rules), 1, rules)
    assert refused.value.reason == "address"


def test_a_name_that_is_nobodys_is_said_to_be() -> None:
    with pytest.raises(FetchRefused) as refused:
        addresses.resolve("nobody.invalid", 20)
    assert refused.value.reason == "name"


def test_a_resolver_that_does_not_answer_costs_the_time_that_is_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = threading.Event()
    monkeypatch.setattr(addresses.socket, "getaddrinfo", lambda *_, **__: answers.wait(30) and [])
    with pytest.raises(FetchRefused) as refused:
        addresses.resolve("slow.example", 0.05)
    answers.set()
    assert refused.value.reason == "time"


@pytest.mark.parametrize(
    ("url", "is_open"),
    [
        ("http://127.0.0.1:8123/", True),
        ("http://127.0.0.1/", False),  # not with its port
        ("https://127.0.0.1:8123/", False),
        ("http://[::1]:8123/", False),
        ("http://127.0.0.2:8123/", False),
        ("http://localhost:8123/", False),
        ("http://2130706433:8123/", False),
    ],
)
def test_for_development_one_form_of_loopback_is_open(url: str, is_open: bool) -> None:
    rules = Rules(to_loopback=True, resolve=never)
    if is_open:
        found = addresses_of(target_of(url, rules), 1, rules)
        assert [str(each) for each in found] == ["127.0.0.1"]
    else:
        with pytest.raises(FetchRefused) as refused:
            addresses_of(target_of(url, rules), 1, rules)
        assert refused.value.reason == "address"
