"""Tables and paragraphs as Markdown."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence

COLUMNS = 100
WHOLE = re.compile(r"\s*[|<#]| {4,}")


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def filled(text: str) -> str:
    """Breaks long lines at COLUMNS; tables, headings, tags and code stay whole."""
    lines, in_fence = [], False
    for line in text.split("\n"):
        in_fence ^= line.lstrip().startswith("```")
        if in_fence or len(line) <= COLUMNS or WHOLE.match(line):
            lines.append(line)
        else:
            lines += _broken(line)
    return "\n".join(lines)


def _broken(line: str) -> list[str]:
    item = re.match(r"\s*([-*] |\d+\. )?", line)
    return textwrap.wrap(
        line,
        COLUMNS,
        subsequent_indent=" " * (item.end() if item else 0),
        break_long_words=False,
        break_on_hyphens=False,
    )
