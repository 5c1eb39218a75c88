"""What the dashboard's templates need beyond Django's own tags."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django import template
from django.conf import settings
from django.forms import BoundField, CheckboxInput
from django.http import HttpRequest
from django.template.context import Context
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from inglenook.dashboard import devices, second_step, times
from inglenook.dashboard.shell import faces, icons
from inglenook.dashboard.shell.facts import Shell, shell_of
from inglenook.dashboard.shell.keys import Key, keys_of
from inglenook.dashboard.shell.toasts import undo_address
from inglenook.sites.models import Site

register = template.Library()


@register.filter
def ago(moment: datetime) -> SafeString:
    """A `<time>` with words; the exact time is its title."""
    return _time(moment, times.ago(moment, timezone.now()), "data-ago")


@register.filter
def shortly_ago(moment: datetime) -> SafeString:
    return _time(moment, times.shortly_ago(moment, timezone.now()), "data-short-ago")


@register.filter
def device(user_agent: str) -> str:
    return devices.device(user_agent)


@register.simple_tag
def short_words() -> str:
    return "|".join(times.short_words())


@register.simple_tag(takes_context=True)
def clock(context: Context, moment: datetime) -> SafeString:
    """By the reader's clock, where their browser has said which that is."""
    zone = times.zone_of(context.get("request"))
    return _time(moment, times.by_clock(moment, timezone.now(), zone), "data-clock")


def _time(moment: datetime, words: str, kind: str) -> SafeString:
    exact = moment.astimezone(UTC)
    return format_html(
        '<time datetime="{}" title="{}" {}>{}</time>',
        exact.isoformat(timespec="seconds"),
        f"{times.day(exact)}, {exact:%H:%M} UTC",
        kind,
        words,
    )


@register.filter
def is_checkbox(field: BoundField) -> bool:
    return isinstance(field.field.widget, CheckboxInput)


@register.simple_tag(takes_context=True)
def shell(context: Context) -> Shell:
    """What the shell around the page shows; the view may have asked for it already."""
    ready = context.get("shell")
    if isinstance(ready, Shell):
        return ready
    request: HttpRequest = context["request"]
    return shell_of(request, context.get("membership"))


@register.simple_tag(takes_context=True)
def keys(context: Context, of: Shell) -> list[Key]:
    """A page names its own keys as `page_keys`."""
    own: Sequence[Key] = context.get("page_keys") or ()
    return [*own, *keys_of(of)]


@register.simple_tag
def icon(name: str, size: int = 20) -> SafeString:
    return icons.icon(name, size)


@register.simple_tag
def face(name: str, person_id: str | None = None, **look: Any) -> str:
    """`look`: `is_team`, `size` ("small", "large" or "huge"), `picture`."""
    return faces.face(name, person_id, **look)


@register.filter
def voice(person_id: str | None) -> str:
    """The class of a name in its colour."""
    return f"voice-{faces.voice_of(person_id)}"


@register.simple_tag
def site_mark(site: Site, size: int = 40) -> SafeString:
    return faces.site_mark(site, size)


@register.filter
def undo_of(message: Any) -> str:
    """The address that takes back what the message says; empty where there is none."""
    return undo_address(message)


@register.simple_tag
def built_script(name: str) -> SafeString:
    """A script of the workspace, from the widget's build: `workspace`, `room_page`.

    Nothing where there is no build: pages work without it.
    """
    manifest = settings.EMBED_DIR / "manifest.json"
    if not manifest.is_file():
        return SafeString()
    path = json.loads(manifest.read_text())[name]
    return format_html('<script type="module" src="/{}"></script>', path)


@register.simple_tag
def own_languages() -> list[tuple[str, str]]:
    """Each language of the workspace with its own name."""
    return list(settings.LANGUAGES)


@register.simple_tag
def opens_signup() -> bool:
    return bool(settings.OPENS_SIGNUP)


@register.simple_tag
def passkeys_work() -> bool:
    return second_step.passkeys_work()
