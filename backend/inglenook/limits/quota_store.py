"""Who holds how many slots, in this process and (where there is a Redis) in all that live.

    a hash for each key:   process -> how many it holds      only that process writes it, whole
    one sorted set:        process -> until when it is alive  written again every few seconds

A process that dies stops counting when its time is up, whatever it held. While Redis is away each
process counts its own slots alone.
"""

from __future__ import annotations

import secrets
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any, Final

from inglenook.limits.redis_counter import PREFIX, RedisCounter, key_of

PROCESSES: Final = f"{PREFIX}processes"
ALIVE_SECONDS: Final = 15.0
HEARTBEAT_SECONDS: Final = 4.0
# A hash ends by itself; the process writes what it still holds again before that.
KEY_SECONDS: Final = 180.0
REPORT_ALL_SECONDS: Final = 60.0
KEYS_A_CALL: Final = 200

_ALIVE: Final = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
"""
# KEYS: the processes, then every key once. ARGV from the fourth: for each key what this process
# holds and how many slots there may be; then for each take the number of its keys and which they
# are. The script answers for each take 0, or which of its keys is full. Other releases of a rolling
# upgrade read and write the same keys, so "places" stays in their names.
_TAKE: Final = (
    _ALIVE
    + """
local mine, most, others, taken = {}, {}, {}, {}
for i = 2, #KEYS do
  mine[i], most[i], others[i] = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1]), 0
  local held = redis.call('HGETALL', KEYS[i])
  for j = 1, #held, 2 do
    if held[j] ~= ARGV[1] then
      if redis.call('ZSCORE', KEYS[1], held[j]) then
        others[i] = others[i] + held[j + 1]
      else
        redis.call('HDEL', KEYS[i], held[j])
      end
    end
  end
end
local answers, arg = {}, 2 * #KEYS + 2
while ARGV[arg] do
  local last, full = arg + tonumber(ARGV[arg]), 0
  for a = last, arg + 1, -1 do
    local i = tonumber(ARGV[a])
    if others[i] + mine[i] >= most[i] then full = a - arg end
  end
  if full == 0 then
    for a = arg + 1, last do
      local i = tonumber(ARGV[a])
      mine[i], taken[i] = mine[i] + 1, true
    end
  end
  answers[#answers + 1], arg = full, last + 1
end
for i in pairs(taken) do
  redis.call('HSET', KEYS[i], ARGV[1], mine[i])
  redis.call('PEXPIRE', KEYS[i], ARGV[3])
end
return answers
"""
)
_REPORT: Final = (
    _ALIVE
    + """
for i = 2, #KEYS do
  if tonumber(ARGV[i + 2]) > 0 then
    redis.call('HSET', KEYS[i], ARGV[1], ARGV[i + 2])
    redis.call('PEXPIRE', KEYS[i], ARGV[3])
  else
    redis.call('HDEL', KEYS[i], ARGV[1])
  end
end
return 1
"""
)

Wanted = tuple[str, int]  # a key, and how many slots it may have


class QuotaStore:
    """One a process, used by one thread.

    A key is a kind and what it is about; with it comes how many slots it may have.
    """

    def __init__(self, counter: RedisCounter | None) -> None:
        self._counter = counter
        self._process = secrets.token_hex(8)
        self._outages = 0
        self._reported_at = time.monotonic()
        self._mine = Counter[str]()

    @property
    def is_empty(self) -> bool:
        return not self._mine

    def take(self, wanted: Sequence[Wanted]) -> str | None:
        """A slot of every key, or none: then the first key that is full."""
        return self.take_each([wanted])[0]

    def take_each(self, groups: Sequence[Sequence[Wanted]]) -> list[str | None]:
        """`take` for each, in order, as if each were alone, in one call to Redis."""
        answers = [self._full(group) for group in groups]
        fitting = [index for index, full in enumerate(answers) if full is None]
        shared = self._ask_redis([groups[index] for index in fitting]) if fitting else None
        for index in fitting:
            group = groups[index]
            if shared is None:
                answers[index] = self._full(group)
            elif position := shared.pop(0):
                answers[index] = group[position - 1][0]
            if answers[index] is None:
                self._mine.update([key for key, _ in group])
        return answers

    def _full(self, group: Sequence[Wanted]) -> str | None:
        """The first key whose slots this process alone holds all."""
        return next((key for key, most in group if self._mine[key] >= most), None)

    def _ask_redis(self, groups: Sequence[Sequence[Wanted]]) -> list[int] | None:
        """For each 0, or which of its keys is full, counted from 1. None: Redis is away."""
        self._begin_anew_after_an_outage()
        most = {key: most for group in groups for key, most in group}
        positions = {key: position for position, key in enumerate(most, start=2)}
        numbers = [number for key in most for number in (self._mine[key], most[key])]
        for group in groups:
            numbers += (len(group), *[positions[key] for key, _ in group])
        answers: list[int] | None = self._call(_TAKE, list(most), numbers)
        return answers

    def release(self, keys: Sequence[str]) -> None:
        for key in keys:
            self._mine[key] -= 1
            if self._mine[key] <= 0:
                del self._mine[key]
        if self._counter is not None:
            self._begin_anew_after_an_outage()
            self._report(keys)

    def heartbeat(self) -> None:
        """Keeps this process alive for the others.

        Now and then it writes all numbers again, in case Redis forgot them.
        """
        if self._counter is None or self.is_empty:
            return
        self._begin_anew_after_an_outage()
        if time.monotonic() - self._reported_at > REPORT_ALL_SECONDS:
            self._report_all()
        else:
            self._report(())

    def _begin_anew_after_an_outage(self) -> None:
        """Goes on under another name.

        Slots that the old name could not release end with its time.
        """
        counter = self._counter
        if counter is None or counter.is_away or counter.outages == self._outages:
            return
        self._outages = counter.outages
        self._process = secrets.token_hex(8)
        self._report_all()

    def _report_all(self) -> None:
        self._reported_at = time.monotonic()
        keys = iter(list(self._mine))
        while chunk := list(islice(keys, KEYS_A_CALL)):
            self._report(chunk)

    def _report(self, keys: Iterable[str]) -> None:
        keys = list(dict.fromkeys(keys))
        self._call(_REPORT, keys, [self._mine[key] for key in keys])

    def _call(self, script: str, keys: Sequence[str], numbers: Sequence[int]) -> Any:
        if self._counter is None:
            return None
        named = [PROCESSES, *(key_of("places", key) for key in keys)]
        times = [int(ALIVE_SECONDS * 1000), int(KEY_SECONDS * 1000)]
        return self._counter.call(script, named, [self._process, *times, *numbers])
