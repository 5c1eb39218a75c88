"""RESUME: clients that were away. A client that missed 1,000 changes gets them all, by pages.
One that missed 10,000 gets the newest page and reads back as far as it wants. The memory that 50
such clients cost at once is the process's peak above what it had before.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from bench.asker import Asker
from bench.figures import median
from bench.filled import ROOMS, filled
from bench.machine import resident_kib
from bench.parts import history
from bench.progress import Progress
from bench.run import reason
from tests.testkit.server import Server

NAME = "RESUME"
CLIENTS = 50
MISSED = (1_000, 10_000)
MESSAGES = 500_000
Result = dict[str, Any]


def measure(is_short: bool, only: list[str]) -> Result:
    databases = [name for name in history.DATABASES if not only or name in only]
    progress = Progress(NAME, len(databases) * len(MISSED))
    runs: list[Result] = []
    for database in databases:
        servers: list[Server] = []
        try:
            cast, url = filled(database, MESSAGES)
            asker = history.asker_of(f"{database}-{MESSAGES}", cast, url, servers)
            for missed in MISSED:
                progress.step(f"{database}, {missed:,} changes missed")
                run = _resumes(asker, servers[0], missed, 10 if is_short else CLIENTS)
                runs.append({"database": database, "missed": missed, **run})
                progress.note(
                    f"{database}, {missed:,} missed: {run['seconds']:.2f} s for {run['clients']} "
                    "clients, "
                    f"{run['pages']} answers each, largest {run['largest_bytes']:,} bytes, peak "
                    f"{run['peak_growth_kib'] / 1024:+.1f} MiB"
                )
        except Exception as error:  # noqa: BLE001  one database's trouble is not the other's
            runs.append({"database": database, "error": reason(error)})
            progress.note(f"{database}: FAILED: {runs[-1]['error']}")
        finally:
            for server in servers:
                server.kill()
    progress.end()
    return {"runs": runs, "short": is_short}


def _resumes(first: Asker, server: Server, missed: int, clients: int) -> Result:
    pid = server.process.pid
    start = first.ask("sync", type="join", room="room-0")
    epoch, head = start["epoch"], start["head"]
    before = resident_kib([pid])
    Path(f"/proc/{pid}/clear_refs").write_text("5")  # the peak counts from here
    askers = [Asker(server.port, first.key, first.token) for _ in range(clients)]
    for asker in askers:
        asker.ask("welcome", type="hello", v=1, token=first.token, rooms=[])
    began = time.perf_counter()
    for asker in askers:
        asker.say(type="join", room="room-0", epoch=epoch, since=head - missed)
    answers, sizes, times = 0, [0], []
    for asker in askers:
        answers = _catch_up(asker, epoch, head, missed, sizes)
        times.append(time.perf_counter() - began)
    peak = _peak_kib(pid) - before
    for asker in askers:
        asker.close()
    return {
        "clients": clients,
        "seconds": times[-1],
        "median_seconds": median(times),
        "pages": answers,
        "largest_bytes": max(sizes),
        "peak_growth_kib": peak,
        "peak_growth_kib_per_client": peak / clients,
        "stored": head * ROOMS,
    }


def _catch_up(asker: Asker, epoch: str, head: int, missed: int, sizes: list[int]) -> int:
    """Reads until nothing is missing. Answers with how many frames that took."""
    read = asker.bytes_read
    frame, answers = asker.next("sync"), 1
    floor = frame["messages"][0]["seq"]
    while frame["more"]:
        sizes.append(asker.bytes_read - read)
        read = asker.bytes_read
        frame = asker.ask(
            "sync", type="sync", room="room-0", epoch=epoch, since=frame["upto"], limit=100
        )
        answers += 1
    assert frame["upto"] == head, frame["upto"]
    while frame["type"] == "history" or frame["mode"] == "snapshot":
        frame = asker.ask("history", type="history", room="room-0", before=floor, limit=100)
        sizes.append(asker.bytes_read - read)
        read, floor = asker.bytes_read, frame["messages"][0]["seq"]
        answers += 1
        if floor <= head - missed + 1:
            break
    return answers


def _peak_kib(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(row.split()[1]) for row in status.splitlines() if row.startswith("VmHWM"))
