"""The plots of the benches: in proportion, for light and dark pages, and the same every time."""

from __future__ import annotations

import math
import os
import re
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bench import plots
from scripts.bench import PACKAGES, install_packages

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.usefixtures("bench_packages")

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def bench_packages() -> None:
    """`make test` has installed them already; a test that is run alone does it here."""
    install_packages()


def lengths_of_bars(svg: str, color: str) -> list[float]:
    """How long the filled shapes of one colour are, from left to right."""
    found = []
    for path in ElementTree.fromstring(svg).iter(f"{SVG}path"):
        if f"fill: {color}" in path.get("style", ""):
            xs = [float(x) for x in re.findall(r"[ML] (\S+) ", path.attrib["d"])]
            found.append(max(xs) - min(xs))
    return found


def test_bars_are_drawn_in_proportion_and_nothing_is_drawn_of_nothing() -> None:
    rows = [("half", 5.0, "ours"), ("whole", 10.0, "ours"), ("none", math.nan, "ours")]
    half, whole, *none = lengths_of_bars(plots.bars("t", "n", rows), plots.FILL["ours"])
    assert half / whole == pytest.approx(0.5)
    assert none == [0]
    rows = [("one", 1.0, "bar"), ("ten", 10.0, "bar"), ("hundred", 100.0, "bar")]
    bars = lengths_of_bars(plots.bars("t", "n", rows, is_log=True), plots.FILL["bar"])
    assert [length / bars[-1] for length in bars] == pytest.approx([0.1, 0.55, 1])
    assert plots.bars("nothing was measured", "n", [("none", math.nan, "bar")], is_log=True)


def test_a_plot_is_well_formed_and_names_what_it_shows() -> None:
    svg = plots.bars("A < B", "note & more", [("<b>", 2.0, "ours"), ("none", math.nan, "bar")])
    root = ElementTree.fromstring(svg)
    words = Counter(node.text for node in root.iter(f"{SVG}text"))
    assert all(words[it] == 1 for it in ("A < B", "note & more", "<b>", "none", "2.00", "–"))
    assert (root.get("role"), root.get("aria-label")) == ("img", "A < B")


def test_every_colour_of_a_plot_has_another_for_dark_pages() -> None:
    rows = [(kind, 2.0, kind) for kind in plots.FILL]
    light, dark = plots.bars("t", "n", rows).split("@media (prefers-color-scheme: dark)")
    assert "style=" not in light
    rules, drawn = dark.split("</style>", 1)
    colors = set(re.findall(r"(?:fill|stroke): (#[0-9a-f]{6})", drawn))
    assert colors == set(plots.DARK)
    for color in colors:
        assert f'[style*="fill: {color}"] {{ fill: {plots.DARK[color]} !important }}' in rules


def test_the_same_figures_give_the_same_bytes() -> None:
    rows = [("a", 2.0, "ours"), ("b", 3.0, "bar")]
    assert plots.bars("t", "n", rows) == plots.bars("t", "n", rows)
    program = f"from bench import plots; print(plots.bars('t', 'n', {rows!r}), end='')"
    again = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(PACKAGES)])},
        capture_output=True,
        text=True,
        check=True,
    )
    assert again.stdout == plots.bars("t", "n", rows)
    assert str(datetime.now(UTC).year) not in again.stdout
