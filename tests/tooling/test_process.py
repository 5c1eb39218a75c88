"""Programs under test are started, broken and ended, and never outlive the tests."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.testkit.process import Process, accepts_connections, children_of, free_port, wait_until

ROOT = Path(__file__).resolve().parents[2]
SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]
PARENT = [
    sys.executable,
    "-c",
    "import subprocess, sys, time\n"
    "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'], "
    "start_new_session=True)\n"
    "time.sleep(60)",
]


def test_it_ends_with_the_code_of_the_program(tmp_path: Path) -> None:
    process = Process("sleeper", SLEEPER, log=tmp_path / "log").start(lambda: True)
    assert process.is_running()
    assert process.stop() == -15
    assert not process.is_running()


def test_a_program_that_ends_too_early_fails_with_its_words(tmp_path: Path) -> None:
    words = [sys.executable, "-c", "print('no such setting'); raise SystemExit(3)"]
    with pytest.raises(AssertionError, match=r"ended with 3\.\nno such setting"):
        Process("broken", words, log=tmp_path / "log").start(lambda: False)


def test_a_program_that_never_gets_ready_fails(tmp_path: Path) -> None:
    process = Process("slow", SLEEPER, log=tmp_path / "log")
    with pytest.raises(AssertionError, match="slow was not ready"):
        process.start(lambda: False, seconds=0.1)
    process.kill()


def test_a_program_that_does_not_stop_is_killed_and_reported(tmp_path: Path) -> None:
    stubborn = [
        sys.executable,
        "-uc",
        "import signal, time\nsignal.signal(15, signal.SIG_IGN)\nprint('deaf')\ntime.sleep(60)",
    ]
    log = tmp_path / "log"
    process = Process("stubborn", stubborn, log=log).start(lambda: "deaf" in log.read_text())
    with pytest.raises(AssertionError, match="stubborn did not end"):
        process.stop(seconds=0.2)
    assert not process.is_running()


def test_killing_takes_the_children_in_other_sessions_too(tmp_path: Path) -> None:
    process = Process("parent", PARENT, log=tmp_path / "log").start(lambda: True)
    wait_until(lambda: bool(children_of(process.pid)), 10, "no child was started")
    (child,) = children_of(process.pid)
    process.kill()
    wait_until(lambda: not is_alive(child), 10, "the child lives on")


def test_a_frozen_server_accepts_but_does_not_answer(tmp_path: Path) -> None:
    port = free_port()
    argv = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"]
    process = Process("web server", argv, log=tmp_path / "log", folder=tmp_path)
    process.start(lambda: accepts_connections(port))
    process.freeze()
    assert accepts_connections(port)
    process.thaw()
    assert process.stop() == -15


def test_nothing_lives_on_after_the_tests(tmp_path: Path) -> None:
    code = (
        "from pathlib import Path\nfrom tests.testkit.process import Process\n"
        f"print(Process('sleeper', {SLEEPER!r}, log=Path({str(tmp_path / 'log')!r}))"
        ".start(lambda: True).pid)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not is_alive(int(done.stdout))


def is_alive(pid: int) -> bool:
    """Says whether it runs; a dead one that nobody waited for counts as dead."""
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except ProcessLookupError:
        return False
    except OSError:  # no /proc: what answers to the signal is alive
        return not Path("/proc").exists()
    return state != "Z"


def test_waiting_gives_up_with_the_complaint() -> None:
    began = time.monotonic()
    with pytest.raises(AssertionError, match="the moon did not rise"):
        wait_until(lambda: False, 0.1, "the moon did not rise")
    assert time.monotonic() - began < 5
