"""Calm: one switch with an end. In public and page rooms newcomers wait and nobody writes fast.

    PUT ─> the site's `calm_until`, which the policy reads ─> each room's copy: one change of the
           room, because the wire's `slow_s` is the one in force
    the end passes ─> the hub's check finds the rooms (`rooms_that_are_over`) ─> one change each

The first rooms change in the transaction of the act, ROOMS_AT_ONCE at a time.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from inglenook.chat import publish
from inglenook.chat.models import Room
from inglenook.chat.revisions import lock_room, take_rev
from inglenook.chat.selectors import timestamp
from inglenook.moderation import audit
from inglenook.protocol.errors import Invalid, NotFound
from inglenook.sites.actors import Actor
from inglenook.sites.models import Site
from inglenook.sites.roles import Action, require_actor
from inglenook.sites.services import bump_access_version

MOST_MINUTES: Final = 24 * 60
# A bulk change takes a number a room; more at once would hold too many rooms for too long.
ROOMS_AT_ONCE: Final = 200


def calm_until(site_id: int) -> datetime | None:
    """When the calm of a site ends; None where there is none."""
    until = Site.objects.filter(pk=site_id).values_list("calm_until", flat=True).first()
    return until if until and until > timezone.now() else None


def begin_calm(*, site: Site, minutes: int, by: Actor) -> datetime:
    """Begins a calm, or gives the present one another end. Raises Invalid(field minutes)."""
    if not 1 <= minutes <= MOST_MINUTES:
        raise Invalid(f"A calm lasts 1 to {MOST_MINUTES} minutes.", field="minutes")
    until = timezone.now() + timedelta(minutes=minutes)
    _set_calm(site, until, by, "calm.begin")
    return until


def end_calm(*, site: Site, by: Actor) -> None:
    """Raises NotFound where there is none."""
    _set_calm(site, None, by, "calm.end")


def rooms_that_are_over(now: datetime | None = None) -> list[int]:
    """The rooms whose lock or calm has an end that is over, and was not announced yet."""
    now = now or timezone.now()
    lock_is_over = Q(locked=True, locked_until__lte=now)
    calm_is_over = Q(calm_until__isnull=False, calm_until__lte=now)
    rows = Room.objects.filter(lock_is_over | calm_is_over, gone=False)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:ROOMS_AT_ONCE])


def end_what_is_over(room_ids: list[int]) -> None:
    """Ends locks and calms whose time has come: one change of each room, whoever finds it first."""
    for room_id in room_ids:
        with transaction.atomic():
            room = Room.objects.select_for_update().filter(pk=room_id, gone=False).first()
            now = timezone.now()
            if room is None:
                continue
            is_unlocked = bool(room.locked and room.locked_until and room.locked_until <= now)
            is_stirred = bool(room.calm_until and room.calm_until <= now)
            if is_unlocked:
                room.locked, room.locked_until = False, None
            if is_stirred:
                room.calm_until = None
            if is_unlocked or is_stirred:
                _store(room)


def _set_calm(site: Site, until: datetime | None, by: Actor, action: str) -> None:
    require_actor(by, site.pk, Action.CALM)
    with transaction.atomic():
        # Two moderators at once: the row of the site is the turnstile.
        row = Site.objects.select_for_update().get(pk=site.pk)
        before = row.calm_until if row.calm_until and row.calm_until > timezone.now() else None
        if until is None and before is None:
            raise NotFound("This site is not calm.")
        row.calm_until = until
        row.save(update_fields=["calm_until"])
        audit.record(
            site_id=site.pk,
            by=by,
            action=action,
            target=("site", str(site.pk)),
            before={"until": timestamp(before) if before else None},
            after={"until": timestamp(until) if until else None},
        )
        bump_access_version(site.pk)
        last = _calm_rooms(site, until, above=0)
    while last is not None:
        with transaction.atomic():
            last = _calm_rooms(site, until, above=last)


def _calm_rooms(site: Site, until: datetime | None, *, above: int) -> int | None:
    """Gives the next rooms their copy. Returns the last one's key; None when all have it."""
    rows = Room.objects.filter(site=site, gone=False, pk__gt=above)
    rooms = list(rows.exclude(kind=Room.Kind.PRIVATE).order_by("pk")[:ROOMS_AT_ONCE])
    for room in rooms:
        if room.calm_until != until:
            locked = lock_room(room)
            locked.calm_until = until
            _store(locked)
    return rooms[-1].pk if len(rooms) == ROOMS_AT_ONCE else None


def _store(room: Room) -> None:
    room.rev = take_rev(room)
    room.save(force_update=True)
    publish.room_changed(room)
