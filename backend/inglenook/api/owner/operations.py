"""Every call of the owners' API, in the order of the OpenAPI document."""

from __future__ import annotations

from typing import Final

from inglenook.api.http.operations import Operation
from inglenook.api.owner import key

OPERATIONS: Final[tuple[Operation, ...]] = (key.get_key,)
