"""docs/owners-api.md names every call, scope, code and limit."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec

from inglenook.api.http.openapi import codes_of
from inglenook.api.owner.authentication import CALLS_AT_ONCE, CALLS_PER_SECOND
from inglenook.api.owner.key import KeyResponse
from inglenook.api.owner.middleware import POLICY
from inglenook.api.owner.operations import OPERATIONS
from inglenook.protocol.codes import OWNERS_HTTP_STATUS
from inglenook.protocol.errors import STATUS
from inglenook.sites.api_keys import PREFIX_CHARS
from inglenook.sites.scopes import SCOPES

TEXT = (Path(__file__).parents[4] / "docs" / "owners-api.md").read_text()


def rows(heading: str) -> list[list[str]]:
    """The cells of the rows of the table that begins with `heading`."""
    table = TEXT.partition(f"| {heading} |")[2].partition("\n\n")[0]
    lines = [line for line in table.splitlines()[2:] if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def test_every_call_is_named_with_its_scope_and_no_other() -> None:
    documented = {(call.strip("`"), scope.strip("`")) for call, scope, _ in rows("call")}
    assert documented == {
        (f"{each.method} {each.path}", getattr(each.authentication, "scope", None) or "any")
        for each in OPERATIONS
    }


def test_the_scopes_are_those_of_the_table() -> None:
    assert dict(row for row in rows("scope")) == {
        f"`{scope}`": meaning for scope, meaning in SCOPES.items()
    }


def test_every_code_stands_at_its_status() -> None:
    documented = {
        int(status): text for statuses, text in rows("status") for status in statuses.split(", ")
    }
    codes = {code for each in OPERATIONS for found in codes_of(each).values() for code in found}
    for code in codes | OWNERS_HTTP_STATUS.keys():
        assert f"`{code}`" in documented[STATUS[code]], code


def test_the_limit_is_the_one_that_is_counted() -> None:
    words = f"{CALLS_PER_SECOND} calls a second, and {CALLS_AT_ONCE} at once"
    assert words in TEXT
    assert f"RateLimit-Policy: {POLICY}" in TEXT


def test_the_key_that_is_shown_is_one() -> None:
    shown = TEXT.partition("A key:\n\n")[2].partition("\n\n")[0]
    key = msgspec.convert(json.loads(shown), KeyResponse)
    assert list(json.loads(shown)) == list(KeyResponse.__struct_fields__)
    assert len(key.prefix) == PREFIX_CHARS


def test_the_document_for_programs_is_named() -> None:
    assert "(owners-openapi.json)" in TEXT
    assert "`<base>/api/v1/manage/openapi.json`" in TEXT
