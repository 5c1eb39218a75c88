"""System checks: they report a bad deployment before the first visitor meets it.

The ids are stable; errors stop the start.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import get_connection
from django.http.request import validate_host

from inglenook.config import env

# Below these something is known to be broken or unsafe.
FLOORS: Final[dict[str, tuple[tuple[int, ...], str]]] = {
    "daphne": (
        (4, 2, 2),
        "older ones have no size limit for WebSocket messages and let headers be smuggled",
    ),
    "django": ((5, 2, 13), "older ones have security holes that this product would inherit"),
    "channels-redis": (
        (4, 3, 0),
        "older ones do not work with the redis package that is installed with it",
    ),
    "redis": ((6, 4, 0), "older ones lose subscriptions without a word"),
}
LEAST_KINDS_OF_CHARACTER: Final = 10


@register
def check_secret_key(**_: Any) -> Sequence[CheckMessage]:
    key = settings.SECRET_KEY
    if len(set(key)) >= LEAST_KINDS_OF_CHARACTER and not key.startswith("django-insecure"):
        return []
    return [
        Error(
            "INGLENOOK_SECRET_KEY is easy to guess, and it signs everybody's session.",
            hint="Leave it unset: a good one is made and kept in the data folder.",
            id="inglenook.E001",
        )
    ]


@register
def check_base_url(**_: Any) -> Sequence[CheckMessage]:
    host = urlsplit(settings.BASE_URL).hostname or ""
    name = f"[{host}]" if ":" in host else host
    if validate_host(name, settings.ALLOWED_HOSTS):
        return []
    return [
        Error(
            f"INGLENOOK_BASE_URL is {settings.BASE_URL}, "
            f"but INGLENOOK_ALLOWED_HOSTS does not list {name}: "
            "every request would be refused.",
            hint=f"Add {name} to INGLENOOK_ALLOWED_HOSTS, or leave that variable unset.",
            id="inglenook.E002",
        )
    ]


@register
def check_versions(**_: Any) -> Sequence[CheckMessage]:
    found: list[CheckMessage] = []
    for package, (floor, reason) in FLOORS.items():
        installed = _installed(package)
        if installed is None or _numbers(installed) < floor:
            wanted = ".".join(map(str, floor))
            found.append(
                Error(
                    f"{package} {installed or 'is not installed'}: {wanted} or newer is needed, "
                    f"because {reason}.",
                    hint=f'Run: pip install "{package}>={wanted}"',
                    id="inglenook.E003",
                )
            )
    return found


@register
def check_proxies(**_: Any) -> Sequence[CheckMessage]:
    if not settings.IS_HTTPS or settings.TRUSTED_PROXIES:
        return []
    return [
        checks.Warning(
            "INGLENOOK_BASE_URL is https, so a proxy stands in front, "
            "but INGLENOOK_TRUSTED_PROXIES is not set: "
            "all visitors seem to come from the proxy and share one visitor's limits.",
            hint="Set it to the proxy's address, for example 127.0.0.1.",
            id="inglenook.W001",
        )
    ]


@register
def check_widget(**_: Any) -> Sequence[CheckMessage]:
    if (settings.EMBED_DIR / "embed.js").is_file():
        return []
    return [
        checks.Warning(
            "the widget is not built: /embed.js answers with 404 and no page shows a chat.",
            hint="Run: make build",
            id="inglenook.W002",
        )
    ]


@register
def check_debug(**_: Any) -> Sequence[CheckMessage]:
    if not (settings.DEBUG and settings.IS_HTTPS):
        return []
    return [
        checks.Warning(
            "INGLENOOK_DEBUG is on for a public address: "
            "error pages show code and settings to everybody.",
            hint="Unset INGLENOOK_DEBUG.",
            id="inglenook.W003",
        )
    ]


@register
def check_mail(**_: Any) -> Sequence[CheckMessage]:
    try:
        get_connection()
    except (ImportError, ImproperlyConfigured, TypeError, ValueError) as error:
        # Only what is said of the set-up: other words may hold what stands in the address.
        why = str(error) if isinstance(error, (ImportError, ImproperlyConfigured)) else "it refuses"
        return [
            Error(
                f"EMAIL_URL names {settings.EMAIL_BACKEND}, which cannot be used: {why}",
                hint="Install its package, or write the settings that it needs behind a ?.",
                id="inglenook.E004",
            )
        ]
    if settings.EMAIL_BACKEND != "django.core.mail.backends.console.EmailBackend":
        return []
    return [
        checks.Warning(
            "EMAIL_URL writes mails to the log, and they hold links that sign people in.",
            hint="For development alone.",
            id="inglenook.W005",
        )
    ]


@register
def check_variables(**_: Any) -> Sequence[CheckMessage]:
    found: list[CheckMessage] = []
    for name in env.unknown_variables():
        close = get_close_matches(name, env.READ, n=1)
        found.append(
            checks.Warning(
                f"{name} is set, but there is no such setting.",
                hint=f"Did you mean {close[0]}?" if close else "docs/settings.md has them all.",
                id="inglenook.W004",
            )
        )
    return found


def _installed(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", text)[:3])
