"""What each role of a site's team may do: one table, role by action.

Whatever is asked of somebody because of a role asks here: pages, sockets and services. Programs
have scopes instead (`scopes.py`).
"""

from __future__ import annotations

from enum import Enum
from typing import Final

from inglenook.protocol.errors import Forbidden
from inglenook.sites.actors import Actor
from inglenook.sites.models import Member


class Action(Enum):
    """What somebody of the team may want to do. The value is what a refusal says."""

    READ_ROOMS = "read public rooms"
    READ_PEOPLE = "read who is here"
    READ_STATISTICS = "read statistics"
    SEARCH = "search messages"

    WRITE = "write messages"
    DELETE_MESSAGES = "delete messages"
    PIN = "pin messages"
    APPROVE = "approve messages"
    HANDLE_REPORTS = "handle reports"
    SANCTION = "mute and ban"
    UNDO = "undo a deletion"
    CHECK_TEXT = "check what word rules do"
    CALM = "calm the site"
    INBOX = "answer conversations"

    CHANGE_ROOMS = "change rooms"
    CHANGE_WORD_RULES = "change word rules"
    CHANGE_CANNED_REPLIES = "change canned replies"
    CHANGE_SITE = "change the site"
    CHANGE_ORIGINS = "change where the chat may stand"
    CHANGE_TRUST = "change somebody's trust"
    ERASE = "erase somebody"
    EXPORT = "export what was said"
    READ_AUDIT = "read who changed what"
    CHANGE_MODERATORS = "change moderators and viewers"

    CHANGE_API_KEYS = "change API keys"
    CHANGE_WEBHOOKS = "change webhooks"
    CHANGE_PUBLIC_KEYS = "change the site's public keys"
    READ_IDENTITY_SECRET = "read the secret that signs identities"  # noqa: S105  words of an action, no secret
    CHANGE_MANAGERS = "change managers and owners"
    DELETE_ROOM = "delete a room"
    DELETE_SITE = "delete the site"


_VIEWER: Final = frozenset(
    {Action.READ_ROOMS, Action.READ_PEOPLE, Action.READ_STATISTICS, Action.SEARCH}
)
_MODERATOR: Final = _VIEWER | {
    *(Action.WRITE, Action.DELETE_MESSAGES, Action.PIN, Action.APPROVE, Action.HANDLE_REPORTS),
    *(Action.SANCTION, Action.UNDO, Action.CHECK_TEXT, Action.CALM, Action.INBOX),
}
_MANAGER: Final = _MODERATOR | {
    *(Action.CHANGE_ROOMS, Action.CHANGE_WORD_RULES, Action.CHANGE_CANNED_REPLIES),
    *(Action.CHANGE_SITE, Action.CHANGE_ORIGINS, Action.CHANGE_TRUST, Action.ERASE),
    *(Action.EXPORT, Action.READ_AUDIT, Action.CHANGE_MODERATORS),
}
_OWNER: Final = _MANAGER | {
    *(Action.CHANGE_API_KEYS, Action.CHANGE_WEBHOOKS, Action.CHANGE_PUBLIC_KEYS),
    *(Action.READ_IDENTITY_SECRET, Action.CHANGE_MANAGERS),
    *(Action.DELETE_ROOM, Action.DELETE_SITE),
}
MAY: Final[dict[str, frozenset[Action]]] = {
    Member.Role.VIEWER.value: _VIEWER,
    Member.Role.MODERATOR.value: _MODERATOR,
    Member.Role.MANAGER.value: _MANAGER,
    Member.Role.OWNER.value: _OWNER,
}


def may(role: str, action: Action) -> bool:
    """Whether a member with this role may do it. An unknown role may do nothing."""
    return action in MAY.get(role, frozenset())


def require(role: str, action: Action) -> None:
    """Raises Forbidden, saying what the role lacks."""
    if not may(role, action):
        raise Forbidden(f"Your role does not allow you to {action.value}.")


def require_actor(by: Actor, site_id: int, action: Action) -> None:
    """As `require`, for whoever is on record as doing it: a member's role is read now.

    A key's scopes are asked by the API, and the command line is the operator's. Raises Forbidden.
    """
    if by.kind == "member":
        own = Member.objects.filter(site_id=site_id, public_id=by.id, state=Member.State.ACTIVE)
        require(own.values_list("role", flat=True).first() or "", action)


def action_to_change(role: str) -> Action:
    """What somebody needs to give or take this role."""
    is_low = role in (Member.Role.MODERATOR, Member.Role.VIEWER)
    return Action.CHANGE_MODERATORS if is_low else Action.CHANGE_MANAGERS


def wire_role(role: str) -> str:
    """A member's role as others in a room see it: managers and viewers are `moderator`."""
    return Member.Role.OWNER.value if role == Member.Role.OWNER else Member.Role.MODERATOR.value
