"""Scopes come from one table; writing contains reading."""

from __future__ import annotations

import pytest

from inglenook.protocol.errors import Invalid
from inglenook.sites.scopes import ALL_SCOPES, checked_scopes, has_scope


def test_the_table_is_the_one_of_the_owners_api() -> None:
    assert set(ALL_SCOPES) == {
        "keys",
        "team",
        "moderation",
        "audit",
        "inbox",
        "webhooks",
        "export",
        *(
            f"{noun}:{verb}"
            for noun in ("site", "rooms", "messages", "people")
            for verb in ("read", "write")
        ),
    }


def test_they_are_kept_once_in_the_order_of_the_table() -> None:
    assert checked_scopes(["inbox", "keys", "inbox"]) == ["keys", "inbox"]


@pytest.mark.parametrize("wanted", [[], ["all"], ["keys", "site"], ["Keys"], [""]])
def test_it_refuses_what_is_no_scope_and_none(wanted: list[str]) -> None:
    with pytest.raises(Invalid) as refused:
        checked_scopes(wanted)
    assert refused.value.field == "scopes"


@pytest.mark.parametrize(
    ("held", "wanted", "may"),
    [
        (["rooms:read"], "rooms:read", True),
        (["rooms:write"], "rooms:read", True),
        (["rooms:read"], "rooms:write", False),
        (["rooms:write"], "people:read", False),
        (["keys"], "keys", True),
        ([], "keys", False),
    ],
)
def test_who_may_write_may_read(held: list[str], wanted: str, may: bool) -> None:
    assert has_scope(held, wanted) is may
