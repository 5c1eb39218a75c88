"""Whether live connections may stay, read for a whole site at once.

A visitor needs a key, an enabled site, an allowed origin, no ban and a valid token. A member of the
team needs a login, its account and a role.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from msgspec import Struct

from inglenook.moderation.models import Sanction
from inglenook.moderation.selectors import active_sanctions
from inglenook.protocol.errors import NotFound
from inglenook.sites.logins import accounts_of_logins
from inglenook.sites.models import Member, Site
from inglenook.sites.origins import allows_origin, origin_of_url
from inglenook.sites.selectors import CachedSite, site_by_id
from inglenook.visitors.models import Visitor
from inglenook.visitors.participants import (
    Participant,
    participant_from_member,
    participant_from_visitor,
)

READ_AGAIN_SECONDS = 30.0


class Credentials(Struct, frozen=True, kw_only=True):
    """By what a connection was admitted.

    `origin` None: from our own pages. A visitor has `version`, the token's; a member of the team
    has `login`, the key of a session; on a page of the site also `until`, the end of their token.
    """

    site_id: int
    key: str
    origin: str | None = None
    version: int | None = None
    login: str | None = None
    until: datetime | None = None


class Verdict(Struct, frozen=True):
    """`close` names a close code of protocol.codes, and `reason` goes to the client.

    Without `close` the connection stays, and `participant` is who it is now.
    """

    close: str | None = None
    reason: str = ""
    participant: Participant | None = None


class AccessState(Struct, frozen=True):
    """Everything that decides about access, for the participants that it was read for."""

    card: CachedSite | None
    banned: frozenset[str]
    visitors: dict[str, tuple[int, Participant]]
    members: dict[str, tuple[int, Participant]]
    logins: dict[str, int]

    def judge(self, credentials: Credentials, participant: Participant) -> Verdict:
        if credentials.login is not None and credentials.until is None:
            return self._judge_member(credentials.login, participant)
        refused = self._refuse_credentials(credentials)
        if refused is not None:
            return refused
        if credentials.login is not None:
            return self._judge_page_member(credentials, credentials.login, participant)
        if participant.id in self.banned:
            return Verdict("banned", "you cannot take part in this chat")
        known = self.visitors.get(participant.id)
        if known is None or known[0] != credentials.version:
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

    def _judge_page_member(
        self, credentials: Credentials, login: str, participant: Participant
    ) -> Verdict:
        """As in our own pages; what ends there, the page learns as the end of its token."""
        verdict = self._judge_member(login, participant)
        who = verdict.participant
        is_over = credentials.until is not None and credentials.until <= timezone.now()
        if who is None or not who.may_write or is_over:
            return Verdict("invalid_token", verdict.reason or "this login has ended")
        return verdict

    def _refuse_credentials(self, credentials: Credentials) -> Verdict | None:
        card = self.card
        if card is None or credentials.key not in card.keys:
            return Verdict("key_revoked", "this chat's key is no longer valid")
        if not card.is_enabled:
            return Verdict("site_disabled", "this chat is switched off")
        if credentials.origin is not None and not allows_origin(
            card.entries,
            credentials.origin,
            own_origin=origin_of_url(settings.BASE_URL),
            allow_null=card.allows_null_origin,
        ):
            return Verdict("origin_revoked", "this page may no longer use this chat")
        return None


def access_state_of(*, site_id: int, participant_ids: set[str], logins: set[str]) -> AccessState:
    """A few queries, however many connections the site has."""
    try:
        card = site_by_id(site_id)
    except NotFound:
        card = None
    sanctions = active_sanctions(site_id)
    visitors = Visitor.objects.filter(
        site_id=site_id, public_id__in=_of_kind(participant_ids, "v_"), erased_at=None
    )
    members = Member.objects.filter(site_id=site_id, public_id__in=_of_kind(participant_ids, "m_"))
    return AccessState(
        card=card,
        banned=frozenset(key for key, row in sanctions.items() if row.kind == Sanction.Kind.BAN),
        visitors={
            row.public_id: (row.token_version, participant_from_visitor(row)) for row in visitors
        },
        members={row.public_id: (row.account_id, participant_from_member(row)) for row in members},
        logins={key: account.pk for key, account in accounts_of_logins(logins).items()},
    )


def access_versions_of(
    site_ids: list[int], logins: Collection[tuple[int, str]]
) -> tuple[dict[int, int], dict[tuple[int, str], tuple[str, str]]]:
    """Each site's access version; and for each valid login the member's role and name.

    When one of them changes, the site's connections are judged again.
    """
    rows: Any = Site.objects.filter(pk__in=site_ids).values_list("pk", "access_version")
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
