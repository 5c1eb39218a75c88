"""Every limit of the wire (docs/protocol.md, "Limits") with its default, in one table.

`config.env` reads each field from `INGLENOOK_<FIELD IN CAPITALS>`; `.env.example` documents each;
`tests/docs` compares them.
"""

from __future__ import annotations

from msgspec import Struct


class Limits(Struct, frozen=True, kw_only=True):
    """Numbers that bound what one participant may do. Units are in the names; counts have none."""

    body_chars: int = 2000
    name_chars: int = 40
    frame_bytes: int = 16 * 1024
    json_depth: int = 8
    json_keys: int = 64
    rooms: int = 20
    sends_per_10s: int = 5
    burst: int = 10
    address_sends_per_10s: int = 100
    room_sends_per_10s: int = 0
    site_sends_per_10s: int = 0
    renames_per_minute: int = 10
    sockets_per_visitor: int = 6
    sockets_per_address: int = 30
    sockets_per_site: int = 0
    connections_per_address: int = 200
    sessions_per_minute: int = 60
    reaction_kinds: int = 20
    edit_window_s: int = 15 * 60
    typing_s: int = 3
    seen_s: int = 1
    hello_s: int = 5
    ping_s: int = 25
    pong_s: int = 10
    unproven_bytes: int = 512 * 1024
    token_days: int = 30
    file_bytes: int = 5 * 1024 * 1024
    files_per_message: int = 4
    uploads_per_minute: int = 10
    previews_per_minute: int = 20
    visitor_files_mb: int = 50
    room_files_mb: int = 1024
    site_files_mb: int = 5120

    def for_clients(self) -> dict[str, int]:
        """The limits that `welcome` and `session` contain."""
        return {name: getattr(self, name) for name in ANNOUNCED}


ANNOUNCED = (
    "body_chars",
    "frame_bytes",
    "rooms",
    "sends_per_10s",
    "burst",
    "edit_window_s",
    "typing_s",
    "seen_s",
    "file_bytes",
    "files_per_message",
)

# Where 0 means that there is no such limit; everywhere else the least is 1.
MAY_BE_NONE = frozenset(
    {
        "address_sends_per_10s",
        "connections_per_address",
        "room_sends_per_10s",
        "site_sends_per_10s",
        "sockets_per_site",
        "visitor_files_mb",
        "room_files_mb",
        "site_files_mb",
    }
)
# A browser keeps integers exactly only inside these.
MAX_INTEGER = 2**53
# The server's own hard limit of one WebSocket message; above it the socket is closed with 1009.
HARD_FRAME_BYTES = 64 * 1024
# What a request's head may be, and the trailers behind its body; above it the answer is 431.
HEAD_BYTES = 64 * 1024
HEAD_FIELDS = 100
# What a request's body may be, by its path; above it the answer is 413 and nothing is read.
API_BODY_BYTES = HARD_FRAME_BYTES
FORM_BODY_BYTES = 1024 * 1024
# A picture, of a person or in a message, and the form around it.
PICTURE_BYTES = 5 * 1024 * 1024
FORM_AROUND_BYTES = 64 * 1024
PICTURE_FORM_BYTES = PICTURE_BYTES + FORM_AROUND_BYTES
# A page (`sync`, `history`) ends at its limit or here, whichever comes first.
PAGE_BYTES = 64 * 1024
# Several frames in one WebSocket message, and what stands round them.
MESSAGE_BYTES = 64 * 1024
PAGE_MESSAGES = 100
SNAPSHOT_MESSAGES = 50
# A client that missed more than this takes a snapshot instead.
RESUME_CHANGES = 1000
