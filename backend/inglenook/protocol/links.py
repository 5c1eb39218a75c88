"""Which part of a text is a link, and where it leads: http, https and mailto only, found by pattern
and then judged.
"""

from __future__ import annotations

import ipaddress
import re
from typing import Final, NamedTuple

from .characters import BIDI_CONTROLS, FORMATS

# Never part of an address: blanks, controls, unseen characters, quotes and brackets that enclose
# it, CJK punctuation.
_STOP: Final = (
    r"\s\x00-\x1f\x7f-\x9f<>\"`\\\u2026\u201c-\u201f\u2039\u203a\xab\xbb"
    f"{FORMATS}{BIDI_CONTROLS}\u3001-\u3003\u3008-\u3011\u3014-\u301f"
    "\uff01\uff08\uff09\uff0c\uff1a\uff1b\uff1f\uff5f-\uff64"
)
_TAIL: Final = re.compile(f"[/?#][^{_STOP}]*+")
_PORT: Final = re.compile(r":([0-9]{1,5})(?![0-9])")
_HOST: Final = re.compile(rf"\[[0-9A-Fa-f:.]{{2,45}}\]|[^{_STOP}!-,/:-@\[-^{{-~]++")
# Whoever writes `https://shop.example@evil.example` wants the reader to take one for the other.
_USERINFO: Final = re.compile(rf"[^{_STOP}/?#@]*+@")
_TRAILING: Final = ".,;:!?'’"
_BRACKETS: Final = {")": "(", "]": "[", "}": "{"}
_OPENING: Final = {opening: closing for closing, opening in _BRACKETS.items()}

SCHEME: Final = re.compile(r"(?ai:(https?)://|(mailto):)")
# A run that may hold a bare domain or a mail address. `++` keeps the search linear: what was read
# is not read again.
WORD: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_%+-]*+[.@][A-Za-z0-9._%+@-]*+")
_MAIL: Final = re.compile(
    r"[A-Za-z0-9_%+-]+(?:\.[A-Za-z0-9_%+-]+)*@"
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}"
)
_DOMAIN: Final = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+([A-Za-z]{2,24})")
_WORD_ENDS: Final = "._%+@-"
_MAX_HOST_CHARS: Final = 253
_MAX_MAIL_CHARS: Final = 254

# A bare domain becomes a link only under these: common, and neither the ending of a file nor, as
# far as can be, a word that may follow a full stop whose blank was forgotten.
_KNOWN_NAMES: Final = """
    app biz blog cloud club com dev edu email eu fm gmbh gov info int io mobi net ngo online org
    shop site store tech tv wiki xyz ac ai ar au br ca cc ch cl cn co cr cz de dk ee es fi fr gr
    hk hr hu ie jp ke kr lt lu lv mx ng nl nz pe ph pk pt ro ru sa se sg sk th tr tw ua uk uy uz
    vn za
    """
_KNOWN_TOP_LEVELS: Final = frozenset(_KNOWN_NAMES.split())


class Link(NamedTuple):
    """Where a link ends in its text, and the address that it leads to."""

    end: int
    url: str


def link_at_scheme(text: str, found: re.Match[str], marks: str) -> Link | None:
    """The link that begins with a written-out scheme.

    `marks` are the marks open around it: they end before it does.
    """
    if found[2]:
        return _mail_with_scheme(text, found, marks)
    start = found.end()
    host = _HOST.match(text, start)
    if host is None or _USERINFO.match(text, start):
        return None
    name = host[0].rstrip("._-")
    end = _after_host(text, start + len(name), marks) if _is_host(name) else None
    return Link(end, found[1].lower() + text[found.end(1) : end]) if end else None


def link_at_word(text: str, found: re.Match[str], marks: str) -> Link | None:
    """The link that a run of letters with a dot or an at sign is, if it is one: a mail address or a
    bare domain.
    """
    word = found[0].rstrip(_WORD_ENDS)
    start, end = found.start(), found.start() + len(word)
    if len(word) > _MAX_MAIL_CHARS or _is_letter_at(text, end):
        return None
    if "@" in word:
        return Link(end, f"mailto:{word}") if _MAIL.fullmatch(word) else None
    after = _after_host(text, end, marks) if _is_bare_domain(word) else None
    return Link(after, "https://" + text[start:after]) if after else None


def _mail_with_scheme(text: str, found: re.Match[str], marks: str) -> Link | None:
    mail = WORD.match(text, found.end())
    if mail is None:
        return None
    word = mail[0].rstrip(_WORD_ENDS)
    if len(word) > _MAX_MAIL_CHARS or not _MAIL.fullmatch(word):
        return None
    end = found.end() + len(word)
    if text[end : end + 1] == "?":
        end = _trim(text, end, _tail_end(text, end), marks)
    return Link(end, "mailto:" + text[found.end() : end])


def _after_host(text: str, end: int, marks: str) -> int | None:
    """Where the link ends that has its host up to `end`; None where what follows makes it no
    address at all.
    """
    port = _PORT.match(text, end)
    if port is not None:
        if not 1 <= int(port[1]) <= 65535:
            return None
        end = port.end()
    elif text.startswith(":", end) and (
        _is_letter_at(text, end + 1) or text.startswith("/", end + 1)
    ):
        return None
    return _trim(text, end, _tail_end(text, end), marks)


def _tail_end(text: str, start: int) -> int:
    tail = _TAIL.match(text, start)
    return tail.end() if tail else start


def _trim(text: str, least: int, end: int, marks: str) -> int:
    """Leave out what ends the sentence and not the address: punctuation, brackets that nothing
    opened, marks that close.
    """
    surplus = {
        closing: text.count(closing, least, end) - text.count(opening, least, end)
        for closing, opening in _BRACKETS.items()
    }
    while end > least:
        last = text[end - 1]
        if last in _BRACKETS:
            if surplus[last] <= 0:
                break
            surplus[last] -= 1
        elif last in _OPENING:
            surplus[_OPENING[last]] += 1
        elif last not in _TRAILING and last not in marks:
            break
        end -= 1
    return end


def _is_host(name: str) -> bool:
    if name.startswith("["):
        try:
            ipaddress.IPv6Address(name[1:-1])
        except ValueError:
            return False
        return True
    labels = name.split(".")
    if len(name) > _MAX_HOST_CHARS or not all(0 < len(label) <= 63 for label in labels):
        return False
    if labels[-1].isdecimal():
        try:
            ipaddress.IPv4Address(name)
        except ValueError:
            return False
    return name[0].isalnum()


def _is_bare_domain(word: str) -> bool:
    domain = _DOMAIN.fullmatch(word)
    if domain is None or len(word) > _MAX_HOST_CHARS:
        return False
    is_www = word[:4].lower() == "www." and word.count(".") > 1
    return is_www or domain[1].lower() in _KNOWN_TOP_LEVELS


def _is_letter_at(text: str, at: int) -> bool:
    return at < len(text) and text[at].isalnum()
