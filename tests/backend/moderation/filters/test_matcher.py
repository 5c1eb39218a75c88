"""A rule's word is found in every disguise, and nothing else is taken for it."""

from __future__ import annotations

import random
from itertools import groupby

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from inglenook.moderation.filters.letters import is_letter
from inglenook.moderation.filters.matcher import WordMatcher, WordPattern, masked
from inglenook.moderation.filters.spans import Span

BAD = WordMatcher([WordPattern(1, "badword")])
SPAM = WordMatcher([WordPattern(1, "spam"), WordPattern(2, "cheap", "part")])


def matches(matcher: WordMatcher, text: str) -> list[tuple[int, int, int]]:
    """Rule and place of each match, in the order of the text."""
    found = {(at, end, rule) for rule, places in matcher.candidates(text) for at, end in places}
    return [(rule, at, end) for at, end, rule in sorted(found)]


def places_in(matcher: WordMatcher, text: str) -> list[Span]:
    return [(at, end) for _, at, end in matches(matcher, text)]


def hidden(matcher: WordMatcher, text: str) -> str:
    return masked(text, places_in(matcher, text))


@pytest.mark.parametrize(
    "text",
    [
        "badword",
        "BadWord",
        "what a badword!",
        "“badword”, he said",
        "bаdwоrd",
        "b4dw0rd",
        "b@dword",
        "báďwörd",
        "ｂａｄｗｏｒｄ",
        "bad\u200bword",
        "ba\u00addword",
        "b\u0335a\u0335dword",
        "baaaaadword",
        "bbbadwwwordddd",
        "b a d w o r d",
        "b.a.d.w.o.r.d",
        "I say b-a-d-w-o-r-d now",
    ],
)
def test_a_disguised_word_is_found(text: str) -> None:
    assert matches(BAD, text)


@pytest.mark.parametrize(
    "text", ["", " ", "!!!", "badwords", "abadword", "bad word", "badward", "a good word", "🙂"]
)
def test_another_word_is_not(text: str) -> None:
    assert not matches(BAD, text)


def test_a_double_letter_is_not_a_single_one() -> None:
    matcher = WordMatcher([WordPattern(1, "as"), WordPattern(2, "fool")])
    assert not matches(matcher, "ass fol")
    assert [rule for rule, _, _ in matches(matcher, "asssss fooool")] == [1, 2]


def test_a_part_is_found_inside_a_word_and_a_word_is_not() -> None:
    assert [rule for rule, _, _ in matches(SPAM, "spammer cheapest")] == [2]


def test_a_pattern_of_two_words_keeps_its_gap() -> None:
    matcher = WordMatcher([WordPattern(1, "buy now")])
    assert matches(matcher, "Please BUY — now!")
    assert not matches(matcher, "buynow")


def test_it_says_where_and_which() -> None:
    assert matches(SPAM, "no spam, cheap") == [(1, 3, 7), (2, 9, 14)]


def test_a_pattern_without_letters_matches_nothing() -> None:
    assert not matches(WordMatcher([WordPattern(1, "..."), WordPattern(2, "", "part")]), "... a")


def test_a_mask_hides_each_letter_and_keeps_the_rest() -> None:
    text = "no s p-a.m here, SPAM!"
    assert hidden(SPAM, text) == "no • •-•.• here, ••••!"
    assert not matches(SPAM, hidden(SPAM, text))


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_word_between_blanks_is_found_in_every_text(before: str, after: str) -> None:
    assert matches(BAD, f"{before} and badword and {after}")


@given(st.text(max_size=200))
def test_places_lie_in_the_text(text: str) -> None:
    matcher = WordMatcher([WordPattern(n, letter, "part") for n, letter in enumerate("aeiou")])
    for _, at, end in matches(matcher, text):
        assert 0 <= at < end <= len(text)
    assert not matches(matcher, hidden(matcher, text))


