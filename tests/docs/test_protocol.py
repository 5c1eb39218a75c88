from __future__ import annotations

from scripts.protocol_reference import PAPER, with_tables


def test_the_tables_of_the_wire_are_those_of_the_code() -> None:
    text = PAPER.read_text()
    assert text == with_tables(text), "run .venv/bin/python -m scripts.protocol_reference"
