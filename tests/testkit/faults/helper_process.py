"""A part of a test that must have its own process: what measures or floods shares no loop with it.

It says a line when it is ready, reads its standard input, and says one line of JSON at its end.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any, Self

from tests.testkit.faults.cast import ROOT


class HelperProcess:
    """`python -m module words…`."""

    def __init__(self, module: str, *words: str) -> None:
        self._argv = ["-m", module, *words]
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> Self:
        """Returns when it is ready."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            *self._argv,
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        await self.line()
        return self

    async def tell(self) -> None:
        """Gives it a line, and returns when it has answered with one."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(b"\n")
        await self._process.stdin.drain()
        await self.line()

    async def line(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        await self._process.stdout.readline()

    async def end(self) -> dict[str, Any]:
        """Ends its input, and returns what it says then."""
        assert self._process is not None
        out, _ = await self._process.communicate(b"")
        found: dict[str, Any] = json.loads(out.splitlines()[-1])
        return found
