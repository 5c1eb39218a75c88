"""What the build weighs. `make check` holds the same budgets."""

from __future__ import annotations

from bench.page.figures import Figure
from bench.page.stage import manifest


def measure() -> list[Figure]:
    built = manifest()
    total, budget = built["total"], built["budget"]
    largest = max(built["lazy"], key=lambda name: built["files"][name]["br"])
    return [
        Figure("embed.js (brotli)", total["embed"], "B", budget["embed"]),
        Figure("An open chat, embed.js with it (brotli)", total["open"], "B", budget["open"]),
        Figure("Everything there is, all languages (brotli)", total["all"], "B", budget["all"]),
        Figure(
            "The largest file that comes later (brotli)",
            built["files"][largest]["br"],
            "B",
            budget["lazy"],
            largest.split("/")[1].split(".")[0],
        ),
    ]
