"""What Linux tells about processes: their CPU time with all children, their memory,
and which core they may use.
"""

from __future__ import annotations

import os
import resource
from collections.abc import Iterable
from pathlib import Path

from tests.testkit.process import children_of

TICKS = os.sysconf("SC_CLK_TCK")


def tree_of(pid: int) -> list[int]:
    return [pid, *children_of(pid)]


def cpu_seconds(pids: Iterable[int]) -> float:
    """User and system time so far, of these processes;
    of those that ended, what is known no more counts 0.
    """
    total = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


def resident_kib(pids: Iterable[int]) -> int:
    total = 0
    for pid in pids:
        status = Path(f"/proc/{pid}/status").read_text()
        total += next(int(row.split()[1]) for row in status.splitlines() if row.startswith("VmRSS"))
    return total


def pin(pids: Iterable[int], core: int) -> None:
    """All threads onto one core, where there is more than one."""
    cores = sorted(os.sched_getaffinity(0))
    all_cores = range(os.cpu_count() or 1)
    if len(all_cores) < 2 or core not in all_cores:
        return
    for pid in pids:
        for task in Path(f"/proc/{pid}/task").glob("[0-9]*"):
            try:
                os.sched_setaffinity(int(task.name), {core})
            except OSError:
                os.sched_setaffinity(int(pid), set(cores))


SERVER_CORE = 0
GENERATOR_CORE = 1


def more_files(wanted: int = 20_000) -> None:
    """Sockets are files: as many as the machine lets us have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, most), hard))
