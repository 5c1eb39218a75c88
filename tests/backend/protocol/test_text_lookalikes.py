from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inglenook.protocol.text import is_reserved, name_skeleton


@pytest.mark.parametrize(
    "name",
    [
        "Anna Miller",
        "ANNA MILLER",
        "annamiller",
        "Anna  Miller ✅",
        "Anna.Miller!",
        "-- Anna_Miller --",
        "An\u200bna Mil\u2060ler",
        "Ānnä Mïllér",
        "Аnnа Мillеr",
        "Αnna Μiller",
        "Ａｎｎａ Ｍｉｌｌｅｒ",
        "𝓐𝓷𝓷𝓪 𝓜𝓲𝓵𝓵𝓮𝓻",
        "Ⓐⓝⓝⓐ Ⓜⓘⓛⓛⓔⓡ",
        "4nn4 M1ll3r",
        "@nna Mi||er",
        "Anna MiIIer",
        "Anna Rniller",
        "ᴀɴɴᴀ ᴍɪʟʟᴇʀ",
        "Anna Mιller",
        "\u202eAnna Miller",
        "Anna Miller 🙂",
        "!@nna M!ller!",
        "@nna Miller!",
        "|Anna Miller|",
    ],
)
def test_it_sees_through_a_disguise(name: str) -> None:
    assert is_reserved(name, ["Bob", "Anna Miller"])


@pytest.mark.parametrize(
    "name",
    ["Anna", "Anna Muller", "Hanna Miller", "Anna Miller 2", "Miller Anna", "🙂", "王小明", "!"],
)
def test_it_leaves_other_names_alone(name: str) -> None:
    assert not is_reserved(name, ["Bob", "Anna Miller"])


@pytest.mark.parametrize(
    "name", ["Admin", "аdmіn", "ADM1N", "M0derat0r", "Rnoderator", "St@ff", "Supрort"]
)
def test_it_knows_the_words_for_an_office(name: str) -> None:
    assert is_reserved(name, ("Admin", "Moderator", "Staff", "Support"))


def test_vowel_signs_tell_names_apart_and_accents_do_not() -> None:
    assert not is_reserved("सीता", ["साता"])
    assert is_reserved("محمد", ["مُحَمَّد"])
    assert is_reserved("An\ufe0fna\u034f", ["Anna"])


def test_names_without_letters_are_compared_as_they_are() -> None:
    assert name_skeleton("🙂 !") == ""
    assert is_reserved("🙂", ["Anna", "🙂"])
    assert not is_reserved("🙃", ["🙂"])
    assert not is_reserved("🙂", iter(()))


@given(st.text(max_size=40))
def test_a_skeleton_has_no_signs_and_is_its_own_skeleton(name: str) -> None:
    skeleton = name_skeleton(name)
    assert not any(c.isspace() or c in "!|@$._-" for c in skeleton)
    assert name_skeleton(skeleton) == skeleton
