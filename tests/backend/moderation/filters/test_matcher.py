"""A rule's word is found in every disguise, and nothing else is taken for it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inglenook.moderation.filters.matcher import Match, WordMatcher, WordPattern, masked

BAD = WordMatcher([WordPattern(1, "badword")])
SPAM = WordMatcher([WordPattern(1, "spam"), WordPattern(2, "cheap", "part")])


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
    assert BAD.matches(text)


@pytest.mark.parametrize(
    "text", ["", " ", "!!!", "badwords", "abadword", "bad word", "badward", "a good word", "🙂"]
)
def test_another_word_is_not(text: str) -> None:
    assert not BAD.matches(text)


def test_a_double_letter_is_not_a_single_one() -> None:
    matcher = WordMatcher([WordPattern(1, "as"), WordPattern(2, "fool")])
    assert not matcher.matches("ass fol")
    assert [match.rule for match in matcher.matches("asssss fooool")] == [1, 2]


def test_a_part_is_found_inside_a_word_and_a_word_is_not() -> None:
    assert [match.rule for match in SPAM.matches("spammer cheapest")] == [2]


def test_a_pattern_of_two_words_keeps_its_gap() -> None:
    matcher = WordMatcher([WordPattern(1, "buy now")])
    assert matcher.matches("Please BUY — now!")
    assert not matcher.matches("buynow")


def test_it_says_where_and_which() -> None:
    assert SPAM.matches("no spam, cheap") == [Match(1, 3, 7), Match(2, 9, 14)]


def test_a_pattern_without_letters_matches_nothing() -> None:
    assert not WordMatcher([WordPattern(1, "..."), WordPattern(2, "", "part")]).matches("... a")


def test_a_mask_hides_each_letter_and_keeps_the_rest() -> None:
    text = "no s p-a.m here, SPAM!"
    assert masked(text, SPAM.matches(text)) == "no • •-•.• here, ••••!"
    assert not SPAM.matches(masked(text, SPAM.matches(text)))


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_word_between_blanks_is_found_in_every_text(before: str, after: str) -> None:
    assert BAD.matches(f"{before} and badword and {after}")


@given(st.text(max_size=200))
def test_places_lie_in_the_text(text: str) -> None:
    matcher = WordMatcher([WordPattern(n, letter, "part") for n, letter in enumerate("aeiou")])
    for match in matcher.matches(text):
        assert 0 <= match.at < match.end <= len(text)
    assert not matcher.matches(masked(text, matcher.matches(text)))


def test_two_thousand_rules_cost_a_message_no_more_than_two() -> None:
    """By comparison, because a machine may be busy: the best of several runs of each."""
    few = WordMatcher([WordPattern(n, f"zq{n:b}xj") for n in range(2)])
    many = WordMatcher([WordPattern(n, f"zq{n:b}xj") for n in range(2000)])
    text = "The candles of this shop burn for days, and smell of honey. " * 3

    def best(matcher: WordMatcher) -> float:
        runs = []
        for _ in range(30):
            started = time.perf_counter()
            matcher.matches(text)
            runs.append(time.perf_counter() - started)
        return min(runs)

    assert best(many) < 3 * best(few)
