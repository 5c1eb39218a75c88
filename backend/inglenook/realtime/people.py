"""Every connection of this process, by person and by site; and the judgement whether each may stay."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Hashable, Iterable
from typing import TypeVar

from msgspec.structs import replace

from inglenook.protocol.errors import ChatError
from inglenook.realtime.connection import Connection
from inglenook.realtime.standing import (
    READ_AGAIN_SECONDS,
    Door,
    standing_of,
    versions_of,
)
from inglenook.sites.database import read
from inglenook.sites.selectors import forget_sites
from inglenook.visitors.participants import Participant

logger = logging.getLogger(__name__)

K = TypeVar("K", bound=Hashable)


class People:
    """`connections` holds those that said hello, each with the door it came by."""

    def __init__(self) -> None:
        self.connections: dict[Connection, Door] = {}
        self._by_person: dict[tuple[int, str], set[Connection]] = {}
        self._by_site: dict[int, set[Connection]] = {}
        self._by_login: dict[tuple[int, str], set[Connection]] = {}
        self._standings: dict[int, int] = {}
        self._read_at: dict[int, float] = {}
        self._judging: dict[int, asyncio.Lock] = {}
        self._nobody = asyncio.Event()

    def add(
        self, connection: Connection, participant: Participant, door: Door, standing: int
    ) -> None:
        """`standing` is the site's counter that the door was judged by: any later one means judge again."""
        connection.participant = participant
        self.connections[connection] = door
        self._by_person.setdefault((door.site_id, participant.id), set()).add(connection)
        self._by_site.setdefault(door.site_id, set()).add(connection)
        if door.login is not None:
            self._by_login.setdefault((door.site_id, door.login), set()).add(connection)
        known = self._standings.setdefault(door.site_id, standing)
        self._standings[door.site_id] = min(known, standing)
        self._read_at.setdefault(door.site_id, time.monotonic())

    def remove(self, connection: Connection) -> None:
        door = self.connections.pop(connection, None)
        if door is None or connection.participant is None:
            return
        _discard(self._by_person, (door.site_id, connection.participant.id), connection)
        if door.login is not None:
            _discard(self._by_login, (door.site_id, door.login), connection)
        if _discard(self._by_site, door.site_id, connection):
            self._standings.pop(door.site_id, None)
            self._read_at.pop(door.site_id, None)
            self._judging.pop(door.site_id, None)
        if not self.connections:
            self._nobody.set()

    async def all_gone(self) -> None:
        if self.connections:
            self._nobody.clear()
            await self._nobody.wait()

    def of(self, site_id: int, participant_id: str) -> Iterable[Connection]:
        return tuple(self._by_person.get((site_id, participant_id), ()))

    def rename(self, site_id: int, participant_id: str, name: str) -> None:
        """A person goes by another name from the next message on."""
        for connection in self.of(site_id, participant_id):
            if connection.participant is not None:
                connection.participant = replace(connection.participant, name=name)

    async def check_standings(self) -> None:
        """Judges again the sites whose counter moved or whose team changed, and every site after READ_AGAIN_SECONDS."""
        sites = list(self._by_site)
        if not sites:
            return
        now = time.monotonic()
        stored, team = await read(versions_of, sites, list(self._by_login))
        changed = {
            site_id
            for (site_id, login), connections in self._by_login.items()
            if any(_is_not(connection, team.get((site_id, login))) for connection in connections)
        }
        for site_id in sites:
            is_old = now - self._read_at.get(site_id, now) > READ_AGAIN_SECONDS
            is_moved = stored.get(site_id) != self._standings.get(site_id)
            if is_moved or is_old or site_id in changed:
                await self.judge_site(site_id)

    async def judge_site(self, site_id: int) -> None:
        """Closes the sockets of a site that may not be here any more; follows changed names and roles."""
        if site_id not in self._by_site:
            return
        async with self._judging.setdefault(site_id, asyncio.Lock()):
            connections = list(self._by_site.get(site_id, ()))
            ids = {c.participant.id for c in connections if c.participant is not None}
            logins = {login for site, login in self._by_login if site == site_id}
            try:
                standing = await read(
                    standing_of, site_id=site_id, participant_ids=ids, logins=logins
                )
            except ChatError:
                return  # the next check asks again
            if site_id in self._by_site:
                counter = standing.card.standing if standing.card else 0
                if self._standings.get(site_id) != counter:
                    # Another process changed it: whoever comes next is judged by the same as these.
                    forget_sites()
                self._standings[site_id] = counter
                self._read_at[site_id] = time.monotonic()
            for connection in connections:
                door = self.connections.get(connection)
                if door is None or connection.participant is None:
                    continue
                verdict = standing.judge(door, connection.participant)
                if verdict.close is not None:
                    connection.bye(verdict.close, verdict.reason)
                elif verdict.participant is not None:
                    address = connection.participant.address
                    connection.participant = replace(verdict.participant, address=address)


def _is_not(connection: Connection, known: tuple[str, str] | None) -> bool:
    """Whether a member of a team is not who they were when they came, or nobody any more."""
    who = connection.participant
    return who is not None and known != (who.role, who.name)


def _discard(index: dict[K, set[Connection]], key: K, connection: Connection) -> bool:
    """Whether nobody is left under the key."""
    members = index.get(key)
    if members is None:
        return True
    members.discard(connection)
    if not members:
        del index[key]
    return not members
