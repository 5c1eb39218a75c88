"""Whether a live socket may still be here, read again for a whole site at once.

Of a visitor: key, site, origin, ban and token. Of the team: login, account and role.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.conf import settings
from msgspec import Struct

from inglenook.moderation.models import Sanction
from inglenook.moderation.selectors import active_sanctions
from inglenook.protocol.errors import NotFound
from inglenook.sites.logins import accounts_of_logins
from inglenook.sites.models import Member, Site
from inglenook.sites.origins import allows_origin, origin_of_url
from inglenook.sites.selectors import SiteCard, site_by_id
from inglenook.visitors.models import Visitor
from inglenook.visitors.participants import (
    Participant,
    participant_from_member,
    participant_from_visitor,
)

READ_AGAIN_SECONDS = 30.0


class Door(Struct, frozen=True, kw_only=True):
    """How a socket came in. `origin` None: from our own pages. `version` is a token's, `login` a session's key;
    one of them is there.
    """

    site_id: int
    key: str
    origin: str | None = None
    version: int | None = None
    login: str | None = None


class Verdict(Struct, frozen=True):
    """`close` names a close code of protocol.codes, with words for whoever is closed; else who they are now."""

    close: str | None = None
    reason: str = ""
    participant: Participant | None = None


class Standing(Struct, frozen=True):
    """One state of everything that decides, for the participants it was read for."""

    card: SiteCard | None
    banned: frozenset[str]
    visitors: dict[str, tuple[int, Participant]]
    members: dict[str, tuple[int, Participant]]
    logins: dict[str, int]

    def judge(self, door: Door, participant: Participant) -> Verdict:
        if door.login is not None:
            return self._judge_member(door.login, participant)
        refused = self._door_closed(door)
        if refused is not None:
            return refused
        if participant.id in self.banned:
            return Verdict("banned", "you cannot take part in this chat")
        known = self.visitors.get(participant.id)
        if known is None or known[0] != door.version:
            return Verdict("invalid_token", "this session has ended")
        return Verdict(participant=known[1])

    def _judge_member(self, login: str, participant: Participant) -> Verdict:
        account_id = self.logins.get(login)
        if account_id is None:
            return Verdict("forbidden", "you are signed out; sign in again")
        known = self.members.get(participant.id)
        if known is None or known[0] != account_id:
            return Verdict("forbidden", "you are not on this site's team any more")
        return Verdict(participant=known[1])

    def _door_closed(self, door: Door) -> Verdict | None:
        card = self.card
        if card is None or door.key not in card.keys:
            return Verdict("key_revoked", "this chat's key is no longer valid")
        if not card.is_enabled:
            return Verdict("site_disabled", "this chat is switched off")
        if door.origin is not None and not allows_origin(
            card.entries,
            door.origin,
            own_origin=origin_of_url(settings.BASE_URL),
            allow_null=card.allows_null_origin,
        ):
            return Verdict("origin_revoked", "this page may no longer use this chat")
        return None


def standing_of(*, site_id: int, participant_ids: set[str], logins: set[str]) -> Standing:
    """A few queries, however many sockets the site has."""
    try:
        card = site_by_id(site_id)
    except NotFound:
        card = None
    sanctions = active_sanctions(site_id)
    visitors = Visitor.objects.filter(
        site_id=site_id, public_id__in=_of_kind(participant_ids, "v_"), erased_at=None
    )
    members = Member.objects.filter(site_id=site_id, public_id__in=_of_kind(participant_ids, "m_"))
    return Standing(
        card=card,
        banned=frozenset(key for key, row in sanctions.items() if row.kind == Sanction.Kind.BAN),
        visitors={
            row.public_id: (row.token_version, participant_from_visitor(row)) for row in visitors
        },
        members={row.public_id: (row.account_id, participant_from_member(row)) for row in members},
        logins={key: account.pk for key, account in accounts_of_logins(logins).items()},
    )


def versions_of(
    site_ids: list[int], logins: Collection[tuple[int, str]]
) -> tuple[dict[int, int], dict[tuple[int, str], tuple[str, str]]]:
    """What a change of means to read again: each site's counter; and who somebody is on its team by a login that
    holds: role and name.
    """
    rows: Any = Site.objects.filter(pk__in=site_ids).values_list("pk", "standing")
    counters = dict(rows)
    accounts = accounts_of_logins({login for _, login in logins})
    if not accounts:
        return counters, {}
    members = Member.objects.filter(
        site_id__in={site_id for site_id, _ in logins}, account__in=set(accounts.values())
    )
    known = {(row.site_id, row.account_id): (row.role, row.name) for row in members}
    return counters, {
        (site_id, login): known[site_id, account.pk]
        for site_id, login in logins
        if (account := accounts.get(login)) and (site_id, account.pk) in known
    }


def _of_kind(ids: set[str], prefix: str) -> list[str]:
    return [value for value in ids if value.startswith(prefix)]
