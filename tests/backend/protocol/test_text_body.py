from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inglenook.protocol.errors import ChatError
from inglenook.protocol.text import normalise_body
from tests.hostile.corpus import BAD_LINKS, INVISIBLE, MARKUP, UNICODE, UNSTORABLE

OPENERS = "\u202a\u202b\u202d\u202e\u2066\u2067\u2068"
ODD = st.text(
    alphabet=st.sampled_from(
        f"ab \n\t\r\x01\x85{OPENERS}\u202c\u2069\u200b\u0301\u0323é\u2029Å가가"
    )
)


@pytest.mark.parametrize(
    ("raw", "body"),
    [
        ("Hello", "Hello"),
        ("  indented", "  indented"),
        ("two  blanks", "two  blanks"),
        ("one\n\n\n\nfive", "one\n\n\n\nfive"),
        ("tab\there", "tab\there"),
        ("inner  \nblanks", "inner  \nblanks"),
        # lines
        ("a\r\nb", "a\nb"),
        ("a\rb", "a\nb"),
        ("a\r\n\r\nb", "a\n\nb"),
        ("\n\n  \n  a", "  a"),
        ("a \t\n\n", "a"),
        ("a\u3000\u00a0", "a"),
        # controls
        ("a\x07b", "ab"),
        ("a\x1b[31mb", "a[31mb"),
        ("a\x7f\x85\x9fb", "ab"),
        ("a\x0b\x0cb", "ab"),
        # one form
        ("e\u0301", "é"),
        ("\u212b", "Å"),
        ("e\x01\u0301", "é"),
        ("\ufb01", "\ufb01"),
        ("\uff21", "\uff21"),
        # marks
        ("a\u0316\u0317\u0318\u0319\u031a", "a\u0316\u0317\u0318\u0319"),
        (
            "a\u0316\u0317\u0318\u0319\u200b\u031a\u200b\u031a",
            "a\u0316\u0317\u0318\u0319\u200b\u200b",
        ),
        ("a\u0316\u0317\u0318\u0319\u00ad\u031a", "a\u0316\u0317\u0318\u0319\u00ad"),
        ("\u0316\u0317\u0318\u0319\u031aa\u0316", "\u0316\u0317\u0318\u0319a\u0316"),
        # unseen characters inside words are the writer's
        ("pay\u200bpal", "pay\u200bpal"),
        ("\u06a9\u200c\u06af", "\u06a9\u200c\u06af"),
        ("👨‍👩‍👧", "👨‍👩‍👧"),
        ("*️⃣", "*️⃣"),
        # directions end with their line
        ("\u202eabc", "\u202eabc\u202c"),
        ("\u202eabc\ndef", "\u202eabc\u202c\ndef"),
        ("\u2067abc", "\u2067abc\u2069"),
        ("\u2067\u202babc", "\u2067\u202babc\u202c\u2069"),
        ("\u202babc\u202c", "\u202babc\u202c"),
        ("\u2067\u202eabc\u2069def", "\u2067\u202eabc\u2069def"),
        ("\u202ea\u2029b", "\u202ea\u202c\u2029b"),
        ("a\u202cb\u2069c", "abc"),
        ("\u2067a\u202cb", "\u2067ab\u2069"),
        ("a  \u202c", "a"),
        ("e\u202c\u0301", "é"),
        ("\u200fabc\u200e", "\u200fabc\u200e"),
    ],
)
def test_it_changes_only_what_could_harm(raw: str, body: str) -> None:
    assert normalise_body(raw) == body


@pytest.mark.parametrize("raw", INVISIBLE)
def test_it_refuses_a_body_in_which_nothing_is_seen(raw: str) -> None:
    with pytest.raises(ChatError) as refused:
        normalise_body(raw)
    assert refused.value.code == "empty"
    assert refused.value.message


@pytest.mark.parametrize("raw", UNSTORABLE)
def test_it_refuses_what_no_database_can_store(raw: str) -> None:
    with pytest.raises(ChatError) as refused:
        normalise_body(raw)
    assert refused.value.code == "invalid_text"


def test_it_counts_code_points_after_cleaning_up() -> None:
    assert len(normalise_body("x" * 2000)) == 2000
    assert len(normalise_body("😀" * 2000)) == 2000
    assert len(normalise_body("e\u0301" * 2000)) == 2000
    assert len(normalise_body("x" * 2000 + "\n \n")) == 2000
    assert len(normalise_body("\x07" * 5000 + "x")) == 1
    for raw in ("x" * 2001, "😀" * 2001, "\u202e" + "x" * 1999):
        with pytest.raises(ChatError, match="2000") as refused:
            normalise_body(raw)
        assert refused.value.code == "too_long"
    with pytest.raises(ChatError):
        normalise_body("abcd", max_chars=3)
    assert normalise_body("abc ", max_chars=3) == "abc"


@pytest.mark.parametrize("raw", [m for m in MARKUP if m.isprintable()])
def test_markup_is_text_and_stays_as_typed(raw: str) -> None:
    assert normalise_body(raw) == raw


@given(ODD | st.text() | st.sampled_from(UNICODE + MARKUP + BAD_LINKS))
def test_what_it_made_it_does_not_change_again(raw: str) -> None:
    try:
        body = normalise_body(raw, 10_000)
    except ChatError:
        return
    assert normalise_body(body, 10_000) == body
    assert unicodedata.is_normalized("NFC", body)


@given(ODD)
def test_no_line_leaks_its_direction(raw: str) -> None:
    try:
        body = normalise_body(raw, 10_000)
    except ChatError:
        return
    for line in body.replace("\u2029", "\n").split("\n"):
        stack: list[str] = []
        for character in line:
            if character in OPENERS:
                stack.append("\u202c" if character <= "\u202e" else "\u2069")
            elif character == "\u202c":
                assert stack.pop() == "\u202c"
            elif character == "\u2069":
                while stack.pop() != "\u2069":
                    pass
        assert stack == []


@given(st.text(alphabet="a\u0301\u0316\u0488\u200d\u200b\ufe0f\u0903"))
def test_no_character_carries_more_than_four_marks(raw: str) -> None:
    try:
        body = normalise_body(raw)
    except ChatError:
        return
    marks = 0
    for character in body:
        kind = unicodedata.category(character)
        marks = marks + 1 if kind[0] == "M" else marks if kind == "Cf" else 0
        assert marks <= 4


@pytest.mark.parametrize(
    "unit", ["\u202e", "\u2067\u202b", "\u2069", "\u0301", "é \n", "\r\n", "\u200b"]
)
def test_a_frame_full_of_one_trick_takes_no_time(unit: str) -> None:
    raw = ("x" + unit * 16384)[:16384]
    start = time.process_time()
    normalise_body(raw, 100_000)
    assert time.process_time() - start < 0.1
