from __future__ import annotations

from random import Random

from inglenook.protocol.text import normalise_name
from inglenook.visitors.names import FIRST_WORDS, MAX_CHARS, SECOND_WORDS, random_name


def test_it_makes_two_words_in_title_case() -> None:
    name = random_name(Random(1))
    first, second = name.split(" ")
    assert first.lower() in FIRST_WORDS
    assert second.lower() in SECOND_WORDS
    assert name == name.title()


def test_the_same_seed_makes_the_same_names() -> None:
    one, two = Random(7), Random(7)
    assert [random_name(one) for _ in range(50)] == [random_name(two) for _ in range(50)]


def test_there_are_names_enough_that_a_full_room_seldom_has_one_twice() -> None:
    assert len(FIRST_WORDS) >= 120
    assert len(SECOND_WORDS) >= 150
    assert len(FIRST_WORDS) * len(SECOND_WORDS) > 40_000


def test_no_word_stands_twice_in_its_list() -> None:
    for words in (FIRST_WORDS, SECOND_WORDS):
        assert sorted(set(words)) == sorted(words)


def test_every_word_is_plain_small_letters() -> None:
    assert all(w.isascii() and w.isalpha() and w.islower() for w in FIRST_WORDS + SECOND_WORDS)


def test_every_pair_fits() -> None:
    longest = max(map(len, FIRST_WORDS)) + 1 + max(map(len, SECOND_WORDS))
    assert longest <= MAX_CHARS


def test_it_never_says_a_word_twice() -> None:
    rng = Random(3)
    for name in (random_name(rng) for _ in range(5000)):
        first, second = name.split(" ")
        assert first != second


def test_its_names_pass_the_rules_for_names_unchanged() -> None:
    rng = Random(4)
    assert all(normalise_name(name) == name for name in (random_name(rng) for _ in range(500)))
