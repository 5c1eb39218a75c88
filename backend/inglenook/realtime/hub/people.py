"""Every connection of this process that said hello, by person and by site; judges who may stay.

access version moved, or READ_AGAIN_SECONDS over ──> one read for the site ──> AccessState.judge
    ──> each connection: `bye`, or who the participant is now (name, role), and the site's look
        where that changed, the opening hours began or ended
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Hashable, Iterable
from datetime import datetime, timedelta
from typing import TypeVar

from django.utils import timezone
from msgspec.structs import replace

from inglenook.protocol.errors import ChatError
from inglenook.protocol.frames import SiteChanged
from inglenook.realtime.admission.access import (
    READ_AGAIN_SECONDS,
    AccessState,
    Credentials,
    access_state_of,
    access_versions_of,
)
from inglenook.realtime.hub.rooms import Subscriber
from inglenook.sites.database import read
from inglenook.sites.opening_hours import away_at
from inglenook.sites.selectors import CachedSite, forget_sites
from inglenook.visitors.participants import Participant

logger = logging.getLogger(__name__)

K = TypeVar("K", bound=Hashable)


class People:
    """`connections` has each with the credentials by which it was admitted.

    `on_moved` is called with a site whose access version moved, after it was judged.
    """

    def __init__(self) -> None:
        self.connections: dict[Subscriber, Credentials] = {}
        self._by_person: dict[tuple[int, str], set[Subscriber]] = {}
        self._by_site: dict[int, set[Subscriber]] = {}
        self._by_login: dict[tuple[int, str], set[Subscriber]] = {}
        self._access_versions: dict[int, int] = {}
        self._read_at: dict[int, float] = {}
        self._judging: dict[int, asyncio.Lock] = {}
        self._all_gone = asyncio.Event()
        self.on_moved: Callable[[int], None] = lambda _site_id: None

    def add(
        self,
        connection: Subscriber,
        participant: Participant,
        credentials: Credentials,
        access_version: int,
    ) -> None:
        """`access_version` is the site's at the admission. If it moves, all are judged again."""
        connection.participant = participant
        self.connections[connection] = credentials
        self._by_person.setdefault((credentials.site_id, participant.id), set()).add(connection)
        self._by_site.setdefault(credentials.site_id, set()).add(connection)
        if credentials.login is not None:
            self._by_login.setdefault((credentials.site_id, credentials.login), set()).add(
                connection
            )
        known = self._access_versions.setdefault(credentials.site_id, access_version)
        self._access_versions[credentials.site_id] = min(known, access_version)
        self._read_at.setdefault(credentials.site_id, time.monotonic())

    def remove(self, connection: Subscriber) -> None:
        credentials = self.connections.pop(connection, None)
        if credentials is None or connection.participant is None:
            return
        _discard(self._by_person, (credentials.site_id, connection.participant.id), connection)
        if credentials.login is not None:
            _discard(self._by_login, (credentials.site_id, credentials.login), connection)
        if _discard(self._by_site, credentials.site_id, connection):
            self._access_versions.pop(credentials.site_id, None)
            self._read_at.pop(credentials.site_id, None)
            self._judging.pop(credentials.site_id, None)
        if not self.connections:
            self._all_gone.set()

    async def all_gone(self) -> None:
        if self.connections:
            self._all_gone.clear()
            await self._all_gone.wait()

    def of(self, site_id: int, participant_id: str) -> Iterable[Subscriber]:
        return tuple(self._by_person.get((site_id, participant_id), ()))

    def rename(self, site_id: int, participant_id: str, name: str) -> None:
        """From now on this person's messages have another name."""
        for connection in self.of(site_id, participant_id):
            if connection.participant is not None:
                connection.participant = replace(connection.participant, name=name)

    def set_role(self, site_id: int, participant_id: str, role: str) -> None:
        """From now on this person's messages say that they are trusted, or not."""
        for connection in self.of(site_id, participant_id):
            if connection.participant is not None:
                connection.participant = replace(connection.participant, role=role)

    async def check_access_versions(self) -> None:
        """Judges sites again whose access version moved or whose team changed.

        Every site is judged again after READ_AGAIN_SECONDS.
        """
        sites = list(self._by_site)
        if not sites:
            return
        now = time.monotonic()
        stored, team = await read(access_versions_of, sites, list(self._by_login))
        changed = {
            site_id
            for (site_id, login), connections in self._by_login.items()
            if any(
                _has_changed(connection, team.get((site_id, login))) for connection in connections
            )
        }
        for site_id in sites:
            is_old = now - self._read_at.get(site_id, now) > READ_AGAIN_SECONDS
            is_moved = stored.get(site_id) != self._access_versions.get(site_id)
            if is_moved or is_old or site_id in changed:
                await self.judge_site(site_id)

    async def judge_site(self, site_id: int) -> None:
        """Ends connections of a site that lost access; takes over changed names and roles."""
        if site_id not in self._by_site:
            return
        async with self._judging.setdefault(site_id, asyncio.Lock()):
            connections = list(self._by_site.get(site_id, ()))
            ids = {c.participant.id for c in connections if c.participant is not None}
            logins = {login for site, login in self._by_login if site == site_id}
            try:
                state = await read(
                    access_state_of, site_id=site_id, participant_ids=ids, logins=logins
                )
            except ChatError:
                return  # the next check asks again
            is_moved = False
            look: SiteChanged | None = None
            if site_id in self._by_site:
                since = time.monotonic() - self._read_at[site_id]
                then = timezone.now() - timedelta(seconds=since)
                access_version = state.card.access_version if state.card else 0
                is_moved = self._access_versions.get(site_id) != access_version
                if is_moved:
                    # Another process changed it: connections to come are judged by the same state.
                    forget_sites()
                look = _changed_look(state.card, self._access_versions.get(site_id), then)
                self._access_versions[site_id] = access_version
                self._read_at[site_id] = time.monotonic()
            self._judge_connections(connections, state, look)
            if is_moved:
                self.on_moved(site_id)

    def _judge_connections(
        self, connections: list[Subscriber], state: AccessState, look: SiteChanged | None
    ) -> None:
        for connection in connections:
            credentials = self.connections.get(connection)
            if credentials is None or connection.participant is None:
                continue
            verdict = state.judge(credentials, connection.participant)
            if verdict.close is not None:
                connection.bye(verdict.close, verdict.reason)
            elif verdict.participant is not None:
                address = connection.participant.address
                connection.participant = replace(verdict.participant, address=address)
                if look is not None:
                    connection.send(look)


def _has_changed(connection: Subscriber, known: tuple[str, str] | None) -> bool:
    """Whether a member's name or role changed since the admission, or the member is gone."""
    who = connection.participant
    return who is not None and known != (who.role, who.name)


def _changed_look(card: CachedSite | None, known: int | None, then: datetime) -> SiteChanged | None:
    """The site's look where it changed after the access version that its connections know, or where
    the team came or went since `then`.
    """
    if card is None or known is None:
        return None
    away = away_at(card, timezone.now())
    if card.look_version <= known and away == away_at(card, then):
        return None
    return SiteChanged(
        name=card.name, theme=card.theme, texts=card.texts, consent=card.consent, away=away
    )


def _discard(index: dict[K, set[Subscriber]], key: K, connection: Subscriber) -> bool:
    """Removes the connection under the key. Returns whether none is left there."""
    members = index.get(key)
    if members is None:
        return True
    members.discard(connection)
    if not members:
        del index[key]
    return not members
