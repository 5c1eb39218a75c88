"""The rooms that this process serves: who subscribes to them, and for how long.

subscribe ──> first of the room? HubRoom, followed on the relay ──> READING ──> page read ──> LIVE
unsubscribe ──> last of the room? the room is closed, no longer followed on the relay
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from inglenook.chat import selectors
from inglenook.chat.own_part import OwnPart
from inglenook.chat.sync import Asked, Cursor, Page, pages_and_marks
from inglenook.protocol.errors import ChatError, NotFound
from inglenook.realtime.hub import presence
from inglenook.realtime.hub.batched_reads import BatchedReads
from inglenook.realtime.hub.encoded_frames import encode_frame
from inglenook.realtime.hub.rooms import HubRoom, Mode, Subscriber, Subscription
from inglenook.realtime.hub.tasks import BackgroundTasks
from inglenook.realtime.relay.relay import Relay
from inglenook.sites.database import read
from inglenook.visitors.participants import Participant


class ServedRooms:
    """`by_key` has each room under its site and slug.

    `on_stale` is called with a room whose page showed another epoch than the room has, `on_own`
    with what a page said to its reader alone.
    """

    def __init__(
        self,
        relay: Relay,
        tasks: BackgroundTasks,
        on_stale: Callable[[HubRoom], None],
        on_own: Callable[[HubRoom, OwnPart | None], None],
    ) -> None:
        self.by_key: dict[tuple[int, str], HubRoom] = {}
        self._relay = relay
        self._tasks = tasks
        self._on_stale = on_stale
        self._on_own = on_own
        self._pages = BatchedReads(pages_and_marks)

    async def subscribe(
        self, connection: Subscriber, participant: Participant, slug: str, cursor: Cursor
    ) -> None:
        """Subscribes the connection and sends its `sync`, from `cursor` on.

        The subscription is registered before the page is read, so no change is lost between them.
        Raises NotFound, Unavailable; then there is no subscription.
        """
        async with connection.subscribing:
            await self._subscribe(connection, participant, slug, cursor)

    async def refresh(self, connection: Subscriber, slug: str) -> bool:
        """Sends a subscription an unasked `sync` from where it stands.

        Nothing where the client is about to ask by itself. False where the database is away:
        whoever asked for it asks again.
        """
        async with connection.subscribing:
            subscription = connection.subscriptions.get(slug)
            participant = connection.participant
            if subscription is None or participant is None or subscription.mode is Mode.BEHIND:
                return True
            room = subscription.room
            room.begin_reading(connection)
            cursor = Cursor(room.epoch, subscription.sent) if room.epoch else Cursor()
            try:
                asked = Asked(slug=slug, participant=participant, cursor=cursor)
                page, mark = await self._pages.ask(participant.site_id, asked)
            except NotFound:
                self.unsubscribe(connection, slug)
            except ChatError:
                room.give_up_page(subscription)
                return False
            else:
                self._send(connection, participant, subscription, page, mark)
            return True

    async def _subscribe(
        self, connection: Subscriber, participant: Participant, slug: str, cursor: Cursor
    ) -> None:
        key = (participant.site_id, slug)
        is_new = slug not in connection.subscriptions
        if key not in self.by_key:
            # A stranger must not make us serve, or follow, a room that they may not see.
            await read(selectors.room_by_slug, participant.site_id, slug, participant)
        room = self.by_key.get(key)
        if room is None:
            room = self.by_key[key] = HubRoom(*key)
            room.followed = self._tasks.start(self._follow_room(room))
        subscription = room.begin_reading(connection)
        connection.subscriptions[slug] = subscription
        if room.followed is not None:
            await asyncio.wait({room.followed})
        try:
            asked = Asked(slug=slug, participant=participant, cursor=cursor)
            page, mark = await self._pages.ask(participant.site_id, asked)
        except BaseException:
            self.unsubscribe(connection, slug)
            raise
        if not self._send(connection, participant, subscription, page, mark):
            return
        if is_new:
            presence.send_people_to(room, connection)
            presence.schedule_update(room, self._relay.process)

    def _send(
        self,
        connection: Subscriber,
        participant: Participant,
        subscription: Subscription,
        page: Page,
        mark: int,
    ) -> bool:
        """Sends a page that was read. False where the connection has gone meanwhile."""
        room = subscription.room
        if connection.is_closing or connection.subscriptions.get(room.slug) is not subscription:
            self.unsubscribe(connection, room.slug)
            return False
        is_same_epoch = page.epoch == room.epoch
        subscription.seen = max(subscription.seen, mark) if is_same_epoch else mark
        subscription.own = page.own.get(participant.id)
        was_known = room.epoch is not None
        sync = encode_frame(page.for_reader(participant.id, subscription.seen))
        room.send_page(subscription, page, sync)
        self._on_own(room, subscription.own)
        if was_known and page.epoch != room.epoch:
            self._on_stale(room)
        return True

    def unsubscribe(self, connection: Subscriber, slug: str) -> None:
        """Ends the connection's subscription; with the last one the room is no longer served."""
        subscription = connection.subscriptions.pop(slug, None)
        if subscription is None:
            return
        room = subscription.room
        room.remove(connection)
        if room.subscriptions:
            presence.schedule_update(room, self._relay.process)
            return
        if self.by_key.get((room.site_id, room.slug)) is room:
            del self.by_key[(room.site_id, room.slug)]
            room.close()
            presence.announce(room, self._relay.process)
            self._tasks.start(self._unfollow_room(room))

    def unsubscribe_from_all(self, connection: Subscriber) -> None:
        for slug in list(connection.subscriptions):
            self.unsubscribe(connection, slug)

    async def _follow_room(self, room: HubRoom) -> None:
        await self._relay.subscribe((room.site_id, room.slug))
        presence.announce(room, self._relay.process, asks=True)

    async def _unfollow_room(self, room: HubRoom) -> None:
        key = (room.site_id, room.slug)
        if key not in self.by_key:  # else somebody subscribed meanwhile
            await self._relay.unsubscribe(key)
