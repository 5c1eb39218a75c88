"""How much is made up: a little in every run, more for whoever has the time.

FUZZ=20 pytest tests/hostile       twenty times as many examples, frames and requests
--randomly-seed=…                  the same again; each run prints its own
"""

from __future__ import annotations

import os
from typing import Final

from hypothesis import HealthCheck, settings

FUZZ: Final = int(os.environ.get("FUZZ", "1"))


def times(number: int) -> settings:
    """The settings of a test that looks at `number` examples, or as many
    times more as was asked for.
    """
    return settings(max_examples=number * FUZZ, suppress_health_check=list(HealthCheck))
