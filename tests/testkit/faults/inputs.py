"""What the worst input that is accepted costs the event loop, by every parser that a stranger
reaches. F28i.

    python -m tests.testkit.faults.inputs      one JSON object: milliseconds of
                                               processor time by parser

In a process of its own: it needs the product's settings, and nothing else may run beside it.
Forms are read in a thread.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
from collections.abc import Callable
from typing import Any

from tests.testkit.faults.cast import ROOT
from tests.testkit.faults.checker import Verdict
from tests.testkit.faults.registry import Figure, Report, Scale, fault

MOST_MS = 20.0
TIMES = 5
KIB = 1024
HEAD_BYTES = 64 * KIB
# As much of each as is let through to it.
MOST_BYTES = {
    "a frame": 16 * KIB,
    "plain frames": 256 * KIB,
    "a body of JSON": 64 * KIB,
    "a name": 64 * KIB,
    "a message": 64 * KIB,
    "entities": 2000,
    "an emoji": 64 * KIB,
    "a token": 64 * KIB,
    "an origin": HEAD_BYTES,
    "an address": HEAD_BYTES,
    "a cursor": HEAD_BYTES,
    "an id": HEAD_BYTES,
    "a query": HEAD_BYTES,
    "cookies": HEAD_BYTES,
    "a content type": HEAD_BYTES,
    "accepted types": HEAD_BYTES,
}


@fault("F28i", "The worst input that is accepted, by every parser")
async def inputs(scale: Scale) -> Report:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.testkit.faults.inputs"),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
    )
    out, _ = await process.communicate()
    found: dict[str, float] = json.loads(out.splitlines()[-1])
    slowest = max(found, key=lambda name: found[name])
    return Report(
        Verdict(said=len(found)),  # nobody says anything here: each input was answered
        [
            Figure("parsers", len(found), least=len(MOST_BYTES)),
            Figure(f"the slowest, {slowest}", found[slowest], " ms", most=MOST_MS),
        ],
    )


def measured() -> dict[str, float]:
    import django

    django.setup()
    from tests.testkit.parsers import PARSERS, SHAPES, filled, seconds_for

    gc.disable()
    found = {}
    for name, most in MOST_BYTES.items():
        parser = _as_it_is_called(name, PARSERS[name])
        readings = []
        for shape in SHAPES[name]:
            wide = max(len(char.encode()) for char in "".join(shape))
            readings.append(seconds_for(parser, filled(shape, most // wide), TIMES))
        found[name] = max(readings) * 1000
    return found


def _as_it_is_called(name: str, parser: Callable[[str], Any]) -> Callable[[str], Any]:
    """Where the growth is tried without a limit, here it is tried with the
    one that a stranger meets.
    """
    from inglenook.protocol.text import normalise_body, normalise_name
    from inglenook.realtime.servers.plain_frames import plain_texts
    from inglenook.realtime.servers.socket_bounds import WAITING_MOST

    bounded: dict[str, Callable[[str], Any]] = {
        "a name": normalise_name,
        "a message": normalise_body,
        "plain frames": lambda text: plain_texts(text.encode("latin-1"), WAITING_MOST),
    }
    return bounded.get(name, parser)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measured()) + "\n")
