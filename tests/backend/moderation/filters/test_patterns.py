"""Patterns of owners take linear time, and a wrong one says what is wrong."""

from __future__ import annotations

import pytest

from inglenook.moderation.filters.patterns import BadPattern, Pattern, PatternMatcher


def matches(matcher: PatternMatcher, text: str) -> list[tuple[int, int, int]]:
    return [(rule, at, end) for rule, places in matcher.candidates(text) for at, end in places]


@pytest.mark.parametrize(
    "pattern", ["(", "a{1001}", "(?<=a)b", r"(a)\1", r"(\pL{200}){5}", "(?P<n>a", "*"]
)
def test_what_re2_refuses_is_refused_with_its_words(pattern: str) -> None:
    with pytest.raises(BadPattern) as refused:
        Pattern(1, pattern)
    assert len(str(refused.value)) > 5


def test_it_reads_the_text_as_typed_in_any_case_and_any_script() -> None:
    matcher = PatternMatcher([Pattern(1, r"пл[оa]+х"), Pattern(2, r"\bb\d+")])
    assert matches(matcher, "Ой, ПЛОООХо B12 bad") == [(1, 4, 10), (2, 12, 15)]
    assert not matches(matcher, "пл0хо 8АD b")


def test_a_match_of_nothing_is_none() -> None:
    assert not matches(PatternMatcher([Pattern(1, "x*"), Pattern(2, r"\b")]), "a bж")


def test_the_patterns_that_blow_up_elsewhere_do_not_here() -> None:
    """By backtracking each would outlast the test's 120 seconds."""
    text = "a" * 1990 + "!"
    matcher = PatternMatcher(
        Pattern(n, p) for n, p in enumerate([r"(a+)+$", r"(a|a)*$", r"(.*a){20}b"])
    )
    assert not matches(matcher, text)


def test_many_large_patterns_are_all_found() -> None:
    """They are more than one automaton takes, and none is lost."""
    patterns = [Pattern(n, rf"x{n}y[a-zа-яα-ω]{{50}}") for n in range(500)]
    matcher = PatternMatcher(patterns)
    for n in (0, 250, 499):
        assert [rule for rule, _, _ in matches(matcher, f"so X{n}Y{'a' * 50} it is")] == [n]
