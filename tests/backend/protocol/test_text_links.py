from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inglenook.protocol.text import parse_entities
from tests.hostile.corpus import BAD_LINKS, MARKUP, UNICODE


def nobody(_name: str) -> None:
    return None


def links_of(body: str) -> list[tuple[str, str]]:
    """Text and address of each link."""
    units = body.encode("utf-16-le", errors="surrogatepass")
    return [
        (units[2 * e.at : 2 * (e.at + e.len)].decode("utf-16-le"), e.url or "")
        for e in parse_entities(body, nobody)
        if e.kind == "link"
    ]


@pytest.mark.parametrize(
    ("body", "link"),
    [
        ("https://shop.example", "https://shop.example"),
        ("http://shop.example/", "http://shop.example/"),
        ("see https://shop.example.", "https://shop.example"),
        ("https://shop.example, and", "https://shop.example"),
        ("https://shop.example!?", "https://shop.example"),
        ("https://shop.example/a?b=c&d=%20#e", "https://shop.example/a?b=c&d=%20#e"),
        ("https://shop.example?x=1.", "https://shop.example?x=1"),
        ("https://shop.example:8443/x", "https://shop.example:8443/x"),
        ("https://shop.example: look", "https://shop.example"),
        ("https://shop.example:", "https://shop.example"),
        ("(https://shop.example/a)", "https://shop.example/a"),
        ("(see https://shop.example/a_(b).)", "https://shop.example/a_(b)"),
        ("https://shop.example/a_(b)_(c)", "https://shop.example/a_(b)_(c)"),
        ("https://shop.example/a(b", "https://shop.example/a(b"),
        ("https://shop.example/(", "https://shop.example/"),
        ("https://shop.example/a)(", "https://shop.example/a"),
        ("[x](https://shop.example/a)", "https://shop.example/a"),
        ("[https://shop.example/a[1]]", "https://shop.example/a[1]"),
        ("<https://shop.example/a>", "https://shop.example/a"),
        ('"https://shop.example/a"', "https://shop.example/a"),
        ("'https://shop.example/a'", "https://shop.example/a"),
        ("“https://shop.example/a”", "https://shop.example/a"),
        ("https://shop.example/it's", "https://shop.example/it's"),
        ("https://shop.example/路径。然后", "https://shop.example/路径"),
        ("看https://shop.example/a", None),
        ("：https://shop.example/a（x）", "https://shop.example/a"),
        ("https://例え.テスト/パス", "https://例え.テスト/パス"),
        ("https://उदाहरण.परीक्षा/", "https://उदाहरण.परीक्षा/"),
        ("https://shop.example/\u202egpj.exe", "https://shop.example/"),
        ("https://shop.example/a\u200bb", "https://shop.example/a"),
        ("https://shop.example/a\\b", "https://shop.example/a"),
        ("https://shop.example\\@evil.com", "https://shop.example"),
        ("https://127.0.0.1:8000/", "https://127.0.0.1:8000/"),
        ("http://[2001:db8::1]:80/x", "http://[2001:db8::1]:80/x"),
        ("http://localhost:3000/", "http://localhost:3000/"),
        ("http://intranet/", "http://intranet/"),
        ("https://my_shop.example/", "https://my_shop.example/"),
        ("at:https://shop.example", "https://shop.example"),
        ("xhttps://shop.example", None),
        ("https://shop.example:abc", None),
        ("https://shop.example:/x", None),
        ("http://https://shop.example", None),
        ("https://" + "a" * 64 + ".example", None),
        ("https://" + "a." * 130 + "example", None),
        # marks that enclose are left out, marks inside are not
        ("*https://shop.example*", "https://shop.example"),
        ("_https://shop.example/a_b_", "https://shop.example/a_b"),
        ("*see https://shop.example/a*.", "https://shop.example/a"),
        ("https://shop.example/a*b*c", "https://shop.example/a*b*c"),
        ("https://shop.example/watch?v=abc_", "https://shop.example/watch?v=abc_"),
        ("*a* https://shop.example/b*", "https://shop.example/b*"),
        # mail
        ("mailto:me@shop.example", "mailto:me@shop.example"),
        ("mailto:me@shop.example?subject=Hi.", "mailto:me@shop.example?subject=Hi"),
        ("(mailto:me@shop.example)", "mailto:me@shop.example"),
        ("mailto:me@shop.example@x", None),
    ],
)
def test_a_written_out_address_is_a_link(body: str, link: str | None) -> None:
    assert links_of(body) == ([] if link is None else [(link, link)])


