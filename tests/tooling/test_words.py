"""Retired words stay out of code, comments, templates and documents.

Each was a private name for something that the field has a word for. The widget's TypeScript and
texts of the demo site are not read: they have ordinary uses of some of these words.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("backend", "bench", "deploy", "docs", "scripts", "tests", "*.md", "embed.js", "Makefile")
SUFFIXES = {".py", ".md", ".html", ".sh", ".conf", ".service", ".example", ".css", ".js", ""}

# The retired word as a pattern, and what to say instead.
RETIRED = {
    r"doorbells?|bells?": "event, publisher",
    r"doors?|knock(s|ed|ing)?": "credentials, admission request, two addresses",
    r"ledgers?": "quota store",
    r"(bump_)?standing": "access version",
    r"patience": "frame throttle, deadline",
    r"seat(s|ed)?": "subscription, site membership",
    r"sits? in|stands? up": "subscribe, unsubscribe",
    r"outlets?": "sink",
    r"parcels?": "frame batch",
    r"told": "gets, learns, is notified, response",
    r"hears?|heard": "receive, arrive, on_event",
    r"ladders?|climb(s|ed|er|ing)?": "transport fallback, return to a socket",
    r"hush|comeback|endured?": "stop_talking, reconnect",
    r"SiteCard": "CachedSite",
}
WORDS = re.compile(
    "|".join(rf"(?<![A-Za-z])(?:{word})(?![a-z])" for word in RETIRED), re.IGNORECASE
)

# Where one of them is right: the file, the text around it, and why.
ALLOWED = [
    ("ARCHITECTURE.md", "`standing`", "the column's name in the database"),
    ("backend/inglenook/sites/models.py", 'db_column="standing"', "the same column"),
    ("backend/inglenook/chat/posting/facts.py", '"standing"', "the same column"),
    ("tests/backend/chat/test_events.py", '"type": "bells"', "a message of an earlier release"),
    ("tests/hostile/corpus.py", r"bell\x07", "the control character BEL"),
]
READ_ELSEWHERE = ("tests/tooling/test_words.py", "backend/inglenook/embed_dist/")


def texts() -> dict[str, str]:
    """Every file that is read, by its path. Migrations are history, and TypeScript is left out."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *FOLDERS],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    return {
        name: (ROOT / name).read_text()
        for name in listed
        if Path(name).suffix in SUFFIXES
        and "/migrations/" not in name
        and not name.startswith(READ_ELSEWHERE)
        and (ROOT / name).is_file()
    }


def retired_words(name: str, text: str) -> list[str]:
    for file, allowed, _ in ALLOWED:
        if name == file:
            text = text.replace(allowed, "")
    return [
        f"{name}:{number}: {found[0]}"
        for number, line in enumerate(text.splitlines(), 1)
        for found in WORDS.finditer(line)
    ]


def test_no_retired_word_is_used() -> None:
    found = texts()
    assert len(found) > 300
    assert [each for name, text in found.items() for each in retired_words(name, text)] == []


def test_every_exception_is_still_needed() -> None:
    found = texts()
    assert [(file, text) for file, text, _ in ALLOWED if text not in found[file]] == []


@pytest.mark.parametrize(
    "line",
    ["def is_told(self)", "TOLD = ()", "# which door", "class SiteCard:", "one_seat", "Heard"],
)
def test_a_retired_word_is_found_in_names_and_prose(line: str) -> None:
    assert retired_words("some.py", line) != []


@pytest.mark.parametrize("line", ["outdoors", "label", "understanding", "dolor sit amet", "caps"])
def test_other_words_are_left_alone(line: str) -> None:
    assert retired_words("some.py", line) == []
