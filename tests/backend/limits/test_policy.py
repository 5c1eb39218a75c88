"""Which limit applies to whom: a visitor, an address, a room, a site, and never the team."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from msgspec.structs import replace

from inglenook.limits import connection_quota, policy
from inglenook.limits.connection_quota import ConnectionQuota, ConnectionSlot
from inglenook.limits.rate_limit import RateLimit
from inglenook.limits.token_bucket import Allowance
from inglenook.protocol.errors import Rate
from inglenook.protocol.limits import Limits
from inglenook.visitors.participants import Participant


def person(name: str = "amber", **more: object) -> Participant:
    fields: dict[str, Any] = {
        "id": f"v_{name}",
        "site_id": 1,
        "name": name,
        "role": "visitor",
        "address": None,
    }
    return Participant(**{**fields, **more})


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small ones of each kind, new for each test."""
    for name, burst in (("of_visitor", 4), ("of_address", 6), ("of_room", 8), ("of_site", 10)):
        words = None if name == "of_visitor" else name
        monkeypatch.setattr(policy, name, RateLimit(Allowance(0.01, burst), words=words))
    monkeypatch.setattr(policy, "of_refusals", RateLimit(Allowance(0.01, 2)))


def words_after(*acts: tuple[int, Participant, str]) -> str:
    """Whose limit it is that the last of so many acts meets; all before it fit."""
    for index, (number, author, slug) in enumerate(acts):
        for left in range(number, 0, -1):
            if index == len(acts) - 1 and left == 1:
                with pytest.raises(Rate) as caught:
                    policy.spend(author, slug)
                assert (caught.value.retry_ms or 0) > 1000
                return caught.value.message
            policy.spend(author, slug)
    raise AssertionError


def test_each_refusal_says_whose_limit_it_is(small: None) -> None:
    assert words_after((5, person(), "lobby")) == "That is too fast. Please wait a moment."


def test_an_address_has_a_limit_of_its_own(small: None) -> None:
    amber, olive = person("amber", address="198.51.100.7"), person("olive", address="198.51.100.7")
    assert words_after((4, amber, "lobby"), (3, olive, "help")) == "of_address"
    policy.spend(person("stranger", address="198.51.100.8"), "lobby")


def test_a_room_has_a_limit_of_its_own(small: None) -> None:
    people = [person(name) for name in ("amber", "olive", "teal")]
    assert words_after((4, people[0], "lobby"), (4, people[1], "lobby"), (1, people[2], "lobby"))
    policy.spend(people[2], "help")
    policy.spend(person("foreigner", site_id=2), "lobby")


def test_a_site_has_a_limit_of_its_own(small: None) -> None:
    people = [person(name) for name in ("amber", "olive", "teal")]
    acts = [(4, people[0], "a"), (4, people[1], "b"), (3, people[2], "c")]
    assert words_after(*acts) == "of_site"
    policy.spend(person("foreigner", site_id=2), "c")


def test_without_an_address_nobody_is_limited_by_it(small: None) -> None:
    for name in ("amber", "olive"):
        for _ in range(4):
            policy.spend(person(name, address=None))


def test_the_team_is_exempt_from_all(small: None) -> None:
    for role in ("moderator", "owner"):
        for _ in range(30):
            policy.spend(person(id="m_1", role=role, address="198.51.100.7"), "lobby")
            policy.refuse_a_flood(person(id="m_1", role=role), "lobby")


def test_only_a_flood_is_refused_from_memory(small: None) -> None:
    """Somebody a little too fast is looked up first: their frame may be a duplicate."""
    amber = person()
    assert words_after((5, amber, "lobby"))
    policy.refuse_a_flood(amber, "lobby")
    with pytest.raises(Rate):
        policy.spend(amber, "lobby")
    with pytest.raises(Rate):
        policy.refuse_a_flood(amber, "lobby")


def test_six_visitors_behind_one_address_never_meet_its_default() -> None:
    people = [person(f"behind-one-{number}", address="192.0.2.66") for number in range(6)]
    for author in people:
        for _ in range(10):
            policy.spend(author, "lobby")
    assert policy.of_address.allowance().per_second >= 6 * policy.of_visitor.allowance().per_second


# --- whose numbers they are

