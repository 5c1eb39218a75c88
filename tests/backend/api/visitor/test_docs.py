"""docs/http-api.md names every call and every code that one can get."""

from __future__ import annotations

import re
from pathlib import Path

from inglenook.api.http import bodies
from inglenook.api.visitor.operations import OPERATIONS
from inglenook.protocol.codes import HTTP_STATUS

TEXT = (Path(__file__).parents[4] / "docs" / "http-api.md").read_text()
# Of sockets alone.
ELSEWHERE = {
    "unknown_type",
    "binary_not_supported",
    "hello_required",
}


def test_every_call_is_named() -> None:
    for each in OPERATIONS:
        address = re.sub(r"\{(\w+)\}", r"<\1>", each.path)
        assert re.search(rf"`{each.method} {re.escape(address)}[?`]", TEXT), address


def test_the_paper_for_programs_is_named() -> None:
    assert "`<base>/api/v1/openapi.json`" in TEXT
    assert "[openapi.json](openapi.json)" in TEXT


def test_every_code_stands_at_its_status() -> None:
    rows = {row[0]: row[1] for row in re.findall(r"^\| ([0-9, ]+) \| (.*) \|$", TEXT, re.MULTILINE)}
    for code, status in HTTP_STATUS.items():
        said = [row for statuses, row in rows.items() if str(status) in statuses]
        assert (f"`{code}`" in "".join(said)) is (code not in ELSEWHERE), code


def test_the_size_is_the_one_that_is_enforced() -> None:
    assert f"at most {bodies.MAX_BODY_BYTES // 1024} KiB" in TEXT
