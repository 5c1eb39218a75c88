"""`make faults` measures all that it can, and says what it could not."""

from __future__ import annotations

import asyncio

import pytest

from scripts import faults
from tests.testkit.faults.checker import Verdict
from tests.testkit.faults.registry import FAULTS, Fault, Report, Scale


def test_a_fault_that_cannot_be_measured_does_not_end_the_others(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def breaks(_scale: Scale) -> Report:
        raise AssertionError("the slow ones did not come")

    async def holds(_scale: Scale) -> Report:
        return Report(Verdict(said=3, acked=3, stored=3))

    rows: dict[str, str] = {}
    monkeypatch.setitem(FAULTS, "F1", Fault("F1", "One", breaks, is_quick=False))
    monkeypatch.setitem(FAULTS, "F2", Fault("F2", "Two", holds, is_quick=False))
    monkeypatch.setattr(faults, "_put_row", rows.__setitem__)
    monkeypatch.setattr(faults, "_put", lambda *_: None)
    assert asyncio.run(faults._faults(1, ["F1", "F2"])) is False
    assert list(rows) == ["F2"]
    shown = capsys.readouterr().out
    assert "F1   NOT MEASURED, its row stays: the slow ones did not come" in shown
    assert "BARS MISSED" in shown
