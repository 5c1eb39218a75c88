"""What an owner sets about a site as a whole, judged field by field and stored in one change."""

from __future__ import annotations

from typing import Any, Final

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from inglenook.protocol.errors import Invalid
from inglenook.sites import audit
from inglenook.sites.actors import SYSTEM, Actor
from inglenook.sites.look import check_look
from inglenook.sites.models import Site
from inglenook.sites.roles import Action, require_actor
from inglenook.sites.services import SITE_NAME_CHARS, bump_access_version, clean_name
from inglenook.sites.time_zones import time_zones

MOST_PATTERNS: Final = 50
PATTERN_CHARS: Final = 200
# What the table calls otherwise than the API.
COLUMNS: Final = {"null_origin": "allows_null_origin"}
# What the `site` frame says: open widgets follow it at once.
LOOK: Final = frozenset(
    {*("name", "theme", "texts", "consent"), *("opening_hours", "time_zone", "away_text")}
)
TRUST: Final = ("known_minutes", "known_messages", "trusted_days", "trusted_messages")


def change_settings(*, site: Site, changes: dict[str, Any], by: Actor = SYSTEM) -> Site:
    """Sets what is in `changes`, named as in docs/owners-api.md; forms are judged by the caller.

    Whether there is such a default room is the caller's to know: rooms are a layer above. `trust`
    sets what it names. Raises Invalid with its field: name, time_zone, opening_hours,
    page_patterns, theme, texts, and what holds a character that cannot be stored.
    """
    require_actor(by, site.pk, Action.CHANGE_SITE)
    for field, value in changes.items():
        _refuse_unstorable(field, value)
    wanted = {COLUMNS.get(field, field): value for field, value in changes.items()}
    wanted.update(wanted.pop("trust", {}))
    if "name" in wanted:
        wanted["name"] = clean_name(wanted["name"], SITE_NAME_CHARS, "name")
    if "time_zone" in wanted and wanted["time_zone"] not in time_zones():
        words = "There is no such time zone; one is `UTC`, another `Europe/Berlin`."
        raise Invalid(words, field="time_zone")
    for times in (wanted.get("opening_hours") or {}).values():
        if any(opens >= closes for opens, closes in times):
            raise Invalid("A day opens before it closes.", field="opening_hours")
    _check_patterns(wanted.get("page_patterns") or [])
    check_look(wanted)
    disabled = wanted.pop("disabled", None)
    with transaction.atomic():
        site = Site.objects.select_for_update().get(pk=site.pk)
        if disabled is not None and disabled == site.is_enabled:
            wanted["disabled_at"] = timezone.now() if disabled else None
        changed = sorted(name for name, value in wanted.items() if getattr(site, name) != value)
        before = audit.facts(site, changed)
        for name in changed:
            setattr(site, name, wanted[name])
        if changed:
            site.save(update_fields=changed)
            audit.record(
                site_id=site.pk,
                by=by,
                action="site.update",
                target=("site", str(site.pk)),
                before=before,
                after=audit.facts(site, changed),
            )
            bump_access_version(site.pk)
            if LOOK.intersection(changed):
                Site.objects.filter(pk=site.pk).update(look_version=F("access_version"))
            site.refresh_from_db(fields=["access_version", "look_version"])
    return site


def _check_patterns(patterns: list[str]) -> None:
    field = "page_patterns"
    if len(patterns) > MOST_PATTERNS:
        raise Invalid(f"At most {MOST_PATTERNS} patterns.", field=field)
    for pattern in patterns:
        plain = pattern.isprintable() and not set(pattern) & set("?# ")
        if not (pattern.startswith("/") and plain and len(pattern) <= PATTERN_CHARS):
            words = "A pattern is a path such as `/blog/*`: `*` stands for any characters."
            raise Invalid(words, field=field)


def disable_site(*, site: Site, by: Actor = SYSTEM) -> Site:
    """Switches a site off: its live sockets close, nothing is deleted. Again changes nothing."""
    return change_settings(site=site, changes={"disabled": True}, by=by)


def enable_site(*, site: Site, by: Actor = SYSTEM) -> Site:
    return change_settings(site=site, changes={"disabled": False}, by=by)


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
