"""Every call of the owners' API, in the order of the OpenAPI document."""

from __future__ import annotations

from typing import Final

from inglenook.api.http.operations import Operation
from inglenook.api.owner import calm, held, key, keys, members, rooms, site, site_access

OPERATIONS: Final[tuple[Operation, ...]] = (
    key.get_key,
    keys.get_keys,
    keys.post_key,
    keys.delete_key,
    keys.get_identity_secret,
    keys.rotate,
    members.get_members,
    members.post_member,
    members.patch_member,
    members.delete_member,
    site.get_site,
    site.patch_site,
    site_access.get_origins,
    site_access.post_origin,
    site_access.delete_origin,
    site_access.get_sightings,
    site_access.get_site_keys,
    site_access.post_site_key,
    site_access.delete_site_key,
    rooms.get_rooms,
    rooms.post_room,
    rooms.get_room,
    rooms.patch_room,
    rooms.delete_room,
    rooms.clear_room,
    held.get_held,
    held.approve,
    held.reject,
    held.reopen,
    calm.get_calm,
    calm.put_calm,
    calm.delete_calm,
)
