from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inglenook.protocol.text import is_reaction_emoji
from tests.hostile.corpus import INVISIBLE, MARKUP, UNSTORABLE

ENGLAND = "🏴" + "".join(chr(0xE0000 + ord(c)) for c in "gbeng") + "\U000e007f"


@pytest.mark.parametrize(
    "text",
    [
        "👍",
        "👍🏽",
        "👍🏿",
        "❤️",
        "❤",
        "☺️",
        "✅",
        "⌚",
        "⏰",
        "©️",
        "™️",
        "↔️",
        "🅰️",
        "㊗️",
        "1️⃣",
        "#️⃣",
        "*⃣",
        "🇩🇪",
        "🇺🇳",
        "🇽🇰",
        ENGLAND,
        "🏳️‍🌈",
        "🏴‍☠️",
        "👨‍👩‍👧‍👦",
        "👩🏽‍🚀",
        "🕵🏽‍♂️",
        "❤️‍🔥",
        "😮‍💨",
        "🐈‍⬛",
        "🧑‍🤝‍🧑",
        "\U0001fae0",
        "\U0001fae9",
        "\U0001faff",
    ],
)
def test_one_emoji_is_a_reaction(text: str) -> None:
    assert is_reaction_emoji(text)


@pytest.mark.parametrize(
    "text",
    [
        *INVISIBLE,
        *UNSTORABLE,
        *MARKUP,
        "a",
        "A",
        "1",
        "#",
        "*",
        "é",
        "ok",
        ":)",
        ":thumbsup:",
        "👍👍",
        "👍 ",
        " 👍",
        "👍\n",
        "👍a",
        "a👍",
        "👍\u200d",
        "\u200d👍",
        "👍\u200d\u200d👍",
        "👍\u0301",
        "👍\ufe0e",
        "👍\ufe0f\ufe0f",
        "👍🏽🏽",
        "🍕🏽",
        "\ufe0f",
        "\u20e3",
        "1\ufe0f",
        "a\u20e3",
        "11️⃣",
        "🇩",
        "🇽🇽",
        "🇩🇪🇫🇷",
        "🇩\u200d🇪",
        "🏴" + "\U000e0061" * 4 + "\U000e007f",
        ENGLAND[:-1],
        "©",
        "™",
        "ℹ",
        "↔",
        "▪",
        "★",
        "→",
        "王",
        "\ue000",
        "👩🏽‍❤️‍💋‍👨🏽",
        "👨‍👩‍👧‍👦‍👨‍👩‍👧‍👦",
        "😀" * 1000,
    ],
)
def test_anything_else_is_none(text: str) -> None:
    assert not is_reaction_emoji(text)


@given(st.text(max_size=12))
def test_no_text_makes_it_raise_and_no_reaction_is_long(text: str) -> None:
    if is_reaction_emoji(text):
        assert len(text.encode()) <= 32
        assert not is_reaction_emoji(text + text)
