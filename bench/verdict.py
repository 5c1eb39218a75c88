"""Which bars are met, in words for the terminal and as an exit code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.figures import Bar

EXIT_MET = 0
EXIT_FAILED = 1
EXIT_NOT_MET = 2


@dataclass(frozen=True)
class Verdict:
    """Of one run: its bars, and what could not be measured, in words.

    A run that measures only some (`ONLY`) has bars without figures. They are left out of it; in a
    whole run such a bar is not met.
    """

    bars: Sequence[Bar]
    failures: Sequence[str]
    is_whole: bool = True

    @property
    def met(self) -> list[Bar]:
        return [bar for bar in self.bars if bar.is_met]

    @property
    def not_met(self) -> list[Bar]:
        return [bar for bar in self.bars if not bar.is_met and (bar.is_measured or self.is_whole)]

    @property
    def exit_code(self) -> int:
        """0: all bars are met. 1: something could not be measured. 2: a bar is not met."""
        if self.failures:
            return EXIT_FAILED
        return EXIT_NOT_MET if self.not_met else EXIT_MET

    def text(self) -> str:
        rows = [_line("met", bar) for bar in self.met]
        rows += [_line("NOT MET", bar) for bar in self.not_met]
        rows += [f"  FAILED   {failure}" for failure in self.failures]
        rows.append(f"bars: {len(self.met)} met, {len(self.not_met)} not met")
        if self.failures:
            rows[-1] += f"; {len(self.failures)} could not be measured"
        return "\n".join(rows)


def _line(verdict: str, bar: Bar) -> str:
    return f"  {verdict:<8} {bar.part:<9} {bar.text}: {bar.measured}, bar {bar.wanted}"
