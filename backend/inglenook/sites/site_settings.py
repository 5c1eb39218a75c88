"""What an owner sets about a site as a whole, judged field by field and stored in one change."""

from __future__ import annotations

import zoneinfo
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from inglenook.protocol.errors import Invalid
from inglenook.sites.models import Site
from inglenook.sites.services import SITE_NAME_CHARS, bump_access_version, clean_name

# What the table calls otherwise than the API.
COLUMNS: Final = {"null_origin": "allows_null_origin"}
TRUST: Final = ("known_minutes", "known_messages", "trusted_days", "trusted_messages")


def change_settings(*, site: Site, changes: dict[str, Any]) -> Site:
    """Sets what is in `changes`, by the names of docs/owners-api.md; forms are judged by the caller.

    `trust` sets what it names. Raises Invalid with its field: name, time_zone, opening_hours,
    and what holds a character that cannot be stored.
    """
    for field, value in changes.items():
        _refuse_unstorable(field, value)
    wanted = {COLUMNS.get(field, field): value for field, value in changes.items()}
    wanted.update(wanted.pop("trust", {}))
    if "name" in wanted:
        wanted["name"] = clean_name(wanted["name"], SITE_NAME_CHARS, "name")
    if "time_zone" in wanted and wanted["time_zone"] not in zoneinfo.available_timezones():
        words = "There is no such time zone; one is `UTC`, another `Europe/Berlin`."
        raise Invalid(words, field="time_zone")
    for times in (wanted.get("opening_hours") or {}).values():
        if any(opens >= closes for opens, closes in times):
            raise Invalid("A day opens before it closes.", field="opening_hours")
    disabled = wanted.pop("disabled", None)
    with transaction.atomic():
        site = Site.objects.select_for_update().get(pk=site.pk)
        if disabled is not None and disabled == site.is_enabled:
            wanted["disabled_at"] = timezone.now() if disabled else None
        changed = {name for name, value in wanted.items() if getattr(site, name) != value}
        for name in changed:
            setattr(site, name, wanted[name])
        if changed:
            site.save(update_fields=sorted(changed))
            bump_access_version(site.pk)
    return site


def _refuse_unstorable(field: str, value: Any) -> None:
    """Databases take neither a NUL nor half of a surrogate pair."""
    if isinstance(value, str):
        if any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in value):
            raise Invalid(f"`{field}` has a character that cannot be stored.", field=field)
    elif isinstance(value, dict):
        for key, each in value.items():
            _refuse_unstorable(field, key)
            _refuse_unstorable(field, each)
    elif isinstance(value, list | tuple):
        for each in value:
            _refuse_unstorable(field, each)
