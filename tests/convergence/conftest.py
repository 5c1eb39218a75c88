from __future__ import annotations

from tests.backend.conftest import (  # noqa: F401  (fixtures)
    _fresh_memory,
    _record_goes,
    other_visitor,
    owner,
    room,
    site,
    visitor,
)