LETTERS = "abcdefghijklmnopqrstuvwxyz"
# What each letter may be typed as. A capital I can be an l, a small l an i.
ALIKE = {
    "a": "4@аα",
    "b": "8ВЬ",
    "e": "3еε",
    "i": "1!lIі",
    "l": "1|IӀ",
    "o": "0оο",
    "s": "5$ѕ",
    "t": "7+т",
    "c": "сϲ¢",
    "p": "рρ",
    "x": "х×",
    "y": "уγ",
    "m": ["rn", "м"],
    "w": ["vv", "ш"],
}
WORDS = st.text(LETTERS, min_size=4, max_size=10).filter(lambda word: len(set(word)) > 2)


@st.composite
def disguised(draw: st.DrawFn) -> tuple[str, str]:
    """A word, and what somebody made of it by several means at once."""
    word = draw(WORDS)
    typed = []
    for letter, run in groupby(word):
        alike = draw(st.sampled_from([letter, letter.upper(), *ALIKE.get(letter, ())]))
        # A capital I or L is not what it was before.
        one = letter if alike == "L" or (letter == "i" and alike == "I") else alike
        doubled = len(list(run)) > 1
        times = draw(st.sampled_from([2, 3, 5] if doubled else [1, 3, 4]))
        typed.append([one] * times)
    joint = draw(st.sampled_from(["", "\u200b", "\u0301", "\u00ad"]))
    if draw(st.booleans()):
        gap = draw(st.sampled_from([" ", ".", "-", "  ", " . ", "_"]))
        if not any(len(each) == 2 for each in typed):
            return word, gap.join(joint.join(each) for each in typed)
    return word, joint.join(joint.join(each) for each in typed)


@given(
    disguised(),
    st.sampled_from(["", "I say ", "a ", "(", "well, "]),
    st.sampled_from(["", " a", "!", "…"]),
)
def test_a_word_is_found_however_it_is_disguised(
    pair: tuple[str, str], before: str, after: str
) -> None:
    word, typed = pair
    # A lone sign with another beside it is punctuation: `a | b |!`.
    assume(not (typed.endswith("|") and after == "!"))
    text = f"{before}{typed}{after}"
    for match in ("word", "part"):
        assert matches(WordMatcher([WordPattern(1, word, match)]), text), text


@given(WORDS, st.data())
def test_a_word_with_another_letter_more_or_less_is_another(word: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from("adkqz"))
    longer, shorter = word[:place] + letter + word[place:], word[:place] + word[place + 1 :]
    matcher = WordMatcher([WordPattern(1, word)])
    for other in (longer, shorter, word + letter, letter + word):
        # Letters that stand three times or more are one or two: `aaa` is `aa`.
        if _stretched(other) != _stretched(word):
            assert not matches(matcher, f"a {other} b"), other


def _stretched(word: str) -> list[tuple[str, int]]:
    """A word's runs; for `il`, `rn` and the like, which look alike, they are one."""
    plain = word.translate(str.maketrans("lj", "ij")).replace("m", "rn").replace("w", "vv")
    return [(letter, len(list(run)) > 1) for letter, run in groupby(plain)]


NEAR = """
Scunthorpe Penistone Lightwater Clitheroe Essex Sussex Middlesex Cockburn Arsenal Hancock Dickens
assassin assess classic passage grasshopper cassette embarrass compass shitake Matsushita
cocktail peacock cockatoo cumin document circumstance cucumber analysis canal banal therapist
grape drape shell hello Michelle Mitchell titan title constitution button rebuttal hooker spice
suspicious pompous pomelo compare associate bassist Dickinson Weiner Sextus sextant homogeneous
"""
RUDE = (
    "ass anal cum cock cunt dick hell penis porn rape sex shit spic tit tits slut whore butt homo"
)


