"""Readers of the addresses of other servers: `DATABASE_URL`, `REDIS_URL`, `EMAIL_URL`.

All three may hold a password, so no refusal ever shows the value: it names the variable, what is
wrong, and percent-encoding, because a sign of the password is what most often breaks an address.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final
from urllib.parse import SplitResult, parse_qs, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from inglenook.config.env import BadSetting, text
from inglenook.sites.hosts import HostError, canonical_host

ENCODING: Final = (
    "Signs in a name or a password are percent-encoded: "
    "# as %23, / as %2F, ? as %3F, @ as %40, : as %3A, % as %25."
)
_REDIS_SHAPE: Final = "Write redis://:password@host:6379/0, or several with commas."
# The layer and the limits rest on these: a subscription may be quiet for long, and frames are
# bytes.
_REDIS_OWN: Final = {"socket_timeout", "socket_connect_timeout", "decode_responses"}


class BadUrl(BadSetting):
    """An address cannot be used. The text never shows it."""

    def __init__(self, name: str, wrong: str) -> None:
        super().__init__(name, None, f"{wrong} {ENCODING}")


def database(name: str, data_dir: Path) -> dict[str, Any]:
    """Django's DATABASES["default"].

    SQLite: WAL, full durability, writers queue instead of failing.
    """
    value = text(name) or f"sqlite:///{data_dir / 'inglenook.sqlite3'}"
    scheme = value.partition(":")[0].lower()
    if scheme == "sqlite":
        return _sqlite(name, value)
    if scheme in ("postgres", "postgresql"):
        return _postgres(name, value)
    raise BadUrl(
        name, "write sqlite:///path/to/file or postgres://name:password@host:5432/database."
    )


def redis_urls(name: str) -> list[str]:
    """One address, or several with commas.

    A comma inside an address, as a password may have, divides nothing.
    """
    value = text(name)
    if not value:
        return []
    urls = re.split(r"\s*,\s*(?=[a-z]+://)", value.strip(" ,"))
    for number, url in enumerate(urls, start=1):
        try:
            _check_redis(url)
        except ValueError as error:
            which = f"address {number} of {len(urls)}: " if len(urls) > 1 else ""
            raise BadUrl(name, which + str(error)) from None
    return urls


def split_url(url: str) -> SplitResult:
    """The parts of an address.

    Raises ValueError in words, where a sign divides it at a wrong place.
    """
    if re.search(r"[\x00-\x20\x7f]", url):
        raise ValueError("it has a blank or a control character in it.")
    try:
        parts = urlsplit(url)
    except ValueError:
        raise ValueError("it cannot be read.") from None
    # An unescaped sign of a password ends the host too early, and the rest lands behind it.
    if "#" in url or "@" in parts.path + parts.query:
        raise ValueError("a #, / or ? divides it where it should not.")
    return parts


def check_host(parts: SplitResult) -> None:
    """Raises ValueError where there is no host and no port that could exist."""
    try:
        is_port = parts.port != 0
    except ValueError:
        is_port = False
    if not is_port:
        raise ValueError("its port is no number from 1 to 65535.")
    host = parts.hostname or ""
    if not host:
        raise ValueError("it names no host.")
    try:
        canonical_host(f"[{host}]" if ":" in host else host.removesuffix("."))
    except HostError:
        raise ValueError("its host is neither a name nor an IP address.") from None


def _check_redis(url: str) -> None:
    """Raises ValueError in words that do not show the address."""
    if url.partition("://")[0] not in ("redis", "rediss", "unix"):
        raise ValueError(f"it is no address of a Redis. {_REDIS_SHAPE}")
    parts = split_url(url)
    if parts.scheme == "unix":
        if parts.path in ("", "/") or parts.hostname:
            raise ValueError("write unix:///path/to/the/socket, with three slashes.")
    else:
        check_host(parts)
        if not re.fullmatch(r"/?|/[0-9]{1,5}", parts.path):
            raise ValueError(f"what follows the host is no number of a database. {_REDIS_SHAPE}")
    if taken := _REDIS_OWN & parse_qs(parts.query).keys():
        raise ValueError(f"leave out {', '.join(sorted(taken))}: Inglenook sets that by itself.")
    import redis  # a command without Redis need not load it

    try:
        # Connects to nobody: an option that the client does not know is refused here.
        redis.ConnectionPool.from_url(url).make_connection()
    except (ValueError, TypeError, redis.RedisError):
        raise ValueError("one of the options behind its ? cannot be used.") from None


def _sqlite(name: str, value: str) -> dict[str, Any]:
    config = _django_database(name, value)
    if not config["NAME"] or config["NAME"] == ":memory:":
        raise BadUrl(name, "SQLite needs a file: sqlite:///path/to/file.")
    Path(config["NAME"]).parent.mkdir(parents=True, exist_ok=True)  # SQLite makes no folders
    config["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 5,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
        # 16 MB instead of 4: a busy chat writes the same pages again and again, and copies them a
        # quarter as often.
        "PRAGMA wal_autocheckpoint=4000;",
    }
    config["CONN_MAX_AGE"] = None
    return config


def _postgres(name: str, value: str) -> dict[str, Any]:
    try:
        query = parse_qs(split_url(value).query)
    except ValueError as error:
        raise BadUrl(name, str(error)) from None
    config = _django_database(name, value)
    if not config.get("NAME"):
        raise BadUrl(name, "the name of the database is missing at the end.")
    said = " ".join(query.get("options", []))
    config["OPTIONS"] = {"connect_timeout": 3, **config.get("OPTIONS", {})}
    if said:
        config["OPTIONS"]["options"] = said
    config.setdefault("CONN_MAX_AGE", None)
    config["CONN_HEALTH_CHECKS"] = True
    # A pooler in transaction mode sends the next statement where there is no such cursor.
    config["DISABLE_SERVER_SIDE_CURSORS"] = True
    return config


def _django_database(name: str, value: str) -> dict[str, Any]:
    try:
        return dict(environ.Env.db_url_config(value))
    except (ImproperlyConfigured, LookupError, TypeError, ValueError):
        raise BadUrl(name, "the address cannot be read.") from None
