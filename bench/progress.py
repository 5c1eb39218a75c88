"""How far a part is, in one line: a bar at a terminal, a line a step elsewhere."""

from __future__ import annotations

import sys
import time

from scripts.steps import clear_line, say

WIDTH = 24


class Progress:
    def __init__(self, part: str, steps: int) -> None:
        self.part = part
        self.steps = steps
        self.done = 0
        self.began = time.monotonic()

    def step(self, title: str) -> None:
        """A step begins."""
        line = bar_line(self.part, self.done, self.steps, time.monotonic() - self.began, title)
        if sys.stdout.isatty():
            print(f"{clear_line()}{line}", end="", flush=True)
        else:
            say(line)
        self.done += 1

    def note(self, text: str) -> None:
        """Something that stays to be read."""
        say(f"{clear_line() if sys.stdout.isatty() else ''}       {text}")

    def end(self) -> None:
        took = time.monotonic() - self.began
        say(f"{clear_line() if sys.stdout.isatty() else ''}  {self.part:<8} done in {took:.0f} s")


def bar_line(part: str, done: int, steps: int, seconds: float, title: str) -> str:
    filled = WIDTH * min(done, steps) // max(1, steps)
    bar = "█" * filled + "·" * (WIDTH - filled)
    return f"  {part:<8} {bar} {done + 1:>3} of {steps}  {seconds:4.0f} s  {title}"
