from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inglenook.protocol import text
from inglenook.protocol.errors import ChatError
from inglenook.protocol.text import normalise_name
from tests.hostile.corpus import INVISIBLE, MARKUP, UNICODE, UNSTORABLE


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("Anna", "Anna"),
        ("  Anna   Maria  ", "Anna Maria"),
        ("Anna\nMaria", "Anna Maria"),
        ("Anna\r\n\tMaria", "Anna Maria"),
        ("Anna\u00a0\u3000Maria", "Anna Maria"),
        ("Anna\u2028Maria", "Anna Maria"),
        ("Anna\x07Maria", "Anna Maria"),
        ("An\x85na", "An na"),
        ("\u3164Anna\uffa0", "Anna"),
        ("\u2800Anna", "Anna"),
        ("An\u200bna\u200d", "Anna"),
        ("\u202eAnna", "Anna"),
        ("\u2067Anna\u2069", "Anna"),
        ("Anna\u200f", "Anna"),
        ("An\u00adna", "Anna"),
        ("\ufeffAnna", "Anna"),
        ("Anna\ufe0f\U000e0100", "Anna"),
        ("Anna\U000e0041\U000e007f", "Anna"),
        ("e\u200b\u0301", "é"),
        ("Zoe\u0308", "Zoë"),
        ("Z\u0316\u0317\u0318\u0319\u031c\u031d", "Z\u0316\u0317\u0318\u0319"),
        ("\u0316\u0317Anna", "Anna"),
        (" \u0316 \u0316 Anna", "Anna"),
        ("Anna 👨‍👩‍👧", "Anna 👨‍👩‍👧"),
        ("Anna ❤️", "Anna ❤️"),
        ("🏳️‍🌈", "🏳️‍🌈"),
        ("🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",) * 2,
        ("🏴\U000e0061\U000e007f", "🏴"),
        ("1️⃣ Anna", "1️⃣ Anna"),
        ("👍\u200d", "👍"),
        ("👍\u200da", "👍a"),
        ("王小明", "王小明"),
        ("सीता", "सीता"),
        ("عائشة", "عائشة"),
        ("\u0600", "\u0600"),
        ("<b>Anna</b>", "<b>Anna</b>"),
    ],
)
def test_it_makes_one_line_without_anything_unseen(raw: str, name: str) -> None:
    assert normalise_name(raw) == name


@pytest.mark.parametrize("raw", [*INVISIBLE, "\u0301", "\u0301\u200b \u0302"])
def test_it_refuses_a_name_in_which_nothing_is_seen(raw: str) -> None:
    with pytest.raises(ChatError) as refused:
        normalise_name(raw)
    assert refused.value.code == "empty"


@pytest.mark.parametrize("raw", UNSTORABLE)
def test_it_refuses_what_no_database_can_store(raw: str) -> None:
    with pytest.raises(ChatError) as refused:
        normalise_name(raw)
    assert refused.value.code == "invalid_text"


def test_it_counts_code_points_after_cleaning_up() -> None:
    assert normalise_name("x" * 40) == "x" * 40
    assert normalise_name(" " * 99 + "e\u0301" * 40 + "\u200b" * 99) == "é" * 40
    assert normalise_name("abc", 3) == "abc"
    for raw, most in (("x" * 41, 40), ("😀" * 41, 40), ("abcd", 3)):
        with pytest.raises(ChatError, match=str(most)) as refused:
            normalise_name(raw, most)
        assert refused.value.code == "too_long"


def test_what_is_far_too_long_is_not_cleaned_first(monkeypatch: pytest.MonkeyPatch) -> None:
    cleaned: list[str] = []
    monkeypatch.setattr(text, "limit_marks", lambda raw, _most: cleaned.append(raw) or raw)
    for normalise in (text.normalise_name, text.normalise_body):
        with pytest.raises(ChatError) as refused:
            normalise("e\u0301" * 300_000)
        assert refused.value.code == "too_long"
    assert cleaned == []


@given(st.text() | st.sampled_from(UNICODE + MARKUP))
def test_what_it_made_it_does_not_change_again(raw: str) -> None:
    try:
        name = normalise_name(raw, 10_000)
    except ChatError:
        return
    assert normalise_name(name, 10_000) == name
    assert unicodedata.is_normalized("NFC", name)
    assert name == name.strip()
    assert not any(unicodedata.category(c) in ("Cc", "Zl", "Zp") for c in name)
    assert not set(name) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b")
