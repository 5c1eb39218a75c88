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
from collections.abc import Callable, Sequence
from typing import Any, Final

from msgspec import Struct

from inglenook.moderation.shared_counts import SharedCounts, key_of, shared_counts

MAX_KEYS: Final = 100_000

# Levels are kept with the time at which they were right. TIME makes the script's writes replicate as effects, which is
# how Redis does it since 5.
# ARGV: for each that wants something the number of its keys, then the rate and burst of each.
_TAKE: Final = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local answers, key, arg = {}, 0, 1
while ARGV[arg] do
  local count, levels, fits = tonumber(ARGV[arg]), {}, 1
  for i = 1, count do
    local per_second, burst = tonumber(ARGV[arg + 2 * i - 1]), tonumber(ARGV[arg + 2 * i])
    local kept = redis.call('HMGET', KEYS[key + i], 'level', 'at')
    levels[i] = burst
    if kept[1] and kept[2] then
      levels[i] = math.min(burst, kept[1] + math.max(0, now - kept[2]) * per_second)
    end
    if levels[i] < 1 then fits = 0 end
  end
  local answer = {fits}
  for i = 1, count do
    local per_second, burst = tonumber(ARGV[arg + 2 * i - 1]), tonumber(ARGV[arg + 2 * i])
    if fits == 1 then
      levels[i] = levels[i] - 1
      redis.call('HSET', KEYS[key + i], 'level', string.format('%.6f', levels[i]), 'at', string.format('%.6f', now))
      redis.call('PEXPIRE', KEYS[key + i], math.ceil((burst - levels[i]) / per_second * 1000) + 1000)
    end
    answer[i + 1] = string.format('%.6f', levels[i])
  end
  answers[#answers + 1] = answer
  key, arg = key + count, arg + 1 + 2 * count
end
return answers
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
    clock: Callable[[], float] = time.monotonic if now is None else lambda: now
    wanted = [[(buckets, key) for buckets, key in group if buckets.burst] for group in groups]
    answers: list[TooFast | None] = []
    with _lock:
        for group in wanted:
            at = clock()
            refused = _emptiest(group, [buckets.level(key, at) for buckets, key in group])
            answers.append(refused)
            if refused is None:
                _add(group, -1, at)
    shared = {
        index: named
        for index, group in enumerate(wanted)
        if answers[index] is None and (named := [one for one in group if one[0].name])
    }
    told = _ask(counts, list(shared.values())) if counts is not None and shared else None
    if told is None:
        return answers
    with _lock:
        at = clock()
        for (index, named), (fits, levels) in zip(shared.items(), told, strict=True):
            if not fits:
                _add(wanted[index], 1, at)
                answers[index] = _emptiest(named, levels)
            for (buckets, key), level in zip(named, levels, strict=True):
                buckets.put(key, min(level, buckets.level(key, at)), at)
    return answers


def peek_all(*wanted: Wanted) -> TooFast | None:
    """What this process knows already of a refusal. Takes nothing, asks nobody, never waits."""
    wanted = tuple((buckets, key) for buckets, key in wanted if buckets.burst)
    now = time.monotonic()
    with _lock:
        return _emptiest(wanted, [buckets.level(key, now) for buckets, key in wanted])


def _emptiest(wanted: Sequence[Wanted], levels: Sequence[float]) -> TooFast | None:
    found = [
        TooFast(buckets.wait_ms(level), buckets.words)
        for (buckets, _), level in zip(wanted, levels, strict=True)
        if level < 1
    ]
    return max(found, key=lambda refused: refused.retry_ms, default=None)


def _add(wanted: Sequence[Wanted], number: int, now: float) -> None:
    for buckets, key in wanted:
        buckets.put(key, min(buckets.burst, buckets.level(key, now) + number), now)


def _ask(
    counts: SharedCounts, groups: Sequence[Sequence[Wanted]]
) -> list[tuple[bool, list[float]]] | None:
    """For each whether all fitted, and the levels now. None where Redis is away."""
    keys = [key_of(f"rate.{buckets.name}", key) for group in groups for buckets, key in group]
    args: list[float] = []
    for group in groups:
        args.append(len(group))
        for buckets, _ in group:
            args += (buckets.per_second, buckets.burst)
    answers: Any = counts.call(_TAKE, keys, args)
    if not answers:
        return None
    return [(bool(fits), [float(level) for level in levels]) for fits, *levels in answers]
