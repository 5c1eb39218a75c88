"""Typed readers of the environment and `.env`. A wrong value stops the start and says which variable, what it holds and what fits."""

from __future__ import annotations

import ipaddress
import os
import re
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from inglenook.protocol.limits import MAY_BE_NONE, Limits

# Every variable that was read, with its default in words: `.env.example` and docs/settings.md are held to it.
READ: dict[str, str] = {}

# What only the tests of this repository read.
_OF_TESTS = re.compile(r"INGLENOOK_(TEST_|CHROMIUM)")
_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}


class BadSetting(ImproperlyConfigured):
    """A variable holds what cannot be used. The text is for the operator, the variable's name first."""

    def __init__(self, name: str, value: str, wanted: str) -> None:
        shown = value if len(value) <= 60 else value[:57] + "…"
        super().__init__(f"{name} is {shown!r}: {wanted}")


def read_dotenv(folder: Path) -> None:
    """Adds what `.env` in `folder` says, below what the environment already has."""
    path = Path(os.environ.get("INGLENOOK_ENV_FILE") or folder / ".env")
    if path.is_file():
        environ.Env.read_env(str(path), overwrite=False)


def text(name: str, default: str = "") -> str:
    """The variable, or what the file named by `<name>_FILE` holds (secrets of containers come that way)."""
    READ.setdefault(name, default)
    value = os.environ.get(name)
    if value is not None:
        return value.strip()
    file = os.environ.get(f"{name}_FILE")
    if file is None:
        return default
    try:
        return Path(file).read_text().strip()
    except OSError as error:
        raise BadSetting(
            f"{name}_FILE", file, f"the file cannot be read ({error.strerror})."
        ) from None


def unknown_variables() -> list[str]:
    """Names that look like ours and are read by nobody: most often a slip of the finger."""
    known = READ.keys() | {f"{name}_FILE" for name in READ} | {"INGLENOOK_ENV_FILE"}
    ours = (name for name in os.environ if name.startswith("INGLENOOK_"))
    return sorted(name for name in ours if name not in known and not _OF_TESTS.match(name))


def boolean(name: str, default: bool) -> bool:
    value = text(name, str(default).lower()).lower()
    if value in _TRUE:
        return True
    if value in _FALSE:
        return False
    raise BadSetting(name, value, "write true or false.")


def integer(name: str, default: int, *, least: int = 1, most: int = 2**31) -> int:
    value = text(name, str(default))
    if not value:
        return default
    if not re.fullmatch(r"[0-9]{1,10}", value) or not least <= int(value) <= most:
        raise BadSetting(name, value, f"write a whole number from {least} to {most}.")
    return int(value)


def choice(name: str, default: str, options: tuple[str, ...]) -> str:
    value = text(name, default).upper()
    if value not in options:
        raise BadSetting(name, value, f"write one of {', '.join(options)}.")
    return value


def words(name: str, default: list[str]) -> list[str]:
    value = text(name)
    return [part.strip() for part in value.split(",") if part.strip()] if value else default


def base_url(name: str, default: str) -> str:
    """Where people reach us: http or https, host, no path. Links in pages and snippets are made from it."""
    value = text(name, default).rstrip("/")
    try:
        parts = urlsplit(value)
        fits = (
            parts.scheme in ("http", "https")
            and parts.hostname
            and not parts.path
            and not parts.query
        )
        fits = fits and "@" not in parts.netloc and (parts.port is None or parts.port > 0)
    except ValueError:
        fits = False
    if not fits:
        raise BadSetting(
            name, value, "write an address such as https://chat.example.com, without a path."
        )
    return value.lower()


def networks(name: str) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """Addresses of the proxies in front of us; only these may say whose request it is."""
    found = []
    for part in words(name, []):
        try:
            found.append(ipaddress.ip_network(part, strict=False))
        except ValueError:
            raise BadSetting(
                name,
                part,
                "write addresses or networks such as 127.0.0.1 or 10.0.0.0/8, with commas.",
            ) from None
    return found


def database(name: str, data_dir: Path) -> dict[str, Any]:
    """Django's DATABASES["default"] from an URL. SQLite: WAL, full durability, writers queue instead of failing."""
    value = text(name) or f"sqlite:///{data_dir / 'inglenook.sqlite3'}"
    scheme = value.partition(":")[0].lower()
    if scheme not in ("sqlite", "postgres", "postgresql"):
        raise BadSetting(
            name,
            value.partition("@")[0],
            "write sqlite:///path/to/file or postgres://name:password@host:5432/database.",
        )
    try:
        config: dict[str, Any] = dict(environ.Env.db_url_config(value))
    except (ImproperlyConfigured, LookupError, TypeError, ValueError):
        raise BadSetting(name, scheme + "://…", "the address cannot be read.") from None
    if scheme == "sqlite":
        if not config["NAME"] or config["NAME"] == ":memory:":
            raise BadSetting(name, value, "SQLite needs a file: sqlite:///path/to/file.")
        Path(config["NAME"]).parent.mkdir(parents=True, exist_ok=True)  # SQLite makes no folders
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 5,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
            # 16 MB instead of 4: a busy chat writes the same pages again and again, and copies them a quarter as often.
            "PRAGMA wal_autocheckpoint=4000;",
        }
        config["CONN_MAX_AGE"] = None
        return config
    if not config.get("NAME"):
        raise BadSetting(name, "postgres://…", "the name of the database is missing at the end.")
    config["CONN_MAX_AGE"] = None
    config["CONN_HEALTH_CHECKS"] = True
    config["OPTIONS"] = {
        **config.get("OPTIONS", {}),
        "connect_timeout": 3,
        "options": "-c lock_timeout=2000 -c idle_in_transaction_session_timeout=10000",
    }
    return config


def redis_urls(name: str) -> list[str]:
    """One address, or several with commas. A comma inside an address, as a password may have, divides nothing."""
    value = text(name)
    if not value:
        return []
    urls = re.split(r"\s*,\s*(?=[a-z]+://)", value.strip(" ,"))
    for url in urls:
        if url.partition("://")[0] not in ("redis", "rediss", "unix"):
            raise BadSetting(
                name, url.partition("@")[0], "write redis://host:6379/0, or several with commas."
            )
    return urls


def secret_key(name: str, data_dir: Path) -> str:
    """The key that signs sessions and visitors' tokens; made on the first start and kept in the data folder."""
    value = text(name)
    if value:
        if len(value) < 32:
            raise BadSetting(name, "…", "a secret key needs 32 characters or more.")
        return value
    path = data_dir / "secret_key"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text().strip()  # another process of ours was first
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()


def limits() -> Limits:
    """The limits of the wire, each from `INGLENOOK_<FIELD>`."""
    defaults = Limits()
    fields = {
        field: integer(
            f"INGLENOOK_{field.upper()}",
            getattr(defaults, field),
            least=0 if field in MAY_BE_NONE else 1,
        )
        for field in Limits.__struct_fields__
    }
    return Limits(**fields)
