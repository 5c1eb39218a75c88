"""Bars as SVG, by a few lines of our own. Colours follow the reader's light or dark;
numbers stand beside the bars.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from bench.figures import three_digits

WIDTH, LABEL, NUMBER, ROW, TOP = 760, 220, 110, 24, 56
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1f2328 }
.title { font-weight: 600; font-size: 15px }
.quiet { fill: #59636e; font-size: 12px }
.bar { fill: #8c959f } .ours { fill: #0f766e } .limit { fill: #c2410c }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 } .quiet { fill: #9198a1 }
  .bar { fill: #6e7681 } .ours { fill: #2dd4bf } .limit { fill: #fb923c }
}
"""
Bar = tuple[str, float, str]


def bars(title: str, note: str, rows: Sequence[Bar], *, is_log: bool = False) -> str:
    """Rows are (label, value, kind): kind is "ours", "limit" or "bar".
    A value that is no number gets no bar.
    """
    height = TOP + ROW * len(rows) + 12
    shown = [row[1] for row in rows if math.isfinite(row[1]) and row[1] > 0]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label="{escape(title)}">',
        f"<style>{STYLE}</style>",
        f'<text class="title" x="8" y="20">{escape(title)}</text>',
        f'<text class="quiet" x="8" y="40">{escape(note)}</text>',
    ]
    for index, (label, value, kind) in enumerate(rows):
        y = TOP + ROW * index
        length = bar_length(value, shown, is_log) * (WIDTH - LABEL - NUMBER)
        parts += [
            f'<text x="{LABEL - 10}" y="{y + 14}" text-anchor="end">{escape(label)}</text>',
            f'<rect class="{escape(kind)}" x="{LABEL}" y="{y + 3}" width="{length:.1f}" '
            'height="14" rx="2"/>',
            f'<text x="{LABEL + length + 8:.1f}" y="{y + 14}">{three_digits(value)}</text>',
        ]
    return "\n".join([*parts, "</svg>", ""])


def bar_length(value: float, values: Sequence[float], is_log: bool) -> float:
    """Between 0 and 1. On a logarithmic scale the least value still has a tenth of the width."""
    if not values or not math.isfinite(value) or value <= 0:
        return 0.0
    most, least = max(values), min(values)
    if not is_log:
        return value / most
    if most == least:
        return 1.0
    return 0.1 + 0.9 * (math.log(value) - math.log(least)) / (math.log(most) - math.log(least))
