"""The request to follow a room, from the edge that judges it (api) to the one that holds it
(realtime).

    server: a FollowHandOff in the scope ─> the view judges, and puts in a FollowRequest
                                         ─> the server takes it out, and answers

Neither edge imports the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from msgspec import Struct

from inglenook.chat.sync import Cursor
from inglenook.visitors.participants import Participant

EXTENSION: Final = "inglenook.follow_request"
LONGEST_WAIT_SECONDS: Final = 25


class FollowRequest(Struct, frozen=True, kw_only=True):
    """Somebody, the key and origin they came by, and what they want of a room. `wait_s` None: a
    stream.

    `origin` None is our own. `version` is a visitor's token's; of the team it is `login`, the key
    of a session, and `until`, the end of their token. `access_version` is the site's at which they
    were judged.
    """

    participant: Participant
    site_id: int
    key: str
    origin: str | None
    version: int | None
    access_version: int
    slug: str
    cursor: Cursor
    wait_s: int | None
    login: str | None = None
    until: datetime | None = None


class FollowHandOff:
    """Receives the follow request of a call that the server can hold open."""

    def __init__(self) -> None:
        self.follow_request: FollowRequest | None = None


def hand_off_of(scope: Mapping[str, Any]) -> FollowHandOff | None:
    """None where nobody can hold a request open: then it is answered at once."""
    found = scope.get("extensions", {}).get(EXTENSION)
    return found if isinstance(found, FollowHandOff) else None