def test_words_that_hold_a_rules_word_are_left_alone() -> None:
    matcher = WordMatcher([WordPattern(n, word) for n, word in enumerate(RUDE.split())])
    assert matches(matcher, NEAR) == []
    assert matches(matcher, NEAR.upper()) == []
    for typical in [
        "It's a good day, isn't it? I'm 55, and it costs $5 or 455.50 €.",
        "Plan B: we meet at 7 a.m. in room 101 (2nd floor) & don't be late!!!",
        "See https://shop.example/a/b?c=1&s=55 or mail a.b@shop.example :-)",
    ]:
        found = WordMatcher([WordPattern(n, word) for n, word in enumerate(RUDE.split()[1:])])
        assert matches(found, typical) == []


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("bad", "I b a d", ["b a d"]),
        ("bad", "I b.a.d! Yes", ["b.a.d"]),
        ("bad", "b @ d!", ["b @ d"]),
        ("bad", "b-aaa-d", ["b-aaa-d"]),
        ("bad", "$bad @bad bad!!!", ["bad", "bad", "bad"]),
        ("bad", "bad@bad.example", ["bad", "bad"]),
        ("bad", "ba@@d b4@ad", ["ba@@d", "b4@ad"]),
        ("bad", "🅱🅰🅳 ⒝⒜⒟", ["🅱🅰🅳", "⒝⒜⒟"]),
        ("bad", "bad\u3164word b\u2800a\u2800d", ["bad", "b\u2800a\u2800d"]),
        ("b.a.d", "bad b a d", ["bad", "b a d"]),
        ("a2b", "a 2 b", ["a 2 b"]),
        ("плод", "п л оооо д", ["п л оооо д"]),
        ("spam", "sparn s p a rn", ["sparn", "s p a rn"]),
        ("damn", "darnn", ["darnn"]),
        ("word", "vvord", ["vvord"]),
        ("modern", "modem", []),
        ("porn", "pom pompous", []),
        ("kill", "kiIl k1ll KILL kil", ["kiIl", "k1ll", "KILL"]),
        ("ill", "World War II", []),
        ("ass", "a55 4$$ 455", ["a55", "4$$", "455"]),
        ("ss", "55 $5 $$ ss", ["ss"]),
        ("88", "88 bb 8B", ["88", "8B"]),
        ("buy now", "b u y  n o w", ["b u y  n o w"]),
        ("buy now", "buy! now", ["buy! now"]),
        ("straße", "STRASSE", ["STRASSE"]),
        ("плохо", "ПЛОООХО п л о х о", ["ПЛОООХО", "п л о х о"]),
        ("سيء", "سَيء", ["سَيء"]),
    ],
)
def test_each_disguise(pattern: str, text: str, found: list[str]) -> None:
    places = places_in(WordMatcher([WordPattern(1, pattern)]), text)
    assert [text[at:end] for at, end in places] == found


@given(st.text(LETTERS + " 1!@IL.", max_size=80), st.lists(WORDS, min_size=1, max_size=5))
def test_many_rules_find_what_each_would_find_alone(text: str, words: list[str]) -> None:
    words += [text[start : start + 4] for start in range(0, len(text), 9)]
    patterns = [WordPattern(n, word, "part") for n, word in enumerate(words)]
    alone = [match for one in patterns for match in matches(WordMatcher([one]), text)]
    assert sorted(matches(WordMatcher(patterns), text), key=str) == sorted(alone, key=str)


@given(disguised())
@example(("abam", "a b a rnrnrn"))
@example(("abaw", "a b a vvvvvv"))
def test_a_mask_keeps_the_length_in_letters_and_nothing_of_the_word(pair: tuple[str, str]) -> None:
    word, typed = pair
    text = f"no {typed} here"
    shown = hidden(WordMatcher([WordPattern(1, word)]), text)
    assert shown.startswith("no ")
    assert shown.endswith(" here")
    inside = shown.removeprefix("no ").removesuffix(" here")
    assert inside.count("•") == sum(1 for each in typed if is_letter(each))
    assert not any(map(str.isalnum, inside))
    assert "\u0301" not in inside


def test_two_thousand_long_rules_are_still_found() -> None:
    """The automaton says nothing where its memory ends; so it must not end."""
    rng = random.Random(1)
    words = ["".join(rng.choices(LETTERS + "жщяю中文", k=200)) for _ in range(2000)]
    matcher = WordMatcher([WordPattern(n, word, "part") for n, word in enumerate(words)])
    for n in (0, 999, 1999):
        assert [rule for rule, _, _ in matches(matcher, f"so {words[n]} it is")] == [n]
