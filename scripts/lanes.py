"""Runs the parts of a check or of the tests, two at a time, and tells at the end how each went.

    lane 1   real servers …… faults ……
    lane 2   mypy … TypeScript … browsers ……     one line each as it ends; failures at the end
    beside   Python alone …… ……                 takes what the two leave of the processors

Servers and browsers wait for each other and for clocks. A part that has none (`is_patient`) runs in
that time, at a low priority.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from scripts.steps import CACHE, ROOT, say

# The closing lines of pytest and vitest: "3 failed, 41 passed in 2.1s", "Tests  12 passed (12)".
PYTEST_LINE = re.compile(r"^=* ?((?:\d+ [a-z]+(?:, )?)+) in [\d.]+s", re.MULTILINE)
VITEST_LINE = re.compile(r"^ *Tests +(.*)$", re.MULTILINE)
END_SECONDS = 15
# Two cores is what a small machine has.
LANES = 2
PATIENTLY = ("nice", "-n", "10")
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@dataclass
class Part:
    """One program to run. `counts` says that its closing line counts tests; `is_patient`, that it
    may take long: it runs beside the others, after them where the processors are taken.
    """

    title: str
    argv: Sequence[str]
    env: Mapping[str, str] | None = None
    counts: bool = False
    is_patient: bool = False
    seconds: float = 0.0
    code: int | None = None
    output: str = field(default="", repr=False)
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def is_ok(self) -> bool:
        return self.code == 0

    @property
    def log(self) -> Path:
        return CACHE / "checks" / (re.sub(r"[^a-z0-9]+", "-", self.title.lower()) + ".log")

    def run(self) -> None:
        began = time.monotonic()
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as out:
            self.process = subprocess.Popen(
                [*(PATIENTLY if self.is_patient else ()), *self.argv],
                cwd=ROOT,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
            )
            self.code = self.process.wait()
        self.seconds = time.monotonic() - began
        self.output = COLOURS.sub("", self.log.read_text(errors="replace"))

    def end(self) -> None:
        """Asks a program that still runs to end, and waits for it."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(END_SECONDS)

    def tests(self) -> dict[str, int]:
        """How many tests passed, failed and so on, from the closing line."""
        lines = PYTEST_LINE.findall(self.output) or VITEST_LINE.findall(self.output)
        counted: dict[str, int] = {}
        for number, word in re.findall(r"(\d+) ([a-z]+)", lines[-1] if lines else ""):
            name = "failed" if word in ("error", "errors") else word
            counted[name] = counted.get(name, 0) + int(number)
        return counted

    def line(self) -> str:
        tests = ", ".join(f"{number} {word}" for word, number in self.tests().items())
        verdict = "ok" if self.is_ok else "FAILED"
        return (
            f"  {self.title:<28} {verdict:<7} {self.seconds:6.1f} s   "
            f"{tests if self.counts else ''}"
        )


def run_parts(parts: Sequence[Part], lanes: int = LANES) -> list[Part]:
    """Runs the parts in their order, as many at a time as there are lanes, and one patient part
    beside them. Answers with all of them.

    A lane takes the next part when it is free, so the long ones come first. Patient parts that are
    left when all others have been taken are for every lane.
    Whoever ends this ends what it started: the tests' servers must not live on.
    """
    pressing = deque(part for part in parts if not part.is_patient)
    patient = deque(part for part in parts if part.is_patient)
    threads = [
        threading.Thread(target=_run_lane, args=queues, daemon=True)
        for queues in [(patient,), *[(pressing, patient)] * lanes]
    ]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    except BaseException:
        pressing.clear()
        patient.clear()
        for part in parts:
            part.end()
        raise
    return list(parts)


def _run_lane(*queues: deque[Part]) -> None:
    for waiting in queues:
        while waiting:
            with suppress(IndexError):  # another lane was faster
                part = waiting.popleft()
                part.run()
                say(part.line().rstrip())


def report_failures(parts: Sequence[Part]) -> bool:
    """Shows what the failed parts said, whole, and how to run each again.
    Says whether all is well.
    """
    for part in parts:
        if part.is_ok:
            continue
        say(f"\n──── {part.title}: {shlex.join(part.argv)} ended with {part.code} ────")
        say(part.output.rstrip())
    failed = [part for part in parts if not part.is_ok]
    if failed:
        say("\nWhat failed; the logs are in .cache/checks:")
        for part in failed:
            say(part.line().rstrip())
    return not failed
