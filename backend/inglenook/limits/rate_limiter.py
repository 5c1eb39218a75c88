"""Rate limits: how fast somebody, somewhere or everybody may do something.

    take_all(of_visitor.of(id), of_address.of(address), of_room.of(room), of_site.of(site))
        ─ memory: one bucket is empty ─────────────────────> TooFast, Redis is not asked
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
from collections.abc import Iterable, Sequence
from typing import Any, Final

from inglenook.limits.rate_limit import Take, TooFast
from inglenook.limits.redis_counter import RedisCounter, key_of, redis_counter

# A level is kept with the time at which it was right. TIME makes the script's writes replicate as
# effects, which is how Redis does it since 5.
# KEYS: every bucket once. ARGV: the rate and burst of each bucket; then for each take the number of
# its buckets and which they are. The script answers 1 or 0 for each take, then every level.
# Other releases of a rolling upgrade read and write the same keys and fields.
_TAKE: Final = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local rates, bursts, levels, taken = {}, {}, {}, {}
for i = 1, #KEYS do
  rates[i], bursts[i] = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  local kept = redis.call('HMGET', KEYS[i], 'level', 'at')
  levels[i] = bursts[i]
  if kept[1] and kept[2] then
    levels[i] = math.min(bursts[i], kept[1] + math.max(0, now - kept[2]) * rates[i])
  end
end
local answers, arg = {}, 2 * #KEYS + 1
while ARGV[arg] do
  local last, fits = arg + tonumber(ARGV[arg]), 1
  for a = arg + 1, last do
    if levels[tonumber(ARGV[a])] < 1 then fits = 0 end
  end
  if fits == 1 then
    for a = arg + 1, last do
      local i = tonumber(ARGV[a])
      levels[i], taken[i] = levels[i] - 1, true
    end
  end
  answers[#answers + 1], arg = fits, last + 1
end
for i = 1, #KEYS do
  if taken[i] then
    local level, at = string.format('%.6f', levels[i]), string.format('%.6f', now)
    redis.call('HSET', KEYS[i], 'level', level, 'at', at)
    redis.call('PEXPIRE', KEYS[i], math.ceil((bursts[i] - levels[i]) / rates[i] * 1000) + 1000)
  end
  answers[#answers + 1] = string.format('%.6f', levels[i])
end
return answers
"""

# KEYS: every bucket once. ARGV: the rate and burst of each. A bucket that nobody took from stays
# away.
_GIVE_BACK: Final = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
for i = 1, #KEYS do
  local rate, burst = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  local kept = redis.call('HMGET', KEYS[i], 'level', 'at')
  if kept[1] and kept[2] then
    local level = math.min(burst, kept[1] + math.max(0, now - kept[2]) * rate + 1)
    local filled, at = string.format('%.6f', level), string.format('%.6f', now)
    redis.call('HSET', KEYS[i], 'level', filled, 'at', at)
    redis.call('PEXPIRE', KEYS[i], math.ceil((burst - level) / rate * 1000) + 1000)
  end
end
return 1
"""

_lock = threading.Lock()


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
    refusals = _take_from_memory(limited, now)
    shared = {
        index: named
        for index, group in enumerate(limited)
        if refusals[index] is None and (named := [take for take in group if take.limit.name])
    }
    answer = _ask_redis(counter, list(shared.values())) if counter is not None and shared else None
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
        for take, level in levels.items():
            levels[take] = min(level, _level(take, at))
        _keep(levels, at)
    return refusals


def give_back_with(counter: RedisCounter | None, takes: Sequence[Take]) -> None:
    """`give_back`. Nobody waits for Redis."""
    with _lock:
        now = time.monotonic()
        for take in takes:
            _put_one_back(take, now)
    named = [take for take in takes if take.limit.name]
    if counter is not None and named:
        counter.call(_GIVE_BACK, _redis_keys(named), _redis_numbers(named))


# --- memory; the caller holds the lock, also to read: a look changes the order of what is forgotten


def _take_from_memory(groups: Sequence[Sequence[Take]], now: float | None) -> list[TooFast | None]:
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
    return refusals


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


def _put_one_back(take: Take, now: float) -> None:
    take.limit.put(take.key, min(take.allowance.burst, _level(take, now) + 1), now)


# --- Redis


def _ask_redis(
    counter: RedisCounter, groups: Sequence[Sequence[Take]]
) -> tuple[list[bool], dict[Take, float]] | None:
    """For each group whether all of it fitted; and every level now. None where Redis is away."""
    positions: dict[Take, int] = {}
    for group in groups:
        for take in group:
            positions.setdefault(take, len(positions) + 1)
    numbers = _redis_numbers(positions)
    for group in groups:
        numbers += (len(group), *[positions[take] for take in group])
    answers: Any = counter.call(_TAKE, _redis_keys(positions), numbers)
    if not answers:
        return None
    fit, levels = answers[: len(groups)], answers[len(groups) :]
    return [bool(one) for one in fit], dict(zip(positions, map(float, levels), strict=True))


def _redis_keys(takes: Iterable[Take]) -> list[str]:
    return [key_of(f"rate.{take.limit.name}", take.key) for take in takes]


def _redis_numbers(takes: Iterable[Take]) -> list[float]:
    return [number for take in takes for number in take.allowance]
