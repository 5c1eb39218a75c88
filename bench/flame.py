"""Stacks that a profiler saw, and their flame graph:
who called whom from left to right, width is time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from html import escape

Stack = tuple[str, ...]
WIDTH, ROW = 1200, 17
LEAST = 0.002
STYLE = """
text { font: 11px ui-monospace, monospace; fill: #1f2328 } rect { fill: #99d5cf; stroke: #fff }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 } rect { fill: #0f5f58; stroke: #0d1117 } }
"""


def read(text: str) -> Counter[Stack]:
    """Lines `a;b;c 12`, one a stack, as py-spy and others write them."""
    stacks: Counter[Stack] = Counter()
    for line in text.splitlines():
        functions, _, count = line.rpartition(" ")
        if functions and count.isdigit():
            stacks[tuple(functions.split(";"))] += int(count)
    return stacks


def draw(stacks: Counter[Stack], title: str) -> str:
    total = sum(stacks.values())
    boxes = list(_boxes(sorted(stacks.items()), 0, 0, total)) if total else []
    depth = max((box[1] for box in boxes), default=0) + 1
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {depth * ROW + 30}">',
        f"<style>{STYLE}</style>",
        f'<text x="6" y="18">{escape(title)}</text>',
    ]
    for start, level, count, name in boxes:
        x, width, y = start / total * WIDTH, count / total * WIDTH, 28 + level * ROW
        shown = name if len(name) * 6.7 < width else name[: max(0, int(width / 6.7) - 1)]
        parts += [
            f"<g><title>{escape(name)} {count / total:.1%}</title>",
            f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="{ROW}"/>',
            f'<text x="{x + 3:.1f}" y="{y + 12}">{escape(shown)}</text></g>',
        ]
    return "\n".join([*parts, "</svg>", ""])


def _boxes(
    stacks: list[tuple[Stack, int]], level: int, start: int, total: int
) -> Iterable[tuple[int, int, int, str]]:
    """(start, level, count, name) of everything that is wide enough to be seen."""
    by_name: dict[str, list[tuple[Stack, int]]] = {}
    for stack, count in stacks:
        if len(stack) > level:
            by_name.setdefault(stack[level], []).append((stack, count))
    for name, below in by_name.items():
        count = sum(number for _, number in below)
        if count >= LEAST * total:
            yield start, level, count, name
            yield from _boxes(below, level + 1, start, total)
        start += count
