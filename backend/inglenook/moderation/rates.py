"""Token buckets: how fast somebody, somewhere or everybody may do something.

    take_all((sends, visitor), (of address, …), (of room, …), (of site, …))
        ─ memory: one is empty ──────────────────────────> TooFast, Redis is not asked
        ─ Redis, one atomic call for all of them, its clock ─> TooFast, or spent in all
        ─ Redis away ────────────────────────────────────> what memory says
    take_each([…], […])   many at once, each as if alone, in one call to Redis

Memory follows what Redis answered, so that a flood is refused without asking it, and an outage begins with the levels
that were known last. A refusal costs nothing in any bucket.
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any, Final

from msgspec import Struct

from inglenook.moderation.shared_counts import SharedCounts, key_of, shared_counts

MAX_KEYS: Final = 100_000

# Levels are kept with the time at which they were right. TIME makes the script's writes replicate as effects, which is
# how Redis does it since 5.
# KEYS: every bucket once. ARGV: the rate and burst of each, then for each that wants something the number of its buckets
# and which they are. Answers 1 or 0 for each that wants, then every level.
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
    redis.call('HSET', KEYS[i], 'level', string.format('%.6f', levels[i]), 'at', string.format('%.6f', now))
    redis.call('PEXPIRE', KEYS[i], math.ceil((bursts[i] - levels[i]) / rates[i] * 1000) + 1000)
  end
  answers[#answers + 1] = string.format('%.6f', levels[i])
end
return answers
"""

# KEYS: every bucket once. ARGV: the rate and burst of each. What is full, or was never taken from, stays as it is.
_GIVE_BACK: Final = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
for i = 1, #KEYS do
  local rate, burst = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  local kept = redis.call('HMGET', KEYS[i], 'level', 'at')
  if kept[1] and kept[2] then
    local level = math.min(burst, kept[1] + math.max(0, now - kept[2]) * rate + 1)
    redis.call('HSET', KEYS[i], 'level', string.format('%.6f', level), 'at', string.format('%.6f', now))
    redis.call('PEXPIRE', KEYS[i], math.ceil((burst - level) / rate * 1000) + 1000)
  end
