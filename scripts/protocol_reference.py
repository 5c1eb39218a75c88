"""Writes the tables of docs/protocol.md from the definitions of the wire:
frames, codes, close codes, limits.

.venv/bin/python -m scripts.protocol_reference          writes them
tests/docs/test_protocol.py                             fails when they are old
"""

from __future__ import annotations

import sys
import typing
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "backend"))

from inglenook.protocol import codes, frames, limits  # noqa: E402  the path is set first

PAPER = ROOT / "docs" / "protocol.md"


def tables() -> dict[str, str]:
    """By name: what stands between `<!-- name -->` and `<!-- end -->`."""
    return {
        "client frames": _frames(frames.CLIENT_FRAMES),
        "server frames": _frames(frames.SERVER_FRAMES),
        "codes": _codes(),
        "close codes": _close_codes(),
        "limits": _limits(),
    }


def with_tables(text: str) -> str:
    for name, table in tables().items():
        before, mark, rest = text.partition(f"<!-- {name} -->\n")
        if not mark:
            raise SystemExit(f"docs/protocol.md has no place for {name}: <!-- {name} -->")
        text = f"{before}{mark}{table}<!-- end -->{rest.partition('<!-- end -->')[2]}"
    return text


def _frames(known: Mapping[str, type[msgspec.Struct]]) -> str:
    rows = ["| type | fields |", "|---|---|"]
    for name, struct in sorted(known.items()):
        is_ours = issubclass(struct, frames.ServerFrame)
        found = msgspec.structs.fields(struct)
        fields = ", ".join(_field(field, is_ours=is_ours) for field in found)
        rows.append(f"| `{name}` | {fields} |")
    return "\n".join(rows) + "\n"


def _field(field: Any, *, is_ours: bool) -> str:
    # The server always sends what has a default; it leaves out only what may be unset.
    may_be_unset = msgspec.UnsetType in typing.get_args(field.type)
    optional = may_be_unset if is_ours else not field.required
    return f"`{field.encode_name}{'?' if optional else ''}` {_words(field.type)}"


def _words(kind: Any) -> str:
    origin = typing.get_origin(kind)
    arguments = typing.get_args(kind)
    if origin is typing.Annotated:
        return _words(arguments[0])
    if origin is typing.Literal:
        return " or ".join(f'"{argument}"' for argument in arguments)
    if origin is list:
        return f"list of {_words(arguments[0])}"
    if origin is dict:
        return f"object of {_words(arguments[1])}"
    if origin is tuple:
        return "[" + ", ".join(_words(argument) for argument in arguments) + "]"
    if arguments:
        return " or ".join(_words(a) for a in arguments if a is not msgspec.UnsetType)
    names = {
        str: "text",
        int: "integer",
        bool: "boolean",
        type(None): "null",
        msgspec.Raw: "object",
    }
    if kind is Any:
        return "object"
    return names.get(kind, f"`{kind.__name__}`")


def _codes() -> str:
    rows = ["| code | HTTP | strike | comes again |", "|---|---|---|---|"]
    for code, status in codes.HTTP_STATUS.items():
        strike = "yes" if code in codes.STRIKES else ""
        again = "yes" if code in codes.RETRYABLE else ""
        rows.append(f"| `{code}` | {status} | {strike} | {again} |")
    return "\n".join(rows) + "\n"


def _close_codes() -> str:
    rows = ["| code | names |", "|---|---|"]
    names: dict[int, list[str]] = {}
    for name, code in codes.CLOSE.items():
        names.setdefault(code, []).append(f"`{name}`")
    rows += [f"| {code} | {', '.join(found)} |" for code, found in sorted(names.items())]
    return "\n".join(rows) + "\n"


def _limits() -> str:
    rows = ["| limit | default | setting |", "|---|---|---|"]
    defaults = limits.Limits()
    for name in limits.Limits.__struct_fields__:
        mark = " (announced)" if name in limits.ANNOUNCED else ""
        rows.append(
            f"| `{name}`{mark} | {getattr(defaults, name):,} | `INGLENOOK_{name.upper()}` |"
        )
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    PAPER.write_text(with_tables(PAPER.read_text()))
