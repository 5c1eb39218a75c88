"""A parsed value as one of our Structs, or the field at fault."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from .errors import Invalid

T = TypeVar("T", bound=Struct)

_MISSING = re.compile(r"missing required field `(\w+)`")
_PATH = re.compile(r"at `\$\.(\w+)")
_UNKNOWN = re.compile(r"contains unknown field `(.*?)`(?: - at `\$\.([\w.]+))?", re.DOTALL)


def converted(value: dict[str, Any], wanted: type[T]) -> T:
    """`value` as `wanted`. Raises Invalid with the field at fault."""
    try:
        try:
            return msgspec.convert(value, wanted, strict=True)
        except UnicodeEncodeError:
            return _converted_though_odd(value, wanted)
    except msgspec.ValidationError as error:
        raise _refusal_of(error) from None


def _converted_though_odd(value: dict[str, Any], wanted: type[T]) -> T:
    """msgspec stumbles over a lone surrogate in a key, and where something else than text was
    expected, before it says where.
    """
    try:
        return msgspec.convert(_sound_keys(value), wanted, strict=True)
    except UnicodeEncodeError:
        msgspec.convert(_sound_keys(value, _sound), wanted, strict=True)
        raise Invalid from None


def _sound_keys(value: Any, text: Callable[[str], str] = str) -> Any:
    if isinstance(value, dict):
        return {_sound(key): _sound_keys(it, text) for key, it in value.items()}
    if isinstance(value, list):
        return [_sound_keys(it, text) for it in value]
    return text(value) if isinstance(value, str) else value


def _sound(text: str) -> str:
    return text.encode(errors="replace").decode()


def _refusal_of(error: msgspec.ValidationError) -> Invalid:
    unknown = _UNKNOWN.search(str(error))
    if unknown is not None:
        name = f"{unknown[2]}.{unknown[1]}" if unknown[2] else unknown[1]
        # It is the sender's text: what cannot be sent back is not named.
        if len(name) > 80 or not name.isprintable():
            return Invalid("There is a field that is not known here.")
        return Invalid(f"There is no field `{name}` here.", field=name)
    found = _PATH.search(str(error)) or _MISSING.search(str(error))
    if found is None:
        return Invalid()
    return Invalid(f"`{found[1]}` is missing or has the wrong form.", field=found[1])
