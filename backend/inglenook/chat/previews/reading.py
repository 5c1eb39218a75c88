"""What a page says of itself: its title, a sentence and a picture, for the card below a link.

    bytes ─> text by its charset ─> the tags of its head, to MOST_TAGS of them ─> Page, cleaned

Only the head is looked at, once, from the front: every search begins where the last one ended, so a
page of any shape costs the same. Python's own HTML parser is asked nothing, because some shapes
cost it the square of their length. What is found is text: its signs of direction and all that is
unseen go, as in names.
"""

from __future__ import annotations

import codecs
import html
import re
from typing import Final

from msgspec import Struct

from inglenook.protocol import text
from inglenook.protocol.errors import ChatError

TITLE_CHARS: Final = 120
TEXT_CHARS: Final = 240
URL_CHARS: Final = 2048
MOST_TAGS: Final = 400
# Of one tag, and of one value before its entities are read: more is cut off.
_TAG_CHARS: Final = 4096
_VALUE_CHARS: Final = 2048
_CHARSET_BYTES: Final = 1024

# By the name of Python's codec. Other codecs are none of the web, or take long.
_CHARSETS: Final = frozenset(
    {
        *("utf-8", "utf-16", "utf-16-le", "utf-16-be", "koi8-r", "koi8-u", "mac-roman"),
        *("gbk", "gb18030", "big5", "euc_jp", "iso2022_jp", "shift_jis", "euc_kr", "cp932"),
        *(f"iso8859-{n}" for n in range(2, 17) if n != 12),
        *(f"cp{n}" for n in (866, 874, *range(1250, 1259))),
    }
)
# Browsers read these as the wider one.
_WIDER: Final = {"ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "gb2312": "gbk"}
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_META_CHARSET: Final = re.compile(
    rb"<meta[^>]{0,200}?charset\s{0,9}=\s{0,9}[\"']?([\w-]{1,40})", re.IGNORECASE
)
_NAME: Final = re.compile(r"<(/?[a-zA-Z]{1,20}|!--)")
_ATTRIBUTE: Final = re.compile(
    r"""([a-zA-Z:_-]{1,40})\s{0,40}=\s{0,40}(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))"""
)
# What is between these is no tag.
_RAW: Final = {
    name: re.compile(f"</{name}", re.IGNORECASE)
    for name in ("script", "style", "noscript", "template", "svg", "textarea", "iframe")
}
_TITLE_ENDS: Final = re.compile("</title", re.IGNORECASE)
_ENDS: Final = ("/head", "body")
# The first that is there is taken.
_TITLES: Final = ("og:title", "twitter:title", "title")
_TEXTS: Final = ("og:description", "twitter:description", "description")
_PICTURES: Final = ("og:image:secure_url", "og:image:url", "og:image", "twitter:image")
_WANTED: Final = frozenset({*_TITLES, *_TEXTS, *_PICTURES} - {"title"})


class Page(Struct, frozen=True):
    """`title` is never empty. `picture` is an address as the page has it, perhaps a relative one,
    or empty.
    """

    title: str
    text: str
    picture: str


def read_page(content: bytes, charset: str) -> Page | None:
    """None for a page without a title. `charset` is what the server said, or empty."""
    found = _found(_decoded(content, charset))
    title = _line(_first(found, _TITLES), TITLE_CHARS)
    if not title:
        return None
    words = _line(_first(found, _TEXTS), TEXT_CHARS)
    picture = html.unescape(_first(found, _PICTURES)).strip()
    return Page(title, "" if words == title else words, picture[:URL_CHARS])


def _decoded(content: bytes, charset: str) -> str:
    """Whatever comes, some text: what is no character becomes a sign for that."""
    for mark, name in _MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(name, "replace")
    said = _META_CHARSET.search(content[:_CHARSET_BYTES])
    named = charset or (said[1].decode("ascii", "replace") if said else "")
    return content.decode(_codec(named), "replace")


def _codec(named: str) -> str:
    try:
        name = codecs.lookup(named).name if named else "utf-8"
    except (LookupError, ValueError):
        return "utf-8"
    name = _WIDER.get(name, name)
    return name if name in _CHARSETS else "utf-8"


def _found(page: str) -> dict[str, str]:
    """By name, the first value that a page gives it; `title` is the element's."""
    found: dict[str, str] = {}
    at = 0
    for _ in range(MOST_TAGS):
        tag = _NAME.search(page, at)
        if tag is None:
            break
        name = tag[1].lower()
        if name in _ENDS:
            break
        if name == "!--":
            at = page.find("-->", tag.end())
        elif name == "title":
            begins = page.find(">", tag.end()) + 1
            ends = _TITLE_ENDS.search(page, begins) if begins else None
            at = ends.start() + 1 if ends else -1
            if ends:
                found.setdefault("title", page[begins : min(ends.start(), begins + _VALUE_CHARS)])
        elif name in _RAW:
            raw_ends = _RAW[name].search(page, tag.end())
            at = raw_ends.end() if raw_ends else -1
        else:
            at = tag.end()
            if name == "meta":
                at = _read_meta(page, at, found)
        if at < 0:
            break
    return found


def _read_meta(page: str, at: int, found: dict[str, str]) -> int:
    """Reads one tag, and says where it ends."""
    values: dict[str, str] = {}
    end = min(len(page), at + _TAG_CHARS)
    while at < end and page[at] != ">":
        attribute = _ATTRIBUTE.match(page, at, end)
        if attribute is None:
            at += 1
            continue
        value = next((each for each in attribute.groups()[1:] if each is not None), "")
        values.setdefault(attribute[1].lower(), value)
        at = attribute.end()
    name = (values.get("property") or values.get("name") or "").strip().lower()
    if name in _WANTED and values.get("content", "").strip():
        found.setdefault(name, values["content"])
    return at


def _first(found: dict[str, str], names: tuple[str, ...]) -> str:
    return next((found[name][:_VALUE_CHARS] for name in names if name in found), "")


def _line(raw: str, most: int) -> str:
    """One line of what can be seen, cut at a word; empty where nothing can be."""
    # Twice: many pages have `&amp;quot;`. A half of a pair is no character.
    plain = html.unescape(html.unescape(raw)).encode("utf-8", "replace").decode()
    try:
        line = text.normalise_name(plain.replace("\0", ""), len(plain) + 1)
    except ChatError:
        return ""
    if len(line) <= most:
        return line
    cut = line[: most - 1]
    word = cut.rpartition(" ")[0]
    return f"{(word if len(word) > most // 2 else cut).rstrip(' ,;:.–—-')}…"
