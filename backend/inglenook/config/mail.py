"""`EMAIL_URL`: how mails are sent, or that none are.

smtp://host:25                              as it is, for a server on this machine
smtp+tls://name:password@host:587           encrypted by STARTTLS
smtps://name:password@host:465              encrypted from the first byte
package.module.EmailBackend?SETTING=value   any backend of Django, with its settings
"""

from __future__ import annotations

import re
from email.utils import parseaddr
from typing import Any, Final
from urllib.parse import parse_qsl, unquote

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from inglenook.config.env import BadSetting, text
from inglenook.config.service_urls import BadUrl, check_host, split_url

_SMTP: Final = "django.core.mail.backends.smtp.EmailBackend"
NO_MAIL: Final = "django.core.mail.backends.dummy.EmailBackend"
_PORTS: Final = {"smtp": 25, "smtp+tls": 587, "smtps": 465, "smtp+ssl": 465}
_BACKEND: Final = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+", re.ASCII)
_SHAPE: Final = (
    "write smtps://name:password@host:465, smtp+tls://name:password@host:587, "
    "smtp://host:25, or the Python name of a backend of Django."
)


def mail_settings(name: str) -> dict[str, Any]:
    """Django's settings for what the variable says; without it, a backend that sends nothing."""
    value = text(name)
    if not value:
        return {"EMAIL_BACKEND": NO_MAIL}
    if "://" in value.partition("?")[0]:
        return _smtp(name, value)
    backend, _, query = value.partition("?")
    if not _BACKEND.fullmatch(backend):
        raise BadUrl(name, _SHAPE)
    return {**_backend_settings(name, query), "EMAIL_BACKEND": backend}


def sender(name: str, host: str) -> str:
    """From whom mails come: by default a name at the host that people reach us by."""
    value = text(name)
    if not value:
        is_address = host.startswith("[") or host.replace(".", "").isdigit()
        literal = f"[IPv6:{host[1:-1]}]" if host.startswith("[") else f"[{host}]"
        return f"Inglenook <inglenook@{literal if is_address else host}>"
    try:
        if not value.isprintable():
            raise ValidationError("a line break")
        validate_email(parseaddr(value)[1])
    except ValidationError:
        raise BadSetting(
            name, value, "write an address such as chat@example.com or Chat <chat@example.com>."
        ) from None
    return value


def _smtp(name: str, value: str) -> dict[str, Any]:
    scheme = value.partition("://")[0].lower()
    if scheme not in _PORTS:
        raise BadUrl(name, _SHAPE)
    try:
        parts = split_url(value)
        check_host(parts)
        if parts.path not in ("", "/") or parts.query:
            raise ValueError(f"nothing follows the host and its port; {_SHAPE}")
    except ValueError as error:
        raise BadUrl(name, str(error)) from None
    return {
        "EMAIL_BACKEND": _SMTP,
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or _PORTS[scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": scheme == "smtp+tls",
        "EMAIL_USE_SSL": scheme in ("smtps", "smtp+ssl"),
    }


def _backend_settings(name: str, query: str) -> dict[str, str]:
    try:
        found = dict(parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query)))
    except ValueError:
        found = {"": ""}
    if not all(re.fullmatch(r"[A-Z][A-Z0-9_]*", setting) for setting in found):
        raise BadUrl(name, "behind the ? of a backend stand its settings, as in ?SETTING=value.")
    return found
