"""The widget's own sentences, by language and key: what a site may say otherwise.

`widget_words.json` is a copy of widget/src/strings (scripts/widget_words.py).
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources


@cache
def widget_words() -> dict[str, dict[str, str]]:
    """The words of each language that the widget speaks."""
    text = resources.files("inglenook.sites").joinpath("widget_words.json").read_text("utf-8")
    words: dict[str, dict[str, str]] = json.loads(text)
    return words
