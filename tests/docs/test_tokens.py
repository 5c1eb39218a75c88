"""The colours of tokens.css can be read: WCAG contrast, computed for every pair that we draw."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from tests.testkit.colours import contrast

ROOT = Path(__file__).resolve().parents[2]
CSS = (ROOT / "backend/inglenook/static/inglenook/tokens.css").read_text()
BACKGROUNDS = ("bg", "surface", "raised")

SOFT = ("accent-soft", "good-soft", "bad-soft", "warn-soft", "info-soft")
# Who speaks, in the order of `dashboard/faces.py`.
VOICES = ("clay", "amber", "moss", "fern", "tide", "slate", "plum", "rose")

# What is drawn on what. Text needs 4.5:1.
TEXT = [
    *((ink, background) for ink in ("ink", "muted", "accent") for background in BACKGROUNDS),
    *((ink, background) for ink in ("good", "bad", "warn", "info") for background in BACKGROUNDS),
    *((ink, soft) for ink in ("ink", "muted") for soft in SOFT),
    *((status, f"{status}-soft") for status in ("good", "bad", "warn", "info")),
    *((voice, background) for voice in VOICES for background in (*BACKGROUNDS, *SOFT)),
    *((voice, f"{voice}-tint") for voice in VOICES),
    ("on-accent", "accent"),
    ("on-accent", "accent-hover"),
    ("on-accent-soft", "accent-soft"),
    ("on-own", "own"),
    ("bg", "ink"),
]
# Edges of controls, the focus ring and filled shapes need 3:1 against what they lie on.
CONTROLS = [
    (colour, background)
    for colour in ("control", "focus", "accent", "accent-hover")
    for background in BACKGROUNDS
]


def declarations(block: str) -> dict[str, str]:
    return dict(re.findall(r"--ing-([a-z-]+):\s*([^;]+);", block))


def blocks() -> dict[str, dict[str, str]]:
    """The innermost rule blocks by selector, as the cascade has them."""
    without_comments = re.sub(r"/\*.*?\*/", "", CSS, flags=re.DOTALL)
    found = re.findall(r"([^{}]+)\{([^{}]*)\}", without_comments)
    return {" ".join(selector.split()): declarations(body) for selector, body in found}


def scheme(name: str) -> dict[str, str]:
    rules = blocks()
    light = rules[":root, :host"]
    if name == "light":
        return light
    selector = {
        "dark by choice": ':root[data-theme="dark"], :host([data-theme="dark"])',
        "dark by system": ':root:not([data-theme="light"]), :host(:not([data-theme="light"]))',
    }[name]
    return {**light, **rules[selector]}


def test_the_measure_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", ["light", "dark by choice", "dark by system"])
@pytest.mark.parametrize(
    ("pairs", "least"), [(TEXT, 4.5), (CONTROLS, 3.0)], ids=["text", "controls"]
)
def test_contrast_is_enough(name: str, pairs: list[tuple[str, str]], least: float) -> None:
    colours = scheme(name)
    weak = {
        f"{front} on {back}": round(contrast(colours[front], colours[back]), 2)
        for front, back in pairs
        if contrast(colours[front], colours[back]) < least
    }
    assert weak == {}


def test_both_ways_into_the_dark_scheme_give_the_same_colours() -> None:
    assert scheme("dark by choice") == scheme("dark by system")


def test_each_colour_has_a_dark_one() -> None:
    rules = blocks()
    colours = {
        name for name, value in rules[":root, :host"].items() if value.startswith(("#", "rgb"))
    }
    dark = rules[':root[data-theme="dark"], :host([data-theme="dark"])']
    assert colours <= {*dark, "shadow"}


def test_the_layers_of_a_page_differ() -> None:
    for name in ("light", "dark by choice"):
        colours = scheme(name)
        assert all(contrast(colours[a], colours[b]) > 1.01 for a, b in pairwise(BACKGROUNDS))
