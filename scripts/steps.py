"""Steps, of which every chore consists. A step has a title, runs once, and prints one line.

step("Python packages", [python, "-m", "pip", …], stamp=…)
  up to date     -> nothing is run, nothing is printed
  runs           -> its output goes to .cache/<title>.log, one line says how long it took
  fails          -> the end of that log is shown, and the chore ends
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache"
TAIL_LINES = 25


class ChoreError(Exception):
    """Ends a chore; the text is for the person who started it."""


def say(text: str = "") -> None:
    print(text, flush=True)


@dataclass(frozen=True)
class Stamp:
    """Remembers for which inputs a step last succeeded.

    The file lies beside the result, so that both are deleted together.
    """

    path: Path
    inputs: str

    def is_fresh(self) -> bool:
        try:
            return self.path.read_text() == self.inputs
        except OSError:
            return False

    def set(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(self.inputs)


def digest(paths: Iterable[Path], *words: str) -> str:
    """A fingerprint of words, and of files with their content or absence.

    The repository's path counts: an installation that was moved has to be made again.
    """
    fingerprint = hashlib.sha256("\0".join((str(ROOT), *words)).encode())
    for path in sorted(paths):
        content = path.read_bytes() if path.is_file() else b"missing"
        fingerprint.update(str(path.relative_to(ROOT)).encode() + b"\0")
        fingerprint.update(hashlib.sha256(content).digest())
    return fingerprint.hexdigest()


def files_below(*places: str) -> list[Path]:
    """The files at these places of the repository, folders searched to the bottom."""
    found: list[Path] = []
    for place in places:
        path = ROOT / place
        found += [p for p in path.rglob("*") if p.is_file()] if path.is_dir() else [path]
    return found


def step(
    title: str,
    argv: Sequence[str],
    *,
    stamp: Stamp | None = None,
    env: Mapping[str, str] | None = None,
    hint: str = "",
) -> None:
    """Runs one step unless its stamp is fresh. Raises ChoreError with the end of its log."""
    if stamp and stamp.is_fresh():
        return
    log = CACHE / (title.lower().replace(" ", "-") + ".log")
    with timed(title):
        if (code := run_logged(argv, log, env)) != 0:
            raise ChoreError(failure_of(title, argv, code, log, hint))
    if stamp:
        stamp.set()


def run_logged(argv: Sequence[str], log: Path, env: Mapping[str, str] | None = None) -> int:
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as out:
        out.write(f"$ {' '.join(argv)}\n".encode())
        out.flush()
        done = subprocess.run(
            argv, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=out, check=False
        )
    return done.returncode


def failure_of(title: str, argv: Sequence[str], code: int, log: Path, hint: str = "") -> str:
    """The message for a failed step: the end of its log, and where the whole log is."""
    lines = log.read_text(errors="replace").splitlines()[-TAIL_LINES:]
    text = "\n".join(f"    {line}" for line in lines)
    where = log.relative_to(ROOT)
    return (
        f"{text}\n\n{title} failed ({argv[0]} ended with {code}). The whole log is in {where}."
        + (f"\n{hint}" if hint else "")
    )


@contextmanager
def timed(title: str) -> Iterator[None]:
    """Prints the title while the work goes on, and the time it took after it."""
    show_progress = sys.stdout.isatty()
    if show_progress:
        print(f"  {title} …", end="", flush=True)
    began = time.monotonic()
    try:
        yield
    except BaseException:
        say(f"{clear_line() if show_progress else ''}  {title}: failed")
        raise
    took = time.monotonic() - began
    say(f"{clear_line() if show_progress else ''}  {title:<24} {took:6.1f} s")


def clear_line() -> str:
    return "\r\x1b[K"


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Holds a lock, so that two chores never install into the same folders at once."""
    CACHE.mkdir(exist_ok=True)
    with (CACHE / "install.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("  another installation is running; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def path_with(*folders: Path) -> dict[str, str]:
    """This environment with folders put before PATH."""
    path = os.pathsep.join([*map(str, folders), os.environ.get("PATH", os.defpath)])
    return {**os.environ, "PATH": path}


def chore(work: Callable[[], bool | int]) -> int:
    """Runs a chore and returns its exit code: the number that the chore returned, or 0 for True and
    1 for False. Ctrl-C and SIGTERM end it without a traceback."""

    def end(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, end)
    try:
        done = work()
        return int(not done) if isinstance(done, bool) else done
    except ChoreError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
