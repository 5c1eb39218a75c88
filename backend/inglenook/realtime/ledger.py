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
from typing import Any, Final

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
# KEYS: the processes, then every key once. ARGV from the fourth: for each key what we hold and how many there may be; then
# for each that wants places the number of its keys and which they are. Answers for each 0, or which of its keys is full.
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
        return self.take_each([wanted])[0]

    def take_each(self, groups: Sequence[Sequence[Wanted]]) -> list[str | None]:
        """`take` for each, in order, as if each were alone; Redis is asked once for all of them."""
        answers = [self._full(group) for group in groups]
        open_ones = [index for index, full in enumerate(answers) if full is None]
        told = self._ask([groups[index] for index in open_ones]) if open_ones else None
        for index in open_ones:
            group = groups[index]
            if told is None:
                answers[index] = self._full(group)
            elif place := told.pop(0):
                answers[index] = group[place - 1][0]
            if answers[index] is None:
                self._mine.update([key for key, _ in group])
        return answers

    def _full(self, group: Sequence[Wanted]) -> str | None:
        """The first key of which this process alone holds all that there are."""
        return next((key for key, most in group if self._mine[key] >= most), None)

    def _ask(self, groups: Sequence[Sequence[Wanted]]) -> list[int] | None:
        """For each 0, or which of its keys is full, counted from 1. None: nobody can say."""
        self._begin_anew_after_an_outage()
        most = {key: most for group in groups for key, most in group}
        places = {key: place for place, key in enumerate(most, start=2)}
        numbers = [number for key in most for number in (self._mine[key], most[key])]
        for group in groups:
            numbers += (len(group), *[places[key] for key, _ in group])
        answers: list[int] | None = self._call(_TAKE, list(most), numbers)
        return answers

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
        keys = list(dict.fromkeys(keys))
        self._call(_SAY, keys, [self._mine[key] for key in keys])

    def _call(self, script: str, keys: Sequence[str], numbers: Sequence[int]) -> Any:
        if self._counts is None:
            return None
        named = [PROCESSES, *(key_of("places", key) for key in keys)]
        times = [int(ALIVE_SECONDS * 1000), int(KEY_SECONDS * 1000)]
        return self._counts.call(script, named, [self._process, *times, *numbers])
