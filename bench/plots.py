"""Bars as SVG, drawn by matplotlib.

The file has the colours of a light page. A style that is put into it changes them where the reader
prefers dark, also where the file is an `<img>` of a README. The same figures give the same bytes:
no date, and ids from a fixed salt.

matplotlib is not among the packages of the tests (`bench/requirements.in`), so it is imported where
something is drawn: what else the benches calculate is tested without it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from io import StringIO
from typing import TYPE_CHECKING, Any

from bench.figures import three_digits

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Bar = tuple[str, float, str]

TEXT, QUIET, GRID = "#1f2328", "#59636e", "#d1d9e0"
FILL = {"bar": "#8c959f", "ours": "#0f766e", "limit": "#c2410c"}
DARK = {
    TEXT: "#e6edf3",
    QUIET: "#9198a1",
    GRID: "#3d444d",
    FILL["bar"]: "#6e7681",
    FILL["ours"]: "#2dd4bf",
    FILL["limit"]: "#fb923c",
}
# Widths and heights in inches of 72 points, as matplotlib measures them.
WIDTH, ROW, HEAD, FOOT, LABELS, NUMBERS = 8.4, 0.27, 0.72, 0.36, 2.3, 0.9
STYLE: dict[str, Any] = {
    # Words stay words: a reader can search and select them, and the file is small.
    "svg.fonttype": "none",
    "svg.hashsalt": "inglenook",
    "font.size": 9.5,
    "text.color": TEXT,
}


def bars(title: str, note: str, rows: Sequence[Bar], *, is_log: bool = False) -> str:
    """An SVG of one bar a row, with its number beside it.

    A row is (label, value, kind): kind is "ours", "limit" or "bar". A value that is no number, or
    not above 0, has no bar. On a logarithmic scale the least value still has a tenth of the width.
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    height = HEAD + ROW * len(rows) + FOOT
    with rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, height))
        figure.text(0.08 / WIDTH, 1 - 0.24 / height, title, size=11.5, weight="bold")
        figure.text(0.08 / WIDTH, 1 - 0.48 / height, note, size=9, color=QUIET)
        length = WIDTH - LABELS - NUMBERS
        axes = figure.add_axes(
            (LABELS / WIDTH, FOOT / height, length / WIDTH, ROW * len(rows) / height)
        )
        _draw(axes, rows, is_log)
        file = StringIO()
        figure.savefig(
            file, format="svg", transparent=True, metadata={"Date": None, "Creator": None}
        )
    return _for_readers(file.getvalue(), title)


def _draw(axes: Axes, rows: Sequence[Bar], is_log: bool) -> None:
    values = [value if _is_drawn(value) else 0.0 for _, value, _ in rows]
    start, end = scale([value for value in values if value], is_log)
    axes.set_xscale("log" if is_log else "linear")
    axes.set_xlim(start, end)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.spines[:].set_visible(False)
    axes.grid(axis="x", color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(axis="x", which="both", length=0, labelsize=8.5, labelcolor=QUIET)
    axes.tick_params(axis="y", length=0, pad=8, labelcolor=TEXT)
    axes.xaxis.set_major_formatter("{x:,.10g}")
    axes.minorticks_off()
    axes.set_yticks(range(len(rows)), labels=[label for label, _, _ in rows])
    axes.barh(
        range(len(rows)),
        [max(0.0, value - start) for value in values],
        left=start,
        height=0.6,
        color=[FILL[kind] for _, _, kind in rows],
    )
    for row, (_, value, _) in enumerate(rows):
        axes.annotate(
            three_digits(value),
            (max(values[row], start), row),
            xytext=(5, 0),
            textcoords="offset points",
            va="center_baseline",
        )


def scale(values: Sequence[float], is_log: bool) -> tuple[float, float]:
    """Where the axis begins and ends, for values above 0."""
    if not values:
        return (1.0, 10.0) if is_log else (0.0, 1.0)
    least, most = min(values), max(values)
    if not is_log:
        return 0.0, most
    span = most / least if most > least else 10.0
    return least / span ** (1 / 9), most


def _is_drawn(value: float) -> bool:
    return math.isfinite(value) and value > 0


def _for_readers(svg: str, title: str) -> str:
    """The SVG alone, without matplotlib's head, with words for who cannot see it and with the
    colours of a dark page.
    """
    head, tag, rest = svg[svg.index("<svg") :].partition(">")
    rules = [
        f'  [style*="{prop}: {light}"] {{ {prop}: {dark} !important }}'
        for light, dark in DARK.items()
        for prop in ("fill", "stroke")
    ]
    style = "\n".join(
        [
            "<style>",
            "text { font-family: system-ui, sans-serif !important }",
            "@media (prefers-color-scheme: dark) {",
            *rules,
            "}",
            "</style>",
        ]
    )
    return f'{head} role="img" aria-label="{escape(title)}"{tag}\n{style}{rest}'