def test_the_scheme_of_an_address_is_in_small_letters() -> None:
    assert links_of("HTTPS://Shop.example/A") == [
        ("HTTPS://Shop.example/A", "https://Shop.example/A")
    ]
    assert links_of("MailTo:Me@shop.example") == [
        ("MailTo:Me@shop.example", "mailto:Me@shop.example")
    ]


@pytest.mark.parametrize(
    ("body", "text", "url"),
    [
        ("shop.com", "shop.com", "https://shop.com"),
        ("Shop.COM", "Shop.COM", "https://Shop.COM"),
        ("see shop.com.", "shop.com", "https://shop.com"),
        ("shop.com/a?b#c,", "shop.com/a?b#c", "https://shop.com/a?b#c"),
        ("shop.com:8443/a", "shop.com:8443/a", "https://shop.com:8443/a"),
        ("(shop.com)", "shop.com", "https://shop.com"),
        ("*shop.com*", "shop.com", "https://shop.com"),
        ("_shop.com_", "shop.com", "https://shop.com"),
        ("a.b-c.co.uk", "a.b-c.co.uk", "https://a.b-c.co.uk"),
        ("www.shop.museum/x", "www.shop.museum/x", "https://www.shop.museum/x"),
        ("me@shop.example", "me@shop.example", "mailto:me@shop.example"),
        ("me.too+x@shop.example.", "me.too+x@shop.example", "mailto:me.too+x@shop.example"),
        ("<me@shop.example>", "me@shop.example", "mailto:me@shop.example"),
        ("_me@shop.example_", "me@shop.example", "mailto:me@shop.example"),
    ],
)
def test_a_bare_domain_and_a_mail_address_are_links(body: str, text: str, url: str) -> None:
    assert links_of(body) == [(text, url)]


@pytest.mark.parametrize(
    "body",
    [
        "README.md",
        "script.py",
        "index.html",
        "e.g. this",
        "1.5",
        "192.168.1.1",
        "Yes.No",
        "end.Then",
        "foo_bar.com",
        "a..com",
        ".com",
        "-a.com-b",
        "www.museum",
        "javascript:shop.com",
        "(VBScript:https://shop.example)",
        "shop.comé",
        "éshop.com",
        "shop.com:99999",
        "shop.com:abc",
        "/shop.com",
        "//shop.com",
        "@shop.com",
        "a@b@shop.com",
        "x=shop.com",
        "a" * 64 + ".com",
        "a." * 130 + "com",
        "me@" + "a." * 130 + "com",
        "mailto:" + "a" * 255 + "@shop.example",
        ".me@shop",
    ],
)
def test_what_only_looks_like_a_domain_is_text(body: str) -> None:
    assert links_of(body) == []


@pytest.mark.parametrize("body", BAD_LINKS)
@pytest.mark.parametrize("around", ["{}", "see {} there", "({})", "*{}*"])
def test_no_other_scheme_and_no_broken_address_is_a_link(body: str, around: str) -> None:
    assert links_of(around.format(body)) == []


@given(
    st.lists(
        st.sampled_from(
            [
                *"/:@.*_()[]\\?#\t\n'\" ",
                "http",
                "https://",
                "javascript:",
                "mailto:",
                "data:",
                "x.com",
                "é",
                "\u202e",
            ]
        ),
        max_size=25,
    ).map("".join)
    | st.sampled_from(UNICODE + MARKUP)
)
def test_every_address_is_web_or_mail_and_has_nothing_unseen(body: str) -> None:
    for text, url in links_of(body):
        assert url.startswith(("http://", "https://", "mailto:"))
        assert url.lower().endswith(text.lower())
        assert url.isprintable()
        assert not any(c.isspace() or c in '<>"`\\' for c in url)
        if not url.startswith("mailto:"):
            authority = url.split("//", 1)[1].split("/")[0].split("?")[0].split("#")[0]
            assert authority
            assert "@" not in authority
