"""Who did something: what a record keeps of its author, so that it outlives the author's row."""

from __future__ import annotations

from typing import Final, Literal, cast

from msgspec import Struct

ActorKind = Literal["member", "key", "visitor", "system"]


class Actor(Struct, frozen=True):
    """`id` is the public id of a member, key or visitor; `name` is the one of that day."""

    kind: ActorKind
    id: str
    name: str


# The command line and migrations: whoever runs the installation.
SYSTEM: Final = Actor(kind="system", id="system", name="Inglenook")


def actor_of(kind: str, actor_id: str, name: str) -> Actor | None:
    """The actor of a row's three columns; None where they are empty."""
    return Actor(kind=cast(ActorKind, kind), id=actor_id, name=name) if kind else None


def actor_columns(prefix: str, actor: Actor | None) -> dict[str, str]:
    """Those three columns, which begin with `prefix`; empty for nobody."""
    kind, actor_id, name = (actor.kind, actor.id, actor.name) if actor else ("", "", "")
    return {f"{prefix}_kind": kind, f"{prefix}_id": actor_id, f"{prefix}_name": name}


def note_actor(row: object, prefix: str, actor: Actor | None) -> None:
    """Writes them into the row, which the caller stores."""
    for column, value in actor_columns(prefix, actor).items():
        setattr(row, column, value)
