"""How fast: buckets that fill with time, several taken together, in the memory of one process."""

from __future__ import annotations

import pytest

from inglenook.moderation import speed
from inglenook.moderation.rates import TokenBuckets, peek_all, take_all
from inglenook.protocol.errors import Rate
from inglenook.visitors.participants import Participant


def person(name: str = "amber", **more: object) -> Participant:
    fields = {"id": f"v_{name}", "site_id": 1, "name": name, "role": "visitor", "address": None}
    return Participant(**{**fields, **more})  # type: ignore[arg-type]


def test_a_burst_at_once_then_as_they_fill() -> None:
    buckets = TokenBuckets(per_second=0.5, burst=3)
    assert [buckets.take("amber", now=100.0) for _ in range(4)] == [0, 0, 0, 2000]
    assert buckets.take("amber", now=101.0) == 1000
    assert buckets.take("amber", now=102.0) == 0
    assert buckets.take("olive", now=102.0) == 0
    assert [buckets.take("amber", now=10_000.0) for _ in range(4)] == [0, 0, 0, 2000]


def test_a_clock_that_goes_back_gives_nothing_away() -> None:
    buckets = TokenBuckets(per_second=1, burst=1)
    assert buckets.take("amber", now=100.0) == 0
    assert buckets.take("amber", now=90.0) == 1000


def test_several_are_taken_all_or_none() -> None:
    wide = TokenBuckets(per_second=1, burst=5)
    narrow = TokenBuckets(per_second=0.1, burst=1, words="The room is full.")
    assert take_all((wide, "a"), (narrow, "b"), now=0.0) is None
    for _ in range(9):
        refused = take_all((wide, "a"), (narrow, "b"), now=0.0)
        assert refused is not None
        assert (refused.retry_ms, refused.words) == (10_000, "The room is full.")
    assert wide.level("a", 0.0) == 4


def test_who_is_refused_takes_no_place_in_memory() -> None:
    """Else a flood of strangers behind one address would push out whom it is about."""
    visitors = TokenBuckets(per_second=1, burst=5)
    address = TokenBuckets(per_second=1, burst=1)
    assert take_all((visitors, "amber"), (address, "home"), now=100.0) is None
    assert take_all((visitors, "olive"), (address, "home"), now=100.0) is not None
    assert [visitors.is_known(name) for name in ("amber", "olive")] == [True, False]


def test_the_longest_wait_is_told() -> None:
    quick = TokenBuckets(per_second=1, burst=1, words="quick")
    slow = TokenBuckets(per_second=0.1, burst=1, words="slow")
    take_all((quick, "a"), (slow, "a"), now=0.0)
    refused = take_all((slow, "a"), (quick, "a"), now=0.0)
    assert refused is not None
    assert refused.words == "slow"


def test_a_burst_of_nothing_is_no_limit() -> None:
    none = TokenBuckets(per_second=0, burst=0, name="nothing")
    assert not any(none.take("a") for _ in range(100))
    assert peek_all((none, "a")) is None


def test_looking_takes_nothing() -> None:
    buckets = TokenBuckets(per_second=0.001, burst=1)
    for _ in range(3):
        assert peek_all((buckets, "a")) is None
    buckets.take("a")
    assert peek_all((buckets, "a")) is not None


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inglenook.moderation.rates.MAX_KEYS", 10)
    buckets = TokenBuckets(per_second=0.001, burst=1)
    for number in range(30):
        buckets.take(str(number))
    assert len(buckets._levels) == 10


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small ones of each kind, new for each test."""
    for name, burst in (("of_visitor", 4), ("of_address", 6), ("of_room", 8), ("of_site", 10)):
        words = None if name == "of_visitor" else name
        monkeypatch.setattr(speed, name, TokenBuckets(per_second=0.01, burst=burst, words=words))
    monkeypatch.setattr(speed, "_patience", TokenBuckets(per_second=0.01, burst=2))


def words_after(*acts: tuple[int, Participant, str]) -> str:
    """Whose limit it is that the last of so many acts meets; all before it fit."""
    for index, (number, author, slug) in enumerate(acts):
        for left in range(number, 0, -1):
            if index == len(acts) - 1 and left == 1:
                with pytest.raises(Rate) as caught:
                    speed.spend(author, slug)
                assert (caught.value.retry_ms or 0) > 1000
                return caught.value.message
            speed.spend(author, slug)
    raise AssertionError


def test_each_refusal_says_whose_limit_it_is(limits: None) -> None:
    assert words_after((5, person(), "lobby")) == "That is too fast. Please wait a moment."


def test_an_address_has_a_limit_of_its_own(limits: None) -> None:
    amber, olive = person("amber", address="198.51.100.7"), person("olive", address="198.51.100.7")
    assert words_after((4, amber, "lobby"), (3, olive, "help")) == "of_address"
    speed.spend(person("stranger", address="198.51.100.8"), "lobby")


def test_a_room_has_a_limit_of_its_own(limits: None) -> None:
    people = [person(name) for name in ("amber", "olive", "teal")]
    assert words_after((4, people[0], "lobby"), (4, people[1], "lobby"), (1, people[2], "lobby"))
    speed.spend(people[2], "help")
    speed.spend(person("foreigner", site_id=2), "lobby")


def test_a_site_has_a_limit_of_its_own(limits: None) -> None:
    people = [person(name) for name in ("amber", "olive", "teal")]
    acts = [(4, people[0], "a"), (4, people[1], "b"), (3, people[2], "c")]
    assert words_after(*acts) == "of_site"
    speed.spend(person("foreigner", site_id=2), "c")


def test_without_an_address_nobody_is_limited_by_it(limits: None) -> None:
    for name in ("amber", "olive"):
        for _ in range(4):
            speed.spend(person(name, address=None))


def test_the_team_is_exempt_from_all(limits: None) -> None:
    for role in ("moderator", "owner"):
        for _ in range(30):
            speed.spend(person(id="m_1", role=role, address="198.51.100.7"), "lobby")
            speed.refuse_a_flood(person(id="m_1", role=role), "lobby")


def test_only_a_flood_is_refused_from_memory(limits: None) -> None:
    """Somebody a little too fast is looked up first: it may be a duplicate, which gets its answer."""
    amber = person()
    assert words_after((5, amber, "lobby"))
    speed.refuse_a_flood(amber, "lobby")
    with pytest.raises(Rate):
        speed.spend(amber, "lobby")
    with pytest.raises(Rate):
        speed.refuse_a_flood(amber, "lobby")


def test_six_visitors_behind_one_address_never_meet_its_default() -> None:
    people = [person(f"behind-one-{number}", address="192.0.2.66") for number in range(6)]
    for author in people:
        for _ in range(10):
            speed.spend(author, "lobby")
    assert speed.of_address.per_second >= 6 * speed.of_visitor.per_second
