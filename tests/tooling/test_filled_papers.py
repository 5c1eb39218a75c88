"""What the chores write into papers keeps to the columns that the linter holds papers to."""

from __future__ import annotations

from bench.markdown import COLUMNS, filled

LONG = "word " * 40


def test_a_long_paragraph_is_broken_and_keeps_its_words() -> None:
    text = filled(f"{LONG.strip()}\n\nshort")
    assert max(map(len, text.split("\n"))) <= COLUMNS
    assert text.split() == [*LONG.split(), "short"]
    assert text.endswith("\n\nshort")


def test_a_list_goes_on_under_its_first_word() -> None:
    first, second, *_ = filled(f"- {LONG}").split("\n")
    assert first.startswith("- word")
    assert second.startswith("  word")


def test_tables_headings_tags_and_code_stay_whole() -> None:
    for whole in (f"| {LONG}|", f"## {LONG}", f"<p>{LONG}", f"    {LONG}", f"```\n{LONG}\n```"):
        assert filled(whole) == whole


def test_what_is_filled_stays_as_it_is() -> None:
    once = filled(f"- {LONG}\n{LONG}")
    assert filled(once) == once
