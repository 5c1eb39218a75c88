"""The buckets that all processes share: the scripts that Redis runs, and what they are given.

    take        from all buckets of a group or from none, for many groups
    spend       what was taken without asking, whatever is left: a level may fall below nothing
    give_back   what turned out to cost nothing

Each answers None where Redis is away, which is no error. For threads.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from inglenook.limits.rate_limit import Take
from inglenook.limits.redis_counter import RedisCounter, key_of

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

# KEYS: every bucket once. ARGV: the rate and burst of each; then how many were taken from each. A
# level falls to the negative of the burst at most. The script answers every level.
_SPEND: Final = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local answers = {}
for i = 1, #KEYS do
  local rate, burst = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  local kept = redis.call('HMGET', KEYS[i], 'level', 'at')
  local level = burst
  if kept[1] and kept[2] then
    level = math.min(burst, kept[1] + math.max(0, now - kept[2]) * rate)
  end
  level = math.max(-burst, level - tonumber(ARGV[2 * #KEYS + i]))
  local left, at = string.format('%.6f', level), string.format('%.6f', now)
  redis.call('HSET', KEYS[i], 'level', left, 'at', at)
  redis.call('PEXPIRE', KEYS[i], math.ceil((burst - level) / rate * 1000) + 1000)
  answers[i] = left
end
return answers
"""


def take(
    counter: RedisCounter, groups: Sequence[Sequence[Take]]
) -> tuple[list[bool], dict[Take, float]] | None:
    """For each group whether all of it fitted; and every level now."""
    positions: dict[Take, int] = {}
    for group in groups:
        for one in group:
            positions.setdefault(one, len(positions) + 1)
    numbers = _numbers(positions)
    for group in groups:
        numbers += (len(group), *[positions[one] for one in group])
    answers: Any = counter.call(_TAKE, _keys(positions), numbers)
    if not answers:
        return None
    fit, levels = answers[: len(groups)], answers[len(groups) :]
    return [bool(one) for one in fit], dict(zip(positions, map(float, levels), strict=True))


def spend(counter: RedisCounter, taken: Mapping[Take, int]) -> dict[Take, float] | None:
    """Every level now."""
    answers: Any = counter.call(_SPEND, _keys(taken), [*_numbers(taken), *taken.values()])
    return dict(zip(taken, map(float, answers), strict=True)) if answers else None


def give_back(counter: RedisCounter, takes: Sequence[Take]) -> None:
    counter.call(_GIVE_BACK, _keys(takes), _numbers(takes))


def _keys(takes: Iterable[Take]) -> list[str]:
    return [key_of(f"rate.{take.limit.name}", take.key) for take in takes]


def _numbers(takes: Iterable[Take]) -> list[float]:
    return [number for take in takes for number in take.allowance]
