"""Every call of the owners' API, in the order of the OpenAPI document."""

from __future__ import annotations

from typing import Final

from inglenook.api.http.operations import Operation
from inglenook.api.owner import (
    audit,
    key,
    keys,
    members,
    messages,
    reports,
    rooms,
    sanctions,
    site,
    site_access,
)

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
    rooms.apply_preset,
    messages.get_messages,
    messages.get_message,
    messages.post_message_of_key,
    messages.patch_message,
    messages.delete_message,
    messages.restore_message,
    messages.put_pin,
    messages.delete_pin,
    sanctions.get_sanctions,
    sanctions.post_sanction,
    sanctions.delete_sanction,
    sanctions.delete_messages,
    sanctions.post_undo,
    reports.get_reports,
    reports.resolve_report,
    audit.get_audit,
)
