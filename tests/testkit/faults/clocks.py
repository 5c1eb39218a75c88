"""The machine's clock jumps: order, tokens, limits and heartbeats do not follow it. F12."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from tests.testkit.faults.registry import Figure, Report, Scale, fault
from tests.testkit.faults.stage import until

HOUR = 3600


@fault("F12", "The clock jumps an hour ahead, then two back")
async def clock_jumps(scale: Scale) -> Report:
    with tempfile.TemporaryDirectory(prefix="inglenook-clock-") as folder:
        file = Path(folder) / "off"
        wanted = {
            "DJANGO_SETTINGS_MODULE": "tests.testkit.faults.clock_settings",
            "INGLENOOK_TEST_CLOCK": str(file),
        }
        async with scale.stage(**wanted) as stage, scale.fleet(stage, "F12") as fleet:
            await fleet.arrive()
            fleet.talk(scale.per_second)
            closed, back = 0, 0
            for off in (HOUR, -HOUR, 0):
                await asyncio.sleep(2)
                before = sum(fleet.journal.closes.values())
                file.write_text(str(off))
                await asyncio.sleep(4)
                closed += sum(fleet.journal.closes.values()) - before
                for front in stage.fronts:
                    front.cut()
                await asyncio.sleep(0.2)
                back += await until(fleet.is_in_step, 20)
            verdict = await fleet.settle()
            return Report(
                verdict,
                [
                    Figure("sockets closed by a jump", closed, most=0),
                    Figure("jumps after which all came back", back, least=3),
                    Figure("nacks", sum(fleet.journal.nacks.values()), most=0),
                ],
            )
