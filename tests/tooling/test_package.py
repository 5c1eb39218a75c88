"""The wheel holds all that serving needs: templates, styles, the built widget and the demo site."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def test_it_holds_what_is_no_python_too(names: list[str]) -> None:
    assert "inglenook/static/inglenook/tokens.css" in names
    assert "inglenook/py.typed" in names
    assert any(name.startswith("inglenook/templates/") for name in names)
    assert any(name.startswith("inglenook/demo_site/") for name in names)


def test_it_holds_the_built_widget(names: list[str]) -> None:
    assert "inglenook/embed_dist/embed.js" in names
    assert "inglenook/embed_dist/manifest.json" in names


def test_it_holds_every_migration(names: list[str]) -> None:
    migrations = (ROOT / "backend" / "inglenook").glob("*/migrations/0*.py")
    expected = {str(path.relative_to(ROOT / "backend")) for path in migrations}
    assert expected
    assert expected <= set(names)


def test_it_holds_nothing_else(names: list[str]) -> None:
    strays = [
        n for n in names if not n.startswith("inglenook") or "__pycache__" in n or "/data/" in n
    ]
    assert strays == []
