"""What the dashboard's templates need beyond Django's own tags."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from django import template
from django.conf import settings
from django.forms import BoundField, CheckboxInput
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from inglenook.dashboard import times
from inglenook.sites.models import Site

register = template.Library()


@register.filter
def ago(moment: datetime) -> SafeString:
    """A `<time>` with words; the exact time is its title."""
    exact = moment.astimezone(UTC)
    return format_html(
        '<time datetime="{}" title="{}" data-ago>{}</time>',
        exact.isoformat(timespec="seconds"),
        f"{times.day(exact)}, {exact:%H:%M} UTC",
        times.ago(moment, timezone.now()),
    )


@register.filter
def newest_key(site: Site) -> str:
    """The key to hand out, from the keys that the view has read already."""
    keys = sorted(site.keys.all(), key=lambda key: (key.created_at, key.pk))
    return keys[-1].key if keys else ""


@register.filter
def is_checkbox(field: BoundField) -> bool:
    return isinstance(field.field.widget, CheckboxInput)


@register.simple_tag
def room_page_script() -> SafeString:
    """The script of a room's page, from the widget's build.

    Nothing where there is no build: the page works without it.
    """
    manifest = settings.EMBED_DIR / "manifest.json"
    if not manifest.is_file():
        return SafeString()
    name = json.loads(manifest.read_text())["room_page"]
    return format_html('<script type="module" src="/{}"></script>', name)


@register.simple_tag
def opens_signup() -> bool:
    return bool(settings.OPENS_SIGNUP)
