"""No Python files import each other in a circle, not even for types alone."""

from __future__ import annotations

from pathlib import Path

import pytest

import inglenook
from tests.testkit.imports import cycle_in, import_graph

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = Path(inglenook.__file__).parent


def test_no_files_import_each_other_in_a_circle() -> None:
    assert cycle_in(import_graph(PACKAGE.parent, PACKAGE.name)) == []
    assert cycle_in(import_graph(ROOT, "scripts", "bench", "tests")) == []


@pytest.mark.parametrize(
    "back",
    [
        "from pack.first import A",
        "import pack.first",
        "from pack import first",
        "from .first import A",
        "from . import first",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from pack.first import A",
        "def late():\n    from pack.first import A",
    ],
)
def test_a_circle_is_found_however_it_is_imported(tmp_path: Path, back: str) -> None:
    package = tmp_path / "pack"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "first.py").write_text("from pack.second import B\n")
    (package / "second.py").write_text(back + "\n")
    assert set(cycle_in(import_graph(tmp_path, "pack"))) == {"pack.first", "pack.second"}


def test_files_that_import_downwards_alone_are_no_circle(tmp_path: Path) -> None:
    package = tmp_path / "pack"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "first.py").write_text("from pack.second import B\nimport os\n")
    (package / "second.py").write_text("import os\n")
    assert cycle_in(import_graph(tmp_path, "pack")) == []
