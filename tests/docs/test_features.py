"""docs/features.md has a row for each thing that visitors and owners of websites ask of a chat.

A row has every peer's mark and ours, and a word on how.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAPER = (ROOT / "docs" / "features.md").read_text()
EMBED = (ROOT / "docs" / "embed.md").read_text()
ROWS = {
    cells[1]: cells
    for cells in (
        [cell.strip() for cell in line.split("|")]
        for line in PAPER.splitlines()
        if line.startswith("| ") and line.count("|") > 10
    )
    if cells[1] != "feature"
}
PEERS = ["CW", "LH", "PC", "RC", "IC", "CR", "TW", "CB", "TL", "CG", "MN", "WB", "CC", "CV"]
ON_A_WEBSITE = """
    Paste-only install|Config by `data-*`|Non-blocking load|First load small|Command queue
    open/close/toggle/show/hide|Events to the page|Prefill / send|Logout (`reset`)|Several widgets
    Survives SPA|Modes: bubble, inline, full page|Colour, side, offsets|Real CSS hooks
    Runs under strict CSP|Nothing stored before|No URL/referrer tracking|Server-enforced allowed
    Install check|Useful without JavaScript|Snippet builder|Show/hide per URL|Popout window
"""
OF_A_VISITOR = """
    Chat with no account|Friendly random name|Same person across|Visitors talk with one another
    Switch among several rooms|Room + private line|Optimistic send|Duplicate-safe resend|Gap-free
    Outbox kept|Unread badge|Unread in tab title|Typing indicator|Who is here|Read receipt
    Scroll-back history|Attachments|Emoji picker|Reactions|Reply / quote|Edit own|Delete own
    @mention|Light markdown|Sound with|Browser notification|Phone full screen|Automatic dark
    Accessible|Many languages|Timestamps|Visible connection|Rate-limit|Ignore another|Report a
    Transcript|"Delete my data"|Consent text|Pre-chat fields|Works with WebSocket|Tabs kept
    Works with third-party|Length limit
"""
NAMES = [name.strip() for name in re.split(r"[|\n]", ON_A_WEBSITE + OF_A_VISITOR) if name.strip()]


@pytest.mark.parametrize("name", NAMES)
def test_each_feature_has_its_row(name: str) -> None:
    found = [row for title, row in ROWS.items() if title.startswith(name)]
    assert len(found) == 1, name


def test_each_row_has_a_mark_of_everybody_and_says_how() -> None:
    assert len(ROWS) > len(NAMES)
    for title, cells in ROWS.items():
        _, _, *marks, ours, how, _ = cells
        assert len(marks) == len(PEERS), title
        assert set(marks) <= set("Y~-k?."), title
        assert ours in {"Y", "~", "-"}, title
        assert how, title


def test_what_it_counts_and_names_of_the_tag_is_there() -> None:
    events = EMBED.split("\n## Events\n")[1].split("\n## ")[0]
    names = re.findall(
        r"`([a-z:-]+)`", " ".join(re.findall(r"^\| (`.*?) \|", events, re.MULTILINE))
    )
    assert f"[{len(names)} events](embed.md#events)" in PAPER
    for option in re.findall(r"`(data-[a-z-]+)", PAPER):
        assert option in EMBED, option
    for anchor in re.findall(r"\]\(embed\.md#([a-z-]+)\)", PAPER):
        headings = re.findall(r"^## (.*)$", EMBED, re.MULTILINE)
        assert anchor in {heading.lower().replace(" ", "-") for heading in headings}, anchor
