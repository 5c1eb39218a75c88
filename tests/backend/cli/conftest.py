"""The command in this process, on the test's database."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from inglenook.cli import main


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What stdout holds: one JSON object and nothing else."""
        assert self.out.count("\n") == 1, self.out
        return json.loads(self.out)

    def refused(self) -> str:
        """The sentence; the command did nothing but say it."""
        assert self.code == 1, self
        assert self.out == ""
        assert self.err.startswith("inglenook: ")
        assert self.err.count("\n") == 1, self.err
        return self.err


Command = Callable[..., Answer]


@pytest.fixture
def command(
    db: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Command:
    """`command("site", "list")`: runs it and answers with exit code, stdout and stderr."""
    monkeypatch.setenv("INGLENOOK_BASE_URL", "http://127.0.0.1:8000")

    def run(*words: str) -> Answer:
        capsys.readouterr()
        try:
            code = main(list(words))
        except SystemExit as stop:
            code = int(stop.code or 0)
        result = capsys.readouterr()
        return Answer(code, result.out, result.err)

    return run
