"""A chore repeats a step only when its inputs changed, and a failure says what to do."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from scripts import node, steps
from scripts.lanes import Part, report_failures, run_parts
from scripts.steps import ChoreError, Stamp, digest, step
from scripts.test import closing_line, everything


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The chores' folder, moved out of the repository."""
    monkeypatch.setattr(steps, "ROOT", tmp_path)
    monkeypatch.setattr(steps, "CACHE", tmp_path / ".cache")
    return tmp_path


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_a_step_runs_once_for_the_same_inputs(
    cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    counted = cache / "count"
    counted.write_text("")
    argv = python(f"open({str(counted)!r}, 'a').write('x')")
    for inputs in ("one", "one", "two"):
        step("Counting", argv, stamp=Stamp(cache / "stamp", inputs))
    assert counted.read_text() == "xx"
    assert capsys.readouterr().out.count("Counting") == 2


def test_a_failed_step_shows_the_end_of_its_log_and_is_tried_again(cache: Path) -> None:
    stamp = Stamp(cache / "stamp", "inputs")
    argv = python("print('\\n' * 100 + 'disk full'); raise SystemExit(7)")
    with pytest.raises(ChoreError) as caught:
        step("Copying", argv, stamp=stamp, hint="Make room.")
    text = str(caught.value)
    assert "disk full" in text
    assert "ended with 7" in text
    assert ".cache/copying.log" in text
    assert text.endswith("Make room.")
    assert not stamp.is_fresh()


def test_the_fingerprint_sees_content_names_and_absence(cache: Path) -> None:
    file = cache / "file"
    absent = digest([file])
    file.write_text("a")
    first = digest([file])
    file.write_text("b")
    assert len({absent, first, digest([file]), digest([file], "word")}) == 4


@pytest.mark.parametrize("version", ["v20.19.0", "v20.20.2", "v22.12.0", "v24.19.0", "v26.1.0"])
def test_these_versions_of_node_are_used(version: str) -> None:
    assert node.is_usable(version)


@pytest.mark.parametrize(
    "version", ["v18.20.4", "v20.18.9", "v21.7.0", "v22.11.0", "", "bash: node"]
)
def test_these_versions_of_node_are_not_used(version: str) -> None:
    assert not node.is_usable(version)


def part(title: str, output: str, code: int = 0) -> Part:
    return Part(title, python(f"print({output!r}); raise SystemExit({code})"), counts=True)


def test_the_closing_line_adds_the_tests_of_all_parts() -> None:
    parts = [
        part("one", "41 passed, 2 skipped in 3.10s"),
        part("two", "= 1 failed, 3 passed, 1 error in 61.00s (0:01:01) =", code=1),
        part("three", " Test Files  2 passed (2)\n      Tests  12 passed | 1 skipped (13)"),
    ]
    for one in parts:
        one.run()
    assert closing_line(parts) == "56 passed, 2 failed, 3 skipped"


def test_the_lanes_go_on_after_a_failure_and_report_it_at_the_end(
    capsys: pytest.CaptureFixture[str],
) -> None:
    parts = run_parts([part("bad", "it broke", code=1), part("good", "2 passed in 1.0s")])
    assert [one.is_ok for one in parts] == [False, True]
    assert not report_failures(parts)
    out = capsys.readouterr().out
    assert "FAILED" in out
    assert "it broke" in out
    assert "2 passed" in out


def test_every_part_is_run_once_whoever_is_free_takes_the_next(cache: Path) -> None:
    log = cache / "log"
    slow = python(f"import time; time.sleep(1.5); open({str(log)!r}, 'a').write('slow ')")
    quick = [python(f"open({str(log)!r}, 'a').write('{n} ')") for n in range(4)]
    parts = [Part("slow", slow), *(Part(f"quick {n}", argv) for n, argv in enumerate(quick))]
    run_parts(parts, lanes=2)
    assert log.read_text().split() == ["0", "1", "2", "3", "slow"]


def test_a_patient_part_runs_beside_the_others_at_a_low_priority(cache: Path) -> None:
    log = cache / "log"
    note = f"import os; open({str(log)!r}, 'a').write(f'{{os.nice(0)}} ')"
    patient = [Part(f"patient {n}", python(note), is_patient=True) for n in range(3)]
    assert all(one.is_ok for one in run_parts([Part("pressing", python(note)), *patient], lanes=1))
    own, low = os.nice(0), min(os.nice(0) + 10, 19)
    assert sorted(map(int, log.read_text().split())) == [own, low, low, low]


def test_the_parts_of_the_tests_leave_no_test_out() -> None:
    """Each marker and folder that one part leaves out is what another takes. PostgreSQL takes a
    second time what asks a database.
    """
    parts = {one.title: list(one.argv) for one in everything({})}
    servers, apart = parts["Python with real servers"], parts["Faults and fronts"]
    left_out = {word.removeprefix("--ignore=") for word in servers if word.startswith("--ignore=")}
    assert left_out == {word for word in apart if word.startswith("tests/")} != set()
    edges, rest = parts["PostgreSQL, calls and pages"], parts["PostgreSQL, all else"]
    assert {f"--ignore={word}" for word in edges if word.startswith("tests/")} == {
        word for word in rest if word.startswith("--ignore=")
    }
    chosen = {argv[argv.index("-m") + 1] for argv in parts.values() if "-m" in argv}
    again = {"database and not whole and not any_database"}
    assert chosen == {"whole and not browser", "browser", "not whole"} | again
