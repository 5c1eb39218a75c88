"""The product's settings in a process whose wall clock a test may set. For tests:
no product setting leads here.

The file named by INGLENOOK_TEST_CLOCK holds how many seconds the clock is off.
Monotonic clocks go on as they are, as they do when an operator or a time server sets the clock.
"""

from __future__ import annotations

import datetime
import os
import threading
import time
from pathlib import Path

import time_machine

from inglenook.config.settings import *  # noqa: F403  settings are names

_real_now = time.time
LOOK_SECONDS = 0.05


def _follow(file: Path) -> None:
    off, traveller = 0.0, None
    while True:
        wanted = float(file.read_text() or 0) if file.exists() else 0.0
        if wanted != off:
            if traveller is not None:
                traveller.stop()
            now = datetime.datetime.fromtimestamp(_real_now(), datetime.UTC)
            traveller = time_machine.travel(now + datetime.timedelta(seconds=wanted), tick=True)
            traveller.start()
            off = wanted
        time.sleep(LOOK_SECONDS)


if "INGLENOOK_TEST_CLOCK" in os.environ:
    _clock_file = Path(os.environ["INGLENOOK_TEST_CLOCK"])
    threading.Thread(target=_follow, args=(_clock_file,), daemon=True).start()
