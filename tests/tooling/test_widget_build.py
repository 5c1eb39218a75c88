"""The same sources give the same widget, byte for byte, wherever it is built."""

from __future__ import annotations

import subprocess
from pathlib import Path

from scripts import node

ROOT = Path(__file__).resolve().parents[2]


def built(folder: Path) -> dict[str, bytes]:
    subprocess.run(
        ["node", "widget/build.mjs", "--quiet"],
        cwd=ROOT,
        env={**node.environment(), "OUT": str(folder)},
        check=True,
        capture_output=True,
    )
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_two_builds_are_the_same(tmp_path: Path) -> None:
    first, second = built(tmp_path / "one"), built(tmp_path / "two" / "deeper")
    assert {"embed.js", "embed.js.br", "embed.js.gz", "manifest.json"} <= set(first)
    assert first == second
