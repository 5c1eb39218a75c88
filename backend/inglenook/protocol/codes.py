"""Every error code and close code of the wire, in one place (docs/protocol.md, "Codes")."""

from __future__ import annotations

from typing import Final

HTTP_STATUS: Final[dict[str, int]] = {
    "bad_json": 400,
    "bad_frame": 400,
    "unknown_type": 400,
    "too_deep": 400,
    "binary_not_supported": 400,
    "hello_required": 400,
    "invalid": 400,
    "invalid_token": 401,
    "token_expired": 401,
    "origin_not_allowed": 403,
    "site_disabled": 403,
    "forbidden": 403,
    "muted": 403,
    "banned": 403,
    "not_found": 404,
    "room_locked": 409,
    "room_archived": 409,
    "too_late": 409,
    "too_large": 413,
    "unsupported_media_type": 415,
    "empty": 422,
    "too_long": 422,
    "invalid_text": 422,
    "blocked_word": 422,
    "blocked_link": 422,
    "reserved": 422,
    "rate": 429,
    "slow_mode": 429,
    "internal": 500,
    "unavailable": 503,
}

# What only the owners' API answers (docs/owners-api.md): no socket and no visitor's call gets
# these.
OWNERS_HTTP_STATUS: Final[dict[str, int]] = {
    "invalid_key": 401,
    "scope": 403,
    "conflict": 409,
    "quota": 409,
    "stale": 412,
}

# A client that keeps sending these does not speak the protocol: five in a minute close its socket.
STRIKES: Final[frozenset[str]] = frozenset(
    {
        "bad_json",
        "bad_frame",
        "unknown_type",
        "too_deep",
        "too_large",
        "binary_not_supported",
        "hello_required",
    }
)
STRIKES_ALLOWED: Final = 4
STRIKE_WINDOW_SECONDS: Final = 60.0

# Refusals that pass by themselves: the client keeps the message and sends it again (`nack
# final:false`).
RETRYABLE: Final[frozenset[str]] = frozenset({"rate", "slow_mode", "internal", "unavailable"})

CLOSE: Final[dict[str, int]] = {
    "normal": 1000,
    "going_away": 1001,
    "restart": 1012,
    "try_again_later": 1013,
    "no_pong": 4000,
    "slow_consumer": 4001,
    "resync": 4002,
    "token_expired": 4003,
    "unavailable": 4004,
    "hello_timeout": 4005,
    "bad_protocol": 4500,
    "unsupported_version": 4501,
    "invalid_token": 4502,
    "key_revoked": 4503,
    "site_disabled": 4503,
    "banned": 4504,
    "origin_revoked": 4505,
    "connection_limit": 4506,
    "flood": 4507,
    "forbidden": 4508,
}
