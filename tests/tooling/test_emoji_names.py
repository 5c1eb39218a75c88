"""The table of the emoji picker is what its script makes, and the server takes all of it."""

from __future__ import annotations

import json

import pytest

from inglenook.protocol.emoji import is_reaction_emoji
from scripts.emoji_names import TABLE, as_json, read_words, table

TONES = "🏻🏼🏽🏾🏿"
PICTURE = "\ufe0f"


@pytest.fixture(scope="module")
def rows() -> list[tuple[str, bool]]:
    """Each emoji of the committed table, and whether it may have a skin tone."""
    lines = json.loads(TABLE.read_text("utf-8"))["rows"]
    signs = [line.split(" ")[0] for line in lines if not line.startswith("[")]
    return [(sign.removesuffix("~"), sign.endswith("~")) for sign in signs]


def test_the_committed_table_is_what_the_script_makes() -> None:
    assert TABLE.read_text("utf-8") == as_json()


def test_every_emoji_may_be_a_reaction_in_every_tone(rows: list[tuple[str, bool]]) -> None:
    signs = [sign for sign, _ in rows]
    for sign, has_tones in rows:
        if has_tones:
            rest = sign[1:].removeprefix(PICTURE)
            signs += [sign[0] + tone + rest for tone in TONES]
    assert [sign for sign in signs if not is_reaction_emoji(sign)] == []
    assert len(signs) > 3000


def test_none_stands_twice_and_every_word_belongs_to_one(rows: list[tuple[str, bool]]) -> None:
    signs = [sign for sign, _ in rows]
    assert len(signs) == len(set(signs))
    _, words = read_words()
    assert [sign for sign in words if sign not in signs] == []


def test_a_row_has_names_without_blanks() -> None:
    for line in table():
        sign, _, rest = line.partition(" ")
        assert sign, line
        names, _, words = rest.partition("/")
        assert names, line
        assert all(part.strip("_") == part != "" for part in names.split(" ")), line
        assert words == words.strip(), line
