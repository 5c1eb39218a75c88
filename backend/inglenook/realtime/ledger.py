"""Who holds how many places, in this process and (where there is a Redis) in all that live.

    a hash for each key:     process -> how many it holds        written by that process alone, always as the whole number
    one sorted set:          process -> until when it is alive   said again every few seconds

A process that dies is not counted any more when its time is up, whatever it held. Redis away: this process's own numbers.
"""

from __future__ import annotations

import secrets
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Final

from inglenook.moderation.shared_counts import PREFIX, SharedCounts, key_of

PROCESSES: Final = f"{PREFIX}processes"
ALIVE_SECONDS: Final = 15.0
BEAT_SECONDS: Final = 4.0
# Hashes end by themselves; what is still held is said again before that.
KEY_SECONDS: Final = 180.0
SAY_AGAIN_SECONDS: Final = 60.0
KEYS_A_CALL: Final = 200

_ALIVE: Final = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
"""
_TAKE: Final = (
    _ALIVE
    + """
for i = 2, #KEYS do
  local mine, most, others = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1]), 0
  local held = redis.call('HGETALL', KEYS[i])
  for j = 1, #held, 2 do
    if held[j] ~= ARGV[1] then
      if redis.call('ZSCORE', KEYS[1], held[j]) then
        others = others + held[j + 1]
      else
        redis.call('HDEL', KEYS[i], held[j])
      end
    end
  end
  if others + mine >= most then return i - 1 end
end
for i = 2, #KEYS do
  redis.call('HSET', KEYS[i], ARGV[1], ARGV[2 * i] + 1)
  redis.call('PEXPIRE', KEYS[i], ARGV[3])
end
return 0
"""
)
_SAY: Final = (
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

Wanted = tuple[str, int]


class Ledger:
    """One a process, used by one thread. A key is a kind and what it is about; `most` is how many places it may have."""

    def __init__(self, counts: SharedCounts | None) -> None:
        self._counts = counts
        self._process = secrets.token_hex(8)
        self._outages = 0
        self._said_at = time.monotonic()
        self._mine = Counter[str]()

    @property
    def is_empty(self) -> bool:
        return not self._mine

    def take(self, wanted: Sequence[Wanted]) -> str | None:
        """A place for every key, or for none: then the first key that is full."""
        for key, most in wanted:
            if self._mine[key] >= most:
                return key
        keys = [key for key, _ in wanted]
        if self._counts is not None:
            self._begin_anew_after_an_outage()
            numbers = [number for key, most in wanted for number in (self._mine[key], most)]
            full = self._call(_TAKE, keys, numbers)
            if full:
                return keys[full - 1]
        self._mine.update(keys)
        return None

    def give_back(self, keys: Sequence[str]) -> None:
        for key in keys:
            self._mine[key] -= 1
            if self._mine[key] <= 0:
                del self._mine[key]
        if self._counts is not None:
            self._begin_anew_after_an_outage()
            self._say(keys)

    def beat(self) -> None:
        """Stays alive for the others; now and then says all of it again, in case it was forgotten."""
        if self._counts is None or self.is_empty:
            return
        self._begin_anew_after_an_outage()
        if time.monotonic() - self._said_at > SAY_AGAIN_SECONDS:
            self._say_all()
        else:
            self._say(())

    def _begin_anew_after_an_outage(self) -> None:
        """Under another name: what the old one could not take back is nobody's when its time is up."""
        counts = self._counts
        if counts is None or counts.is_away or counts.outages == self._outages:
            return
        self._outages = counts.outages
        self._process = secrets.token_hex(8)
        self._say_all()

    def _say_all(self) -> None:
        self._said_at = time.monotonic()
        keys = iter(list(self._mine))
        while chunk := list(islice(keys, KEYS_A_CALL)):
            self._say(chunk)

    def _say(self, keys: Iterable[str]) -> None:
        keys = list(keys)
        self._call(_SAY, keys, [self._mine[key] for key in keys])

    def _call(self, script: str, keys: Sequence[str], numbers: Sequence[int]) -> int | None:
        if self._counts is None:
            return None
        named = [PROCESSES, *(key_of("places", key) for key in keys)]
        times = [int(ALIVE_SECONDS * 1000), int(KEY_SECONDS * 1000)]
        found: int | None = self._counts.call(script, named, [self._process, *times, *numbers])
        return found
