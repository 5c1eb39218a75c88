"""JSON as the wire allows it: size before parse, bounded depth and keys, no NaN, no duplicate keys,
integers a browser keeps.

Python's own parser accepts `NaN`, the last of two equal keys and integers of any length; each of
these has broken a chat before.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any, NoReturn

from .errors import BadFrame, BadJson, Invalid, TooDeep, TooLarge
from .limits import MAX_INTEGER, Limits

# It takes an unclosed string too: one that failed to match would be read again from each quote.
_STRING = re.compile(r'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_BRACKETS = re.compile(r"[\[\]{}]")
_OUT_OF_RANGE = object()


def parse(text: str | bytes, limits: Limits) -> Any:
    """The value of `text`.

    Raises TooLarge, BadJson, TooDeep, BadFrame (too many keys) and Invalid (an integer, with its
    key).
    """
    if _size(text) > limits.frame_bytes:
        raise TooLarge(f"At most {limits.frame_bytes} bytes are accepted at once.")
    return parse_sized(text, limits)


def parse_sized(text: str | bytes, limits: Limits) -> Any:
    """As `parse`, for a caller that has its own limit of size."""
    if isinstance(text, bytes):
        try:
            text = text.decode()
        except UnicodeDecodeError:
            raise BadJson("The text is not UTF-8.") from None
    _check_depth(text, limits.json_depth)
    try:
        return _decoder(limits.json_keys).decode(text)
    except (ValueError, RecursionError):
        raise BadJson("The text is not JSON.") from None


@lru_cache(8)
def _decoder(key_limit: int) -> json.JSONDecoder:
    """Made once: making it costs more than reading a frame."""
    return json.JSONDecoder(
        object_pairs_hook=lambda pairs: _object(pairs, key_limit),
        parse_int=_integer,
        parse_float=_number,
        parse_constant=_constant,
    )


def _size(text: str | bytes) -> int:
    return len(text) if isinstance(text, bytes) else len(text.encode(errors="surrogatepass"))


def _check_depth(text: str, limit: int) -> None:
    # Most frames have a handful of brackets at all; only the others are worth a walk.
    if text.count("{") + text.count("[") <= limit:
        return
    depth = 0
    for bracket in _BRACKETS.findall(_STRING.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        if depth > limit:
            raise TooDeep(f"JSON may be nested {limit} levels deep at most.")


def _object(pairs: list[tuple[str, Any]], key_limit: int) -> dict[str, Any]:
    if len(pairs) > key_limit:
        raise BadFrame(f"An object may have {key_limit} keys at most.")
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadJson("The same key stands twice in one object.")
    for key, value in pairs:
        if value is _OUT_OF_RANGE or (type(value) is list and _OUT_OF_RANGE in value):
            # A key is the sender's text: what cannot be sent back is not named.
            name = key if len(key) <= 40 and key.isascii() and key.isprintable() else None
            words = f"`{name}`" if name else "A number"
            raise Invalid(f"{words} is not an integer within ±2^53.", field=name)
    return found


def _integer(digits: str) -> Any:
    if len(digits) > 17:
        return _OUT_OF_RANGE
    value = int(digits)
    return value if -MAX_INTEGER <= value <= MAX_INTEGER else _OUT_OF_RANGE


def _number(digits: str) -> float:
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        raise BadJson("A number is too large to be kept.")
    return value


def _constant(name: str) -> NoReturn:
    raise BadJson(f"{name} is not JSON.")
