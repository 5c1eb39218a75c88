"""The sizes of the build beside their budgets, which `make check` enforces."""

from __future__ import annotations

from bench.page.figures import Figure
from bench.page.stage import manifest


def measure() -> list[Figure]:
    built = manifest()
    total, budget = built["total"], built["budget"]
    return [
        Figure("embed.js (brotli)", total["embed"], "B", budget["embed"]),
        Figure("Before one can type (brotli)", total["typing"], "B", budget["typing"]),
        Figure("An open chat 5 s after a message (brotli)", total["open"], "B", budget["open"]),
        Figure("The largest later feature (brotli)", total["feature"], "B", budget["feature"]),
    ]
