"""Copies the widget's words (widget/src/strings) to where the server reads them, as one file.

The server offers each sentence to a site's owner and refuses those that do not exist.
"""

from __future__ import annotations

import json
from pathlib import Path

ROOT = Path(__file__).parent.parent
STRINGS = ROOT / "widget/src/strings"
COPY = ROOT / "backend/inglenook/sites/widget_words.json"


def words_of_the_widget() -> str:
    found: dict[str, dict[str, str]] = {}
    # English has a file for each part of the widget, which loads with that part.
    for path in sorted(STRINGS.glob("*.json")):
        language = "en" if path.stem.startswith("en-") else path.stem
        found.setdefault(language, {}).update(json.loads(path.read_text("utf-8"))["words"])
    return json.dumps(dict(sorted(found.items())), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    COPY.write_text(words_of_the_widget(), "utf-8")
