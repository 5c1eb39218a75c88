"""Stages that several small faults share: to start an installation takes longer than most of them.

What a fault broke is whole again when it ends; a stage that is not is replaced.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.testkit.faults.stage import Stage

_open: dict[tuple[tuple[str, Any], ...], Stage] = {}


@asynccontextmanager
async def shared_stage(**wanted: Any) -> AsyncIterator[Stage]:
    key = tuple(sorted(wanted.items()))
    stage = _open.pop(key, None)
    if stage is None:
        stage = Stage(**wanted)
        try:
            await stage.open()
        except BaseException:
            await stage.leave()
            stage.close()
            raise
    try:
        await stage.enter()
        yield stage
    except BaseException:
        await stage.leave()
        stage.close()
        raise
    await stage.leave()
    if stage.is_whole:
        _open[key] = stage
    else:
        stage.close()


def close_all() -> None:
    while _open:
        _open.popitem()[1].close()
