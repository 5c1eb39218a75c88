"""A program that a test starts, stops, freezes and starts again, and that never outlives the tests.

It gets a session of its own, so that a ^C at the terminal reaches only pytest,
which then ends it by its pid. What pytest itself did not end is ended at exit.
"""

from __future__ import annotations

import atexit
import os
import random
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self

START_SECONDS = 40.0
STOP_SECONDS = 20.0
LOOK_SECONDS = 0.02
TAIL_LINES = 40

_running: set[Process] = set()
_folders: list[Path] = []


class Process:
    """One program. `argv` must not put itself into the background."""

    def __init__(
        self,
        name: str,
        argv: Sequence[str],
        *,
        log: Path,
        env: Mapping[str, str] | None = None,
        uid: int | None = None,
        gid: int | None = None,
        folder: Path | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
    ) -> None:
        self.name = name
        self.argv = list(argv)
        self.log = log
        self.env = dict(env) if env is not None else None
        self.uid = uid
        self.gid = gid
        self.folder = folder
        self.stop_signal = stop_signal
        self._popen: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._popen is not None, f"{self.name} was not started"
        return self._popen.pid

    def is_running(self) -> bool:
        return self._popen is not None and self._popen.poll() is None

    def start(self, is_ready: Callable[[], bool], seconds: float = START_SECONDS) -> Self:
        """Returns when `is_ready` says so. Raises with the end of the log
        when that takes too long.
        """
        assert not self.is_running(), f"{self.name} is running already"
        with self.log.open("ab") as out:
            self._popen = subprocess.Popen(
                self.argv,
                cwd=self.folder,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
                user=self.uid,
                group=self.gid,
                extra_groups=[] if self.uid is not None else None,
            )
        _running.add(self)
        wait_until(
            lambda: self._must_run() and is_ready(),
            seconds,
            lambda: f"{self.name} was not ready after {seconds:.0f} s.\n{self.log_tail()}",
        )
        return self

    def stop(self, seconds: float = STOP_SECONDS) -> int:
        """Asks it to end as an operator would, and answers with its exit code.
        Raises when it stays.
        """
        if not self.is_running():
            return self._code()
        self.tell(self.stop_signal)
        try:
            return self._popen.wait(seconds) if self._popen else 0
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(
                f"{self.name} did not end within {seconds:.0f} s.\n{self.log_tail()}"
            ) from None
        finally:
            _running.discard(self)

    def kill(self) -> None:
        """Ends it and its children at once, as a crash or a power cut would."""
        if self._popen is not None:
            for pid in [*children_of(self._popen.pid), self._popen.pid]:
                send(pid, signal.SIGKILL)
            self._popen.wait(STOP_SECONDS)
        _running.discard(self)

    def freeze(self) -> None:
        """Stops it in its tracks, connections stay open: a machine that hangs."""
        self._signal_all(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal_all(signal.SIGCONT)

    def tell(self, number: signal.Signals) -> None:
        send(self.pid, number)

    def log_text(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def log_tail(self) -> str:
        return "\n".join(self.log_text().splitlines()[-TAIL_LINES:])

    def _signal_all(self, number: signal.Signals) -> None:
        for pid in [self.pid, *children_of(self.pid)]:
            send(pid, number)

    def _must_run(self) -> bool:
        if not self.is_running():
            raise AssertionError(f"{self.name} ended with {self._code()}.\n{self.log_tail()}")
        return True

    def _code(self) -> int:
        code = self._popen.poll() if self._popen else None
        return 0 if code is None else code


def send(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):  # it may have ended in the meantime
        os.kill(pid, number)


def children_of(pid: int) -> list[int]:
    """All descendants. PostgreSQL's have sessions of their own, so a signal
    to the group misses them.
    """
    parents = _parents()
    found: list[int] = []
    wanted = {pid}
    while wanted:
        wanted = {child for child, parent in parents.items() if parent in wanted}
        found += wanted
    return found


def _parents() -> dict[int, int]:
    """Which process each process was started by. Small Debian installations have no `ps`,
    macOS has no /proc.
    """
    if not Path("/proc/self/stat").exists():
        listed = subprocess.run(
            ["ps", "-A", "-o", "pid=", "-o", "ppid="], capture_output=True, text=True, check=True
        )
        pairs = [line.split() for line in listed.stdout.splitlines() if line.strip()]
        return {int(pid): int(parent) for pid, parent in pairs}
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            # The program's name stands in parentheses and may hold anything; what follows is fixed.
            after_name = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended in the meantime
        parents[int(stat.parent.name)] = int(after_name[1])
    return parents


def wait_until(
    is_so: Callable[[], bool], seconds: float, complaint: Callable[[], str] | str
) -> None:
    """Looks often, gives up after `seconds` with the complaint."""
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            raise AssertionError(complaint if isinstance(complaint, str) else complaint())
        time.sleep(LOOK_SECONDS)


# Below the ports that the system gives to outgoing connections (32768 and up on Linux,
# 49152 elsewhere):
# one of those may be taken between the look and the program that is to listen.
_PORTS = range(10_000, 32_000)
# Not the generator that a test run seeds: two runs beside each other would look for the same ports.
_choice = random.SystemRandom().choice


def free_port(in_a_row: int = 1) -> int:
    """A loopback port that nothing uses right now; with the ones behind it,
    as many as are asked for.
    """
    while True:
        first = _choice(_PORTS)
        if all(_is_free(first + step) for step in range(in_a_row)):
            return first


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def accepts_connections(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def remove_at_exit(folder: Path) -> Path:
    _folders.append(folder)
    return folder


@atexit.register
def _end_all() -> None:
    """Programs first, then the folders that they write to."""
    for process in list(_running):
        process.kill()
    for folder in _folders:
        shutil.rmtree(folder, ignore_errors=True)