Act = Callable[[Participant], None]
SITE_LIMITS: dict[str, tuple[str, Act]] = {
    "sends": ("of_visitor", lambda who: policy.spend(who, "lobby")),
    "deletions": ("of_deletions", policy.spend_deletion),
    "renames": ("of_names", policy.spend_rename),
    "a room": ("of_room", lambda who: policy.spend(who, "lobby")),
    "a site": ("of_site", lambda who: policy.spend(who, "lobby")),
}
FIELDS = {
    "of_visitor": ("sends_per_10s", "burst"),
    "of_deletions": ("sends_per_10s", "burst"),
    "of_names": ("renames_per_minute",),
    "of_room": ("room_sends_per_10s",),
    "of_site": ("site_sends_per_10s",),
}
GENEROUS = replace(
    Limits(),
    sends_per_10s=500,
    burst=1000,
    room_sends_per_10s=500,
    site_sends_per_10s=500,
    renames_per_minute=500,
)
STRICT = replace(
    GENEROUS,
    sends_per_10s=1,
    burst=2,
    room_sends_per_10s=1,
    site_sends_per_10s=1,
    renames_per_minute=2,
)


@pytest.fixture
def fresh() -> Iterator[None]:
    limits = [limit for limit in vars(policy).values() if isinstance(limit, RateLimit)]
    for limit in limits:
        limit.forget()
    yield
    for limit in limits:
        limit.forget()


def fits(act: Act, who: Participant, most: int = 50) -> int:
    """How often somebody may act before the first refusal."""
    for number in range(most):
        try:
            act(who)
        except Rate:
            return number
    return most


@pytest.mark.parametrize("what", SITE_LIMITS)
def test_a_site_may_have_numbers_of_its_own(
    fresh: None, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    name, act = SITE_LIMITS[what]
    of_the_strict = replace(GENEROUS, **{field: getattr(STRICT, field) for field in FIELDS[name]})
    monkeypatch.setattr(
        policy, "limits_of_site", lambda site_id: of_the_strict if site_id == 2 else GENEROUS
    )
    assert fits(act, person("amber", site_id=1)) == 50
    assert fits(act, person("olive", site_id=2)) == 2


def test_an_address_has_the_installation_s_numbers_on_every_site(
    fresh: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else whoever has a generous site could write through it for all others."""
    unlimited = replace(GENEROUS, address_sends_per_10s=0)
    monkeypatch.setattr(policy, "limits_of_site", lambda _: unlimited)
    monkeypatch.setattr(settings, "LIMITS", replace(GENEROUS, address_sends_per_10s=2))
    amber = person("amber", address="198.51.100.7")
    olive = person("olive", site_id=2, address="198.51.100.7")
    assert fits(lambda who: policy.spend(who, "lobby"), amber, most=3) == 3
    assert fits(lambda who: policy.spend(who, "lobby"), olive) == 1


def test_limits_follow_the_settings_that_hold_now(
    fresh: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "LIMITS", GENEROUS)
    assert fits(policy.spend_rename, person()) == 50
    monkeypatch.setattr(settings, "LIMITS", STRICT)
    assert fits(policy.spend_rename, person()) == 2
    assert policy.of_sessions.allowance() == (GENEROUS.sessions_per_minute / 60, 60)
    monkeypatch.setattr(settings, "LIMITS", replace(STRICT, sessions_per_minute=6))
    assert policy.of_sessions.allowance() == policy.of_newcomers.allowance() == (0.1, 6)


async def test_a_site_may_have_its_own_number_of_connections(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    own = {1: replace(Limits(), sockets_per_site=3, sockets_per_visitor=2)}
    monkeypatch.setattr(
        connection_quota, "limits_of_site", lambda site_id: own.get(site_id, Limits())
    )
    quota = ConnectionQuota(None)
    monkeypatch.setattr(connection_quota, "connection_quota", lambda: quota)
    for _ in range(3):
        await ConnectionSlot(1, None).enter()
    with pytest.raises(Rate):
        await ConnectionSlot(1, None).enter()
    await ConnectionSlot(2, None).enter()
    slots = [ConnectionSlot(site_id, None) for site_id in (1, 1, 1, 2, 2, 2)]
    held = [await slot.claim(person(site_id=slot._site_id)) for slot in slots]
    assert held == [True, True, False, True, True, True]
