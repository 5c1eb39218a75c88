"""The generator of load, a process of its own on a core of its own:
a job comes by standard input, what was seen goes out.

{"port", "dialect", "words", "sockets", "pids", "steps": [{"do": "closed", "in_flight":
48, "seconds": 3}, …]} ──> [{"said", "deliveries", "seconds", "cpu_us", …}, …]   one for each step

closed   messages in flight are kept at a number: the most that goes, without overload
open     so many messages a second, whatever happens: how long each delivery takes
stall    one socket stops reading         rest   nothing for some seconds
grow     more sockets: how fast, what each holds   storm   all gone, all back at once
trickle  some messages a second, from anywhere
acks     each of `senders` sends when its last message was acked
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bench.crowd import Crowd, CrowdError, numbers_in
from bench.dialects import dialect
from bench.figures import percentile, ratio_of
from bench.machine import GENERATOR_CORE, cpu_seconds, more_files, pin, resident_kib, tree_of
from bench.wire import body

SILENCE_SECONDS = 8.0
# A window in which hardly one message came would say nothing: it is made longer, up to this.
MESSAGES_LEAST = 2
TIMEOUT_SECONDS = 10.0
DRAIN_SECONDS = 5.0
WARM_SHARE = 0.25
CURSOR = re.compile(rb'"epoch":"(\w+)","head":(\d+)')
Result = dict[str, Any]


class Load:
    """One crowd before one server, and the steps that are done with it."""

    def __init__(self, job: dict[str, Any]) -> None:
        self.job = job
        self.crowd = Crowd(job["port"], dialect(job["dialect"], **job.get("words", {})))
        self.pids = [pid for root in job["pids"] for pid in tree_of(root)]
        self.beside = [pid for root in job.get("beside", ()) for pid in tree_of(root)]
        self.senders = min(job.get("senders", job["sockets"]), job["sockets"])
        self.number = 0

    def run(self) -> list[Result]:
        self.crowd.open(self.job["sockets"])
        for more in self.job.get("more", ()):
            self.crowd.open(more["sockets"], port=more["port"])
        self.crowd.rest(1.0, until_quiet=True)
        return [STEPS[step["do"]](self, step) for step in self.job["steps"]]

    @property
    def readers(self) -> int:
        return len(self.crowd.sockets) - len(self.crowd.stalled) - self.crowd.lost

    def say(self) -> None:
        """The next message, by the next of the senders in turn."""
        self.crowd.say(self.number % self.senders, body(self.number), self.number)
        self.number += 1

    # --- steps

    def closed(self, step: dict[str, Any]) -> Result:
        seconds = float(step["seconds"])
        self._keep_in_flight(step["in_flight"], seconds * WARM_SHARE)
        with Window(self) as window:
            said = self._keep_in_flight(step["in_flight"], seconds)
        return {**window.result, "said": said, "missing": self._drain()}

    def open(self, step: dict[str, Any]) -> Result:
        """Latencies of all deliveries at a fixed rate; late sending counts as latency."""
        crowd, rate = self.crowd, float(step["rate"])
        due_at: dict[int, float] = {}
        delays: list[float] = []

        def on_data(_index: int, tail: bytes, data: bytes) -> None:
            now = time.perf_counter()
            numbers = numbers_in(tail, data)
            delays.extend(now - due_at[number] for number in numbers if number in due_at)

        self._keep_in_flight(1, 0.5)
        self._drain()
        crowd.on_data = on_data
        with Window(self) as window:
            began = time.perf_counter()
            for index in range(round(rate * float(step["seconds"]))):
                due = began + index / rate
                while (now := time.perf_counter()) < due:
                    crowd.turn(due - now)
                due_at[self.number] = due
                self.say()
            crowd.rest(1.0, until_quiet=True)
        missing = self._drain()
        crowd.on_data = None
        delays.sort()
        return {
            **window.result,
            "said": len(due_at),
            "missing": missing,
            "p50_ms": percentile(delays, 0.5) * 1000,
            "p99_ms": percentile(delays, 0.99) * 1000,
        }

    def stall(self, step: dict[str, Any]) -> Result:
        """The last sockets, which are no senders."""
        self._drain()
        for index in range(step.get("sockets", 1)):
            self.crowd.stall(len(self.crowd.sockets) - 1 - index)
        return {"stalled": len(self.crowd.stalled)}

    def rest(self, step: dict[str, Any]) -> Result:
        with Window(self) as window:
            self.crowd.rest(float(step["seconds"]))
        return window.result

    def acks(self, step: dict[str, Any]) -> Result:
        """Durable sends: every sender has one message on its way and times its ack."""
        crowd, senders, acked = self.crowd, step["senders"], self.crowd.dialect.acked
        sent_at: dict[int, float] = {}
        delays: list[float] = []
        refused: list[bytes] = []

        def send(index: int) -> None:
            sent_at[index] = time.perf_counter()
            crowd.say(index, body(self.number), self.number)
            self.number += 1

        def on_data(index: int, tail: bytes, data: bytes) -> None:
            whole = tail[-len(acked) :] + data
            is_acked = acked in whole and acked not in tail[-len(acked) :]
            if crowd.dialect.refused in data:
                refused.append(data[:300])
            elif is_acked and index in sent_at:
                delays.append(time.perf_counter() - sent_at.pop(index))
                if time.perf_counter() < until:
                    send(index)

        seconds = float(step["seconds"])
        until = time.perf_counter() + seconds * WARM_SHARE
        crowd.on_data = on_data
        for index in range(senders):
            send(index)
        self._turn_until(until)
        self._turn_while(lambda: bool(sent_at), DRAIN_SECONDS)
        delays.clear()
        with Window(self) as window:
            until = time.perf_counter() + seconds
            for index in range(senders):
                send(index)
            self._turn_until(until)
        count = len(delays)
        self._turn_while(lambda: bool(sent_at), DRAIN_SECONDS)
        crowd.on_data = None
        if refused:
            raise CrowdError(f"{len(refused)} messages were refused: {refused[0]!r}")
        delays.sort()
        took = window.result["seconds"]
        return {
            **window.result,
            "acked": count,
            "acks_per_s": count / took,
            "cpu_us_per_ack": ratio_of(window.result["cpu_s"] * 1e6, count),
            "missing": len(sent_at),
            "p50_ms": percentile(delays, 0.5) * 1000,
            "p99_ms": percentile(delays, 0.99) * 1000,
        }

    def trickle(self, step: dict[str, Any]) -> Result:
        """So many messages a second in all, each from the next socket, whoever receives them."""
        rate = float(step["rate"])
        said = round(rate * float(step["seconds"]))
        with Window(self) as window:
            began = time.perf_counter()
            for index in range(said):
                while (left := began + index / rate - time.perf_counter()) > 0:
                    self.crowd.turn(left)
                self.say()
            self.crowd.rest(1.0, until_quiet=True)
        return {**window.result, "said": said}

    def grow(self, step: dict[str, Any]) -> Result:
        """More sockets: how fast they come in, and how much memory each of them holds."""
        before, cpu = resident_kib(self.pids), cpu_seconds(self.pids)
        took = self.crowd.open(step["sockets"], step.get("in_flight", 64))
        cpu = cpu_seconds(self.pids) - cpu
        self.crowd.rest(step.get("rest", 2.0))
        return {
            "seconds": took,
            "opened_per_s": step["sockets"] / took,
            "cpu_us_per_socket": cpu / step["sockets"] * 1e6,
            "kib_per_socket": (resident_kib(self.pids) - before) / step["sockets"],
            "resident_kib": before,
        }

    def storm(self, step: dict[str, Any]) -> Result:
        """All of them at once gone, and all of them at once back, each asking for
        what it missed meanwhile.
        """
        old, cursors = self.crowd, {}
        for index, greeting in old.greetings.items():
            if match := CURSOR.search(greeting):
                room = old.dialect.room_of(index)
                cursors[room] = {"epoch": match[1].decode(), "since": int(match[2])}
        for _ in range(step.get("missed", 100)):
            self.say()
            old.turn(0.01)
        old.rest(3.0, until_quiet=True)
        count = len(old.sockets)
        old.close()
        self.crowd = Crowd(self.job["port"], replace(old.dialect, cursors=cursors))
        cpu = cpu_seconds(self.pids)
        took = self.crowd.open(count, in_flight=count)
        self.crowd.rest(1.0, until_quiet=True)
        spent = cpu_seconds(self.pids) - cpu
        return {"seconds": took, "cpu_seconds": spent, "sockets": count, "rooms": len(cursors)}

    # --- how

    def _keep_in_flight(self, in_flight: int, seconds: float) -> int:
        """Says the next whenever everybody has the one `in_flight` before it."""
        crowd, readers, (first, start) = self.crowd, self.readers, self._counted_from
        before = self.number
        began = received_at = time.perf_counter()
        enough = crowd.deliveries + MESSAGES_LEAST * readers
        while (now := time.perf_counter()) < began + seconds or (
            crowd.deliveries < enough and now < began + TIMEOUT_SECONDS
        ):
            done = (crowd.deliveries - start) // readers
            while self.number - first < done + in_flight:
                self.say()
            if crowd.turn(0.05):
                received_at = now
            elif now - received_at > SILENCE_SECONDS:
                raise CrowdError(f"nothing came for {SILENCE_SECONDS:g} s")
        return self.number - before

    _counted_from: tuple[int, int] = (0, 0)

    def _expected(self, number: int) -> int:
        """How many deliveries there must have been when all below `number` have come."""
        first, deliveries = self._counted_from
        return deliveries + (number - first) * self.readers

    def _drain(self) -> int:
        """Waits for what is still on its way. Answers with what never came,
        and counts from there.
        """
        self._turn_while(lambda: self.crowd.deliveries < self._expected(self.number), DRAIN_SECONDS)
        missing = self._expected(self.number) - self.crowd.deliveries
        self._counted_from = (self.number, self.crowd.deliveries)
        return missing

    def _turn_until(self, deadline: float) -> None:
        while (left := deadline - time.perf_counter()) > 0:
            self.crowd.turn(left)

    def _turn_while(self, is_so: Callable[[], bool], seconds: float) -> None:
        deadline = time.perf_counter() + seconds
        while is_so() and time.perf_counter() < deadline:
            self.crowd.turn(0.02)


class Window:
    """What the server, what stands beside it and we ourselves cost between its two ends."""

    def __init__(self, load: Load) -> None:
        self.load = load
        self.result: Result = {}

    def __enter__(self) -> Window:
        self._before, self._before_each = self._now(), self._each()
        return self

    def __exit__(self, *_: object) -> None:
        load = self.load
        if load.crowd.lost:
            raise CrowdError(f"{load.crowd.lost} sockets were closed by the server")
        wall, cpu, beside, own, deliveries = (
            after - before for after, before in zip(self._now(), self._before, strict=True)
        )
        self.result = {
            "seconds": wall,
            "deliveries": int(deliveries),
            "per_s": deliveries / wall,
            "cpu_s": cpu,
            "cpu_us": ratio_of(cpu * 1e6, deliveries),
            "beside_us": ratio_of(beside * 1e6, deliveries),
            "server_share": cpu / wall,
            "generator_share": own / wall,
            "resident_kib": resident_kib(load.pids),
            "cpu_s_by_process": [
                after - before
                for after, before in zip(self._each(), self._before_each, strict=True)
            ],
        }

    def _each(self) -> list[float]:
        return [cpu_seconds(tree_of(root)) for root in self.load.job["pids"]]

    def _now(self) -> tuple[float, float, float, float, float]:
        load = self.load
        return (
            time.perf_counter(),
            cpu_seconds(load.pids),
            cpu_seconds(load.beside),
            time.process_time(),
            load.crowd.deliveries,
        )


STEPS: dict[str, Callable[[Load, dict[str, Any]], Result]] = {
    "closed": Load.closed,
    "open": Load.open,
    "stall": Load.stall,
    "rest": Load.rest,
    "acks": Load.acks,
    "grow": Load.grow,
    "storm": Load.storm,
    "trickle": Load.trickle,
}


def main() -> int:
    more_files()
    job = json.load(sys.stdin)
    pin([0], job.get("core", GENERATOR_CORE))
    try:
        print(json.dumps(Load(job).run()))
    except (CrowdError, OSError) as error:
        print(json.dumps({"error": f"{type(error).__name__}: {error}"}))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
