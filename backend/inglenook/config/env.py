"""Typed readers of the environment and `.env`.

A wrong value stops the start and says which variable, what it holds and what fits.
"""

from __future__ import annotations

import ipaddress
import os
import re
import secrets
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from io import StringIO
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

from inglenook.protocol.limits import MAY_BE_NONE, Limits
from inglenook.sites.hosts import HostError, canonical_host
from inglenook.sites.origins import parse_origin

# Every variable that was read, with its default in words: `.env.example` and docs/settings.md are
# held to it.
READ: dict[str, str] = {}

# What only the tests of this repository read.
_OF_TESTS = re.compile(r"INGLENOOK_(TEST_|CHROMIUM)")
_DOTENV_LINE = re.compile(r"(?:export )?[A-Za-z_0-9]+=")
_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}


class BadSetting(ImproperlyConfigured):
    """A variable holds what cannot be used.

    The text is for the operator, the variable's name first.

    `value` is None where it may be a secret: then it is not shown.
    """

    def __init__(self, name: str, value: str | None, wanted: str) -> None:
        if value is None:
            super().__init__(f"{name} cannot be used: {wanted}")
            return
        shown = value if len(value) <= 60 else value[:57] + "…"
        super().__init__(f"{name} is {shown!r}: {wanted}")


def read_dotenv(folder: Path) -> None:
    """Adds what `.env` in `folder` says, below what the environment already has."""
    named = os.environ.get("INGLENOOK_ENV_FILE")
    path = Path(named or folder / ".env")
    if path.is_file():
        environ.Env.read_env(StringIO(_dotenv_text(path)), overwrite=False)
    elif named and not path.exists():
        raise BadSetting("INGLENOOK_ENV_FILE", named, "there is no such file.")


def _dotenv_text(path: Path) -> str:
    """The file's lines.

    Raises where one says nothing; it is named by its number, as it may hold a secret.
    """
    lines = [line.strip() for line in _read_text(str(path), path).splitlines()]
    for number, line in enumerate(lines, start=1):
        if line and not line.startswith("#") and not _DOTENV_LINE.match(line):
            raise ImproperlyConfigured(
                f"{path}, line {number}: write NAME=value, without blanks round the =; "
                "a comment begins with #."
            )
    return "\n".join(lines)


def _read_text(name: str, path: Path) -> str:
    """What a file says, in UTF-8 or, as its byte order mark tells, UTF-16.

    `name` is for a refusal.
    """
    try:
        content = path.read_bytes()
        encoding = "utf-16" if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8-sig"
        return content.decode(encoding)
    except OSError as error:
        raise BadSetting(name, str(path), f"the file cannot be read ({error.strerror}).") from None
    except ValueError:
        raise BadSetting(name, str(path), "the file is not text in UTF-8.") from None


def text(name: str, default: str = "") -> str:
    """The variable, or what the file named by `<name>_FILE` holds (secrets of containers come that
    way).
    """
    READ.setdefault(name, default)
    value = os.environ.get(name)
    if value is not None:
        return value.strip()
    file = os.environ.get(f"{name}_FILE")
    if file is None:
        return default
    return _read_text(f"{name}_FILE", Path(file)).strip()


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
    """Where people reach us, as browsers write an origin: lower case, IDNA, without the usual port.

    Links in pages and snippets are made from it.
    """
    value = text(name, default)
    origin = parse_origin(value.rstrip("/"))
    if origin is None:
        raise BadSetting(
            name,
            None if "@" in value else value,
            "write an address such as https://chat.example.com, without a path.",
        )
    return str(origin)


def hosts(name: str, default: list[str]) -> list[str]:
    """Names of a Host header in the form in which a browser sends them; `.example.com` and `*` stay
    patterns.
    """
    found = []
    for part in words(name, default):
        try:
            dot = "." if part.startswith(".") else ""
            found.append(part if part == "*" else dot + canonical_host(part.removeprefix(".")))
        except HostError:
            raise BadSetting(
                name, part, "write names such as chat.example.com, without port or scheme."
            ) from None
    return found


def networks(name: str) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """Addresses and networks, such as those of the proxies in front of us."""
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


def secret_key(name: str, data_dir: Path) -> str:
    """The key that signs sessions and visitors' tokens; made on the first start and kept in the
    data folder.
    """
    value = text(name)
    if value:
        if len(value) < 32:
            raise BadSetting(name, None, "a secret key needs 32 characters or more.")
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
