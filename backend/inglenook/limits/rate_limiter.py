"""Rate limits: how fast somebody, somewhere or everybody may do something.

    take_all(of_visitor.of(id), of_address.of(address), of_room.of(room), of_site.of(site))
        ─ memory: one bucket is empty ─────────────────────> TooFast, Redis is not asked
        ─ all of them wide and far from empty ─────────────> a token from each (deferred.py)
        ─ Redis, one atomic call for all of them, its clock ─> TooFast, or a token from each
        ─ Redis away ──────────────────────────────────────> what memory says
    take_each([…], […])   many at once, each as if alone, in one call to Redis

Memory keeps a twin of every level that Redis answered. So this process refuses a flood without
asking Redis, and an outage begins with the last known levels. A refusal costs nothing in any
bucket.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from weakref import WeakKeyDictionary

from inglenook.limits import shared_buckets
from inglenook.limits.deferred import Deferred
from inglenook.limits.rate_limit import Take, TooFast
from inglenook.limits.redis_counter import RedisCounter, redis_counter

_lock = threading.Lock()
_deferred: WeakKeyDictionary[RedisCounter, Deferred] = WeakKeyDictionary()


def take_all(*takes: Take, now: float | None = None) -> TooFast | None:
    """Takes from every bucket, or from none.

    Where one of the limits has a name it may ask Redis: call it in threads only.
    """
    return take_with(redis_counter(), takes, now)


def take_each(groups: Sequence[Sequence[Take]]) -> list[TooFast | None]:
    """`take_all` for each group, in order, as if each were alone, in one call to Redis."""
    return take_each_with(redis_counter(), groups)


def give_back(*takes: Take) -> None:
    """Puts back what `take_all` took, where it turns out that it should cost nothing."""
    give_back_with(redis_counter(), takes)


def wait_ms(take: Take, *, now: float | None = None) -> int:
    """Takes one; 0 when it may happen now, else the milliseconds until it may."""
    refused = take_all(take, now=now)
    return refused.retry_ms if refused else 0


def peek_all(*takes: Take) -> TooFast | None:
    """What this process knows already of a refusal. Takes nothing, asks nobody, never waits."""
    takes = tuple(take for take in takes if take.allowance.burst)
    now = time.monotonic()
    with _lock:
        return _emptiest(takes, [_level(take, now) for take in takes])


def level_of(take: Take) -> float:
    """How many tokens the bucket has now, as this process knows it."""
    with _lock:
        return _level(take, time.monotonic())


# --- the same, for a caller with a Redis counter of its own


def take_with(
    counter: RedisCounter | None, takes: Sequence[Take], now: float | None = None
) -> TooFast | None:
    """`take_all`. Without a counter this process's memory alone decides."""
    return take_each_with(counter, [takes], now)[0]


def take_each_with(
    counter: RedisCounter | None, groups: Sequence[Sequence[Take]], now: float | None = None
) -> list[TooFast | None]:
    """`take_each`. `now` is seconds of the monotonic clock, for tests."""
    limited = [[take for take in group if take.allowance.burst] for group in groups]
    refusals, left = _take_from_memory(limited, now)
    shared = {
        index: named
        for index, group in enumerate(limited)
        if refusals[index] is None and (named := [take for take in group if take.limit.name])
    }
    if counter is None or not shared:
        return refusals
    deferred = deferred_of(counter)
    if not counter.is_away:
        shared = {i: named for i, named in shared.items() if not deferred.takes(named, left)}
    answer = shared_buckets.take(counter, list(shared.values())) if shared else None
    if answer is None:
        return refusals
    fit, levels = answer
    with _lock:
        at = time.monotonic() if now is None else now
        for (index, named), fits in zip(shared.items(), fit, strict=True):
            if not fits:
                for take in limited[index]:  # what memory took for it
                    _put_one_back(take, at)
                refusals[index] = _emptiest(named, [levels[take] for take in named])
        _keep_least(levels, at)
    deferred.note_known(levels)
    return refusals


def give_back_with(counter: RedisCounter | None, takes: Sequence[Take]) -> None:
    """`give_back`. Nobody waits for Redis."""
    with _lock:
        now = time.monotonic()
        for take in takes:
            _put_one_back(take, now)
    named = [take for take in takes if take.limit.name]
    if counter is not None and named:
        known = [take for take in named if not deferred_of(counter).gives_back(take)]
        if known:
            shared_buckets.give_back(counter, known)


def deferred_of(counter: RedisCounter) -> Deferred:
    """What this process took and Redis does not know of yet."""
    found = _deferred.get(counter)
    if found is None:
        found = _deferred.setdefault(counter, Deferred(counter, _learn_levels))
    return found


def _learn_levels(levels: dict[Take, float]) -> None:
    """What Redis answered to a report, less what was taken since."""
    with _lock:
        _keep_least(levels, time.monotonic())


# --- memory; the caller holds the lock, also to read: a look changes the order of what is forgotten


def _take_from_memory(
    groups: Sequence[Sequence[Take]], now: float | None
) -> tuple[list[TooFast | None], dict[Take, float]]:
    """The refusals, and what is left in each bucket."""
    with _lock:
        at = time.monotonic() if now is None else now
        levels = {
            take: take.limit.level(take.key, take.allowance, at)
            for group in groups
            for take in group
        }
        refusals = [_spend(group, levels) for group in groups]
        # What is refused costs nothing, and takes no room in memory either.
        taken = {
            take: levels[take]
            for group, refused in zip(groups, refusals, strict=True)
            if not refused
            for take in group
        }
        _keep(taken, at)
    return refusals, levels


def _spend(group: Sequence[Take], levels: dict[Take, float]) -> TooFast | None:
    refused = _emptiest(group, [levels[take] for take in group])
    if refused is None:
        for take in group:
            levels[take] -= 1
    return refused


def _emptiest(group: Sequence[Take], levels: Sequence[float]) -> TooFast | None:
    if min(levels, default=1.0) >= 1:
        return None
    found = [
        TooFast(take.allowance.wait_ms(level), take.limit.words)
        for take, level in zip(group, levels, strict=True)
        if level < 1
    ]
    return max(found, key=lambda refused: refused.retry_ms)


def _level(take: Take, now: float) -> float:
    return take.limit.level(take.key, take.allowance, now)


def _keep(levels: dict[Take, float], at: float) -> None:
    for take, level in levels.items():
        take.limit.put(take.key, level, at)


def _keep_least(levels: dict[Take, float], at: float) -> None:
    _keep({take: min(level, _level(take, at)) for take, level in levels.items()}, at)


def _put_one_back(take: Take, now: float) -> None:
    take.limit.put(take.key, min(take.allowance.burst, _level(take, now) + 1), now)