end
return 1
"""

_lock = threading.Lock()


class TokenBuckets:
    """`burst` at once, then `per_second`, for each key; a `burst` of 0 is no limit.

    With a `name` they are shared with the other processes; without one they are this process's. `words` say whose limit it is
    to the person who meets it. Keys beyond MAX_KEYS are forgotten, the oldest first.
    """

    def __init__(
        self, *, per_second: float, burst: int, name: str = "", words: str | None = None
    ) -> None:
        self.name = name
        self.words = words
        self.per_second = per_second
        self.burst = burst
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str, *, now: float | None = None) -> int:
        """0 when it may happen now, else the milliseconds until it may."""
        refused = take_all((self, key), now=now)
        return refused.retry_ms if refused else 0

    def is_known(self, key: str) -> bool:
        """False: nothing was taken from it, as far as is remembered. Asks no lock: cheap enough for every frame."""
        return key in self._levels

    def level(self, key: str, now: float) -> float:
        """How many may happen now."""
        level, at = self._levels.get(key, (float(self.burst), now))
        return min(self.burst, level + max(0.0, now - at) * self.per_second)

    def wait_ms(self, level: float) -> int:
        return max(1, math.ceil((1 - level) / self.per_second * 1000)) if level < 1 else 0

    def put(self, key: str, level: float, now: float) -> None:
        self._levels.pop(key, None)
        self._levels[key] = (level, now)
        if len(self._levels) > MAX_KEYS:
            self._levels.popitem(last=False)


class TooFast(Struct, frozen=True):
    """`words` are those of the bucket that is empty for longest; None where it has none."""

    retry_ms: int
    words: str | None


Wanted = tuple[TokenBuckets, str]


def take_all(*wanted: Wanted, now: float | None = None) -> TooFast | None:
    """Takes one from every bucket, or from none. In threads only where one of them has a name: Redis may be asked."""
    return take_with(shared_counts(), wanted, now)


def give_back(*wanted: Wanted) -> None:
    """Puts back what `take_all` took, where it turns out that it should cost nothing."""
    give_back_with(shared_counts(), wanted)


def give_back_with(counts: SharedCounts | None, wanted: Sequence[Wanted]) -> None:
    """`give_back`, of whoever has a line to Redis of their own."""
    with _lock:
        now = time.monotonic()
        for buckets, key in wanted:
            buckets.put(key, min(buckets.burst, buckets.level(key, now) + 1), now)
    named = [(buckets, key) for buckets, key in wanted if buckets.name]
    if counts is not None and named:
        keys = [key_of(f"rate.{buckets.name}", key) for buckets, key in named]
        args = [number for buckets, _ in named for number in (buckets.per_second, buckets.burst)]
        counts.call(_GIVE_BACK, keys, args)


def take_each(groups: Sequence[Sequence[Wanted]]) -> list[TooFast | None]:
    """`take_all` for each, in order, as if each were alone; Redis is asked once for all of them."""
    return take_each_with(shared_counts(), groups)


def take_with(
    counts: SharedCounts | None, wanted: Sequence[Wanted], now: float | None = None
) -> TooFast | None:
    """`take_all`, of whoever has a line to Redis of their own."""
    return take_each_with(counts, [wanted], now)[0]


def take_each_with(
    counts: SharedCounts | None, groups: Sequence[Sequence[Wanted]], now: float | None = None
) -> list[TooFast | None]:
    """`take_each`, of whoever has a line to Redis of their own."""
    wanted = [[one for one in group if one[0].burst] for group in groups]
    with _lock:
        at = time.monotonic() if now is None else now
        levels = {one: one[0].level(one[1], at) for group in wanted for one in group}
        answers = [_take(group, levels) for group in wanted]
        # What is refused costs nothing, and takes no place in memory either.
        taken = {
            one
            for group, refused in zip(wanted, answers, strict=True)
            if not refused
            for one in group
        }
        _keep({one: levels[one] for one in taken}, at)
    shared = {
        index: named
        for index, group in enumerate(wanted)
        if answers[index] is None and (named := [one for one in group if one[0].name])
    }
    told = _ask(counts, list(shared.values())) if counts is not None and shared else None
    if told is None:
        return answers
    fit, shared_levels = told
    with _lock:
        at = time.monotonic() if now is None else now
        for (index, named), fits in zip(shared.items(), fit, strict=True):
            if not fits:
                for buckets, key in wanted[index]:  # what memory took for it
                    buckets.put(key, min(buckets.burst, buckets.level(key, at) + 1), at)
                answers[index] = _emptiest(named, [shared_levels[one] for one in named])
        for one, level in shared_levels.items():
            shared_levels[one] = min(level, one[0].level(one[1], at))
        _keep(shared_levels, at)
    return answers


def _take(group: Sequence[Wanted], levels: dict[Wanted, float]) -> TooFast | None:
    refused = _emptiest(group, [levels[one] for one in group])
    if refused is None:
        for one in group:
            levels[one] -= 1
    return refused


def _keep(levels: dict[Wanted, float], at: float) -> None:
    for (buckets, key), level in levels.items():
        buckets.put(key, level, at)


def peek_all(*wanted: Wanted) -> TooFast | None:
    """What this process knows already of a refusal. Takes nothing, asks nobody, never waits."""
    wanted = tuple((buckets, key) for buckets, key in wanted if buckets.burst)
    now = time.monotonic()
    with _lock:
        return _emptiest(wanted, [buckets.level(key, now) for buckets, key in wanted])


def _emptiest(group: Sequence[Wanted], levels: Sequence[float]) -> TooFast | None:
    if min(levels, default=1.0) >= 1:
        return None
    found = [
        TooFast(buckets.wait_ms(level), buckets.words)
        for (buckets, _), level in zip(group, levels, strict=True)
        if level < 1
    ]
    return max(found, key=lambda refused: refused.retry_ms)


def _ask(
    counts: SharedCounts, groups: Sequence[Sequence[Wanted]]
) -> tuple[list[bool], dict[Wanted, float]] | None:
    """For each whether all fitted; and the levels now. None where Redis is away."""
    places: dict[Wanted, int] = {}
    for group in groups:
        for one in group:
            places.setdefault(one, len(places) + 1)
    args: list[float] = []
    for buckets, _ in places:
        args += (buckets.per_second, buckets.burst)
    for group in groups:
        args += (len(group), *[places[one] for one in group])
    keys = [key_of(f"rate.{buckets.name}", key) for buckets, key in places]
    answers: Any = counts.call(_TAKE, keys, args)
    if not answers:
        return None
    fit, levels = answers[: len(groups)], answers[len(groups) :]
    return [bool(one) for one in fit], dict(zip(places, map(float, levels), strict=True))
