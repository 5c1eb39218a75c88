"""What a page says of itself, whatever it is made of."""

from __future__ import annotations

import pytest

from inglenook.chat.previews.reading import Page, read_page


def read(page: str | bytes, charset: str = "") -> Page | None:
    return read_page(page.encode() if isinstance(page, str) else page, charset)


def title(page: str | bytes, charset: str = "") -> str:
    found = read(page, charset)
    return found.title if found else ""


def test_open_graph_goes_before_twitter_and_both_before_the_element() -> None:
    element = "<title>Element</title><meta name=description content='By name'>"
    twitter = "<meta name='twitter:title' content='Twitter'><meta name='twitter:image' content=t>"
    graph = (
        '<meta property="og:title" content="Graph"><meta property="og:description" content="Said">'
        '<meta property="og:image" content="/p.png">'
    )
    assert read(f"<head>{element}") == Page("Element", "By name", "")
    assert read(f"<head>{element}{twitter}") == Page("Twitter", "By name", "t")
    assert read(f"<head>{element}{twitter}{graph}") == Page("Graph", "Said", "/p.png")
    assert read(f"<head>{graph}{graph.replace('Graph', 'Second')}") == Page(
        "Graph", "Said", "/p.png"
    )


def test_attributes_are_read_in_any_order_and_spelling() -> None:
    assert title("<META CONTENT=Plain  data-x = '>' PROPERTY = og:title />") == "Plain"
    assert title("<meta\n content='a > b'\n property='og:title'\n>") == "a > b"
    assert title("<meta content='' property=og:title><title>Element</title>") == "Element"


def test_what_only_looks_like_a_tag_is_passed_over() -> None:
    fake = "<meta property='og:title' content='Fake'>"
    for hidden in (
        f"<!-- {fake} -->",
        f"<script>let x = `{fake}`;</script>",
        f"<STYLE>{fake}</STYLE>",
        f"<noscript>{fake}</noscript>",
        f"<template>{fake}</template>",
    ):
        assert title(f"<head>{hidden}<title>Real</title>") == "Real"
    assert title(f"<head><title>Real</title></head>{fake}") == "Real"
    assert title(f"<head><title>Real</title><body>{fake}") == "Real"
    assert title(f"<script>{fake}") == ""


@pytest.mark.parametrize(
    "page", ["", "<p>Hello", "<title></title>", "<title> \u200b\u202e </title>", "<title>A", "<"]
)
def test_a_page_without_a_title_is_none(page: str) -> None:
    assert read(page) is None


def test_text_is_cleaned_as_names_are() -> None:
    assert title("<title>a\u202eb\u200bc\u2066 \n\t d\x00\x07</title>") == "abc d"
    assert title("<title>Tom &amp;amp; Jerry &#x3C;b&#62; &quot;x&quot;</title>") == (
        'Tom & Jerry <b> "x"'
    )
    assert title("<title>&#xD800;&#0;&#x202E;x&#8203;</title>") == "\ufffd\ufffdx"
    assert title(f"<title>{'&#' + '9' * 6000};</title>") == "\ufffd"


def test_long_text_ends_at_a_word() -> None:
    found = read(f"<title>{'word ' * 100}</title><meta name=description content='{'x' * 500}'>")
    assert found is not None
    assert found.title == f"{' '.join(['word'] * 23)}…"
    assert found.text == f"{'x' * 239}…"


def test_a_sentence_that_says_the_title_again_is_left_out() -> None:
    assert read("<title>Same</title><meta name=description content=Same>") == Page("Same", "", "")


@pytest.mark.parametrize(
    ("content", "charset", "expected"),
    [
        ("<title>é</title>".encode("latin-1"), "iso-8859-1", "é"),
        ("<title>€</title>".encode("cp1252"), "ISO-8859-1", "€"),  # as browsers read it
        ("<meta charset=koi8-r><title>Привет</title>".encode("koi8-r"), "", "Привет"),
        ("<title>日本</title>".encode("shift_jis"), "Shift_JIS", "日本"),
        ("<title>Ж</title>".encode("utf-16"), "", "Ж"),  # by its mark
        (b"\xef\xbb\xbf<title>\xc3\xa9</title>", "iso-8859-1", "é"),
        # what is wrong, unknown, or no charset of the web
        ("<title>é!</title>".encode("latin-1"), "utf-8", "\ufffd!"),
        ("<title>é</title>".encode(), "no-such-thing", "é"),
        ("<title>é</title>".encode(), "\0", "é"),
        *((b"<title>x</title>", name, "x") for name in ("zip", "rot13", "idna", "utf-7", "hex")),
        *((b"<title>x</title>", name, "x") for name in ("unicode_escape", "punycode", "undefined")),
    ],
)
def test_a_charset_is_the_servers_or_the_pages_or_utf_8(
    content: bytes, charset: str, expected: str
) -> None:
    assert title(content, charset) == expected


@pytest.mark.parametrize(
    "piece",
    [
        *("<", "<!", "<!--", "</", "<a ", "<meta", "<meta ", "<meta a=", "<meta content='"),
        *('<meta content="', "<title>", "<title", "<script>", "<div>", "<div ", "&amp;", "\0"),
        *("<meta name=x content=y>", "<meta a='b' ", "<meta charset", "<script></script>", "é"),
    ],
)
def test_no_shape_of_a_page_costs_the_square_of_its_length(piece: str) -> None:
    """512 KB of it: what is not linear would take minutes, and the test would not end."""
    page = (piece * (512 * 1024 // len(piece.encode()))).encode()
    assert read(page) is None


def test_a_title_of_ten_megabytes_is_cut() -> None:
    assert title(b"<title>" + b"t" * 10_000_000 + b"</title>") == f"{'t' * 119}…"
    assert title(b"<title>" + b"t" * 500_000) == ""  # as fetched: cut before it ends
    nested = "<div>" * 300 + "<title>Deep</title>"
    assert title(nested) == "Deep"
    assert title("<div>" * 500 + "<title>Too deep</title>") == ""
