"""What papers and messages say that the dashboard can do, it can:
each setting that they name has its field.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from inglenook.dashboard.look import forms as look
from inglenook.dashboard.look import words
from inglenook.dashboard.rooms import forms as rooms
from inglenook.dashboard.sites import forms as sites
from inglenook.sites.models import Site

ROOT = Path(__file__).resolve().parents[2]
PAPERS = [ROOT / "README.md", ROOT / "docs" / "embed.md", ROOT / "widget" / "src" / "options.ts"]
# A subject, and the field by which an owner sets it.
SUBJECTS = {"colour": "accent", "sentence": "texts", "words": "texts", "null": "allows_null_origin"}


def fields() -> set[str]:
    found: set[str] = set()
    for module in (rooms, sites, look):
        for form in vars(module).values():
            found |= set(getattr(form, "base_fields", ()))
    # Made of the widget's sentences.
    if words.WordsForm(lang="en", site=Site()).fields:
        found.add("texts")
    return found


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: path.name)
def test_no_paper_promises_a_setting_that_is_not_there(paper: Path) -> None:
    for sentence in re.split(r"(?<=[.:;|])\s", paper.read_text().replace("\n", " ")):
        if "dashboard" not in sentence.lower() or "cannot be set in the dashboard yet" in sentence:
            continue
        for subject, field in SUBJECTS.items():
            assert subject not in sentence.lower() or field in fields(), sentence
