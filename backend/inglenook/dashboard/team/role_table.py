"""The table of roles on the team's page. What it says comes from `sites/roles.py` alone."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from msgspec import Struct

from inglenook.sites.models import Member
from inglenook.sites.roles import MAY, Action

ROLES: Final[dict[str, Promise]] = {
    Member.Role.VIEWER.value: _("Viewer"),
    Member.Role.MODERATOR.value: _("Moderator"),
    Member.Role.MANAGER.value: _("Manager"),
    Member.Role.OWNER.value: _("Owner"),
}
WORDS: Final[dict[Action, Promise]] = {
    Action.READ_ROOMS: _("read public rooms"),
    Action.READ_PEOPLE: _("see who is here"),
    Action.READ_STATISTICS: _("read numbers"),
    Action.SEARCH: _("search"),
    Action.WRITE: _("write"),
    Action.DELETE_MESSAGES: _("delete messages"),
    Action.PIN: _("pin messages"),
    Action.APPROVE: _("approve messages"),
    Action.HANDLE_REPORTS: _("handle reports"),
    Action.SANCTION: _("mute and ban"),
    Action.UNDO: _("take a deletion back"),
    Action.CHECK_TEXT: _("try word rules"),
    Action.CALM: _("calm the site"),
    Action.INBOX: _("answer in the inbox"),
    Action.CHANGE_ROOMS: _("change rooms"),
    Action.CHANGE_WORD_RULES: _("change word rules"),
    Action.CHANGE_CANNED_REPLIES: _("change prepared answers"),
    Action.CHANGE_SITE: _("change settings"),
    Action.CHANGE_ORIGINS: _("list websites"),
    Action.CHANGE_TRUST: _("change whom the site trusts"),
    Action.ERASE: _("erase a person"),
    Action.EXPORT: _("export"),
    Action.READ_AUDIT: _("read the log"),
    Action.CHANGE_MODERATORS: _("invite and remove moderators and viewers"),
    Action.CHANGE_API_KEYS: _("change API keys"),
    Action.CHANGE_WEBHOOKS: _("change webhooks"),
    Action.CHANGE_PUBLIC_KEYS: _("replace the site key"),
    Action.READ_IDENTITY_SECRET: _("read the identity secret"),
    Action.CHANGE_MANAGERS: _("invite and remove managers and owners"),
    Action.DELETE_ROOM: _("delete a room"),
    Action.DELETE_SITE: _("delete the site"),
}


class Row(Struct, frozen=True):
    """Actions that the same roles may do, and for each role of ROLES whether it may."""

    actions: list[Promise]
    may: list[tuple[Promise, bool]]


def rows() -> list[Row]:
    """What most roles may do comes first."""
    together: dict[tuple[bool, ...], list[Promise]] = {}
    for action in Action:
        who = tuple(action in MAY[role] for role in ROLES)
        together.setdefault(who, []).append(WORDS[action])
    return [
        Row(actions, list(zip(ROLES.values(), who, strict=True)))
        for who, actions in sorted(together.items(), key=lambda found: -sum(found[0]))
    ]
