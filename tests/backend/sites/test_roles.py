"""The whole matrix of roles and actions, written out once more as the papers for owners have it."""

from __future__ import annotations

import pytest

from inglenook.protocol.errors import Forbidden
from inglenook.sites.models import Member
from inglenook.sites.roles import MAY, Action, action_to_change, may, require, wire_role

ROLES = ("viewer", "moderator", "manager", "owner")
# The first role in the order of ROLES that may.
FIRST = {
    "READ_ROOMS READ_PEOPLE READ_STATISTICS SEARCH": "viewer",
    "WRITE DELETE_MESSAGES PIN APPROVE HANDLE_REPORTS SANCTION UNDO CHECK_TEXT CALM INBOX": (
        "moderator"
    ),
    "CHANGE_ROOMS CHANGE_WORD_RULES CHANGE_CANNED_REPLIES CHANGE_SITE CHANGE_ORIGINS": "manager",
    "CHANGE_TRUST ERASE EXPORT READ_AUDIT CHANGE_MODERATORS": "manager",
    "CHANGE_API_KEYS CHANGE_WEBHOOKS CHANGE_PUBLIC_KEYS READ_IDENTITY_SECRET": "owner",
    "CHANGE_MANAGERS DELETE_ROOM DELETE_SITE": "owner",
}
FIRST_ROLE = {Action[name]: role for names, role in FIRST.items() for name in names.split()}


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("role", ROLES)
def test_each_role_may_do_what_the_table_says(role: str, action: Action) -> None:
    allowed = ROLES.index(role) >= ROLES.index(FIRST_ROLE[action])
    assert may(role, action) is allowed
    if allowed:
        require(role, action)
    else:
        with pytest.raises(Forbidden, match=action.value):
            require(role, action)


def test_the_table_has_every_role_of_a_member_and_no_other() -> None:
    assert set(MAY) == {role.value for role in Member.Role} == set(ROLES)


@pytest.mark.parametrize("action", Action)
def test_an_unknown_role_may_do_nothing(action: Action) -> None:
    assert not may("visitor", action)
    assert not may("", action)


def test_nobody_gives_a_role_above_his_own_but_owners_make_owners() -> None:
    for role in ROLES:
        givers = {giver for giver in ROLES if may(giver, action_to_change(role))}
        assert givers == ({"manager", "owner"} if role in ROLES[:2] else {"owner"})


def test_on_the_wire_a_member_is_an_owner_or_a_moderator() -> None:
    assert [wire_role(role) for role in ROLES] == ["moderator", "moderator", "moderator", "owner"]
