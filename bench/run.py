"""How a part runs a job: the generator in a process of its own, whose answer is figures or an error
in plain words.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

from scripts.steps import ROOT

JOB_SECONDS = 180


class PartFailed(Exception):
    """A measurement could not be made. The text stands in the paper in place of its figures."""


def reason(error: Exception) -> str:
    """Why something could not be measured: the first line says it, and the end of a server's log
    may follow.
    """
    first, _, rest = f"{type(error).__name__}: {error}".strip().partition("\n")
    return f"{first}\n{rest[-600:]}".strip()


def load(job: dict[str, Any]) -> list[dict[str, Any]]:
    """What each step of the job came to."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.load"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        input=json.dumps(job),
        capture_output=True,
        text=True,
        timeout=JOB_SECONDS,
        check=False,
    )
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        raise PartFailed(
            f"the generator ended with {done.returncode}: {done.stderr[-500:]}"
        ) from None
    if isinstance(answer, dict):
        raise PartFailed(answer["error"])
    found: list[dict[str, Any]] = answer
    return found
