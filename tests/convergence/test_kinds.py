"""Every service that takes a number of a room is among the kinds of change of the convergence
tests, in both languages.
"""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path
from types import ModuleType

from inglenook.chat import calm, erasing, held, person_messages, room_services, services
from inglenook.chat.posting import commit, pipeline
from inglenook.chat.previews import keeping
from tests.convergence import kinds

ANNOUNCES = {"messages_posted", "message_changed", "room_changed", "head_moved", "after_commit"}
TYPESCRIPT = Path(__file__).with_name("convergence.test.ts").read_text()
# Which kind of the TypeScript test stands for which service: there the whole `room` is one kind.
IN_TYPESCRIPT = {
    "post_message": "new",
    "post_messages": "new",
    "edit_message": "edit",
    "delete_message": "delete",
    "restore_message": "restore",
    "react": "react",
    "pin_message": "room",
    "change_room": "room",
    "apply_preset": "room",
    "remove_room": "room",
    "purge_below": "purge",
    "clear_history": "epoch",
    "approve_held": "approve",
    "keep": "preview",
    "delete_all": "delete",
    "delete_all_of_each": "delete",
    "undo_deletion": "restore",
    "erase_parts": "erase",
    "begin_calm": "room",
    "end_calm": "room",
    "end_what_is_over": "room",
}


# Many times the same.
ELSEWHERE = {"delete_all_of_each"}


def calls_of(module: ModuleType) -> dict[str, set[str]]:
    """For each function of the module the plain names that it calls."""
    found: dict[str, set[str]] = {}
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.FunctionDef):
            found[node.name] = {
                called.func.id if isinstance(called.func, ast.Name) else called.func.attr
                for called in ast.walk(node)
                if isinstance(called, ast.Call)
                and isinstance(called.func, ast.Name | ast.Attribute)
            }
    return found


def durable_changes() -> set[str]:
    """The services that announce a change of a room, by themselves or by what they call."""
    services_of = [services, room_services, held, calm, keeping, person_messages, erasing]
    calls: dict[str, set[str]] = {}
    for module in (commit, pipeline, *services_of):
        calls |= calls_of(module)
    announcing = set(ANNOUNCES)
    while more := {name for name, called in calls.items() if called & announcing} - announcing:
        announcing |= more
    own = {"post_message", "post_messages"}.union(*(calls_of(module) for module in services_of))
    return {name for name in announcing & own if not name.startswith("_")}


def test_python_tries_every_durable_change() -> None:
    calls = calls_of(kinds)
    all_kinds = [*kinds.KINDS, kinds.remove]
    tried = set().union(*(calls[kind.__name__] for kind in all_kinds))
    assert durable_changes() - tried == ELSEWHERE


def test_typescript_tries_every_durable_change() -> None:
    block = re.search(r"const KINDS = \[(.*?)\] as const", TYPESCRIPT, re.DOTALL)
    assert block is not None
    found = set(re.findall(r'"(\w+)"', block[1]))
    assert set(IN_TYPESCRIPT) == durable_changes()
    assert set(IN_TYPESCRIPT.values()) <= found


def test_there_are_such_services() -> None:
    assert {"post_message", "react", "clear_history"} <= durable_changes()
