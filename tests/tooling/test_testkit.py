"""The harness is shared one way: scripts use bench and testkit, bench uses testkit.

What installs a missing program or package is the lowest: `make` starts it before anything else is
there, and whatever needs a program asks it.
"""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.testkit.imports import import_graph

ROOT = Path(__file__).resolve().parents[2]
INSTALLING = {
    f"scripts.{name}" for name in ("apt", "browser", "engines", "install", "node", "steps")
}
TOP = {"scripts", "bench", "tests"}
Graph = dict[str, set[str]]
LAYERS = ("what installs", "testkit", "bench", "scripts", "tests")


def layer_of(module: str) -> int:
    if module in INSTALLING:
        return 0
    if module == "tests.testkit" or module.startswith("tests.testkit."):
        return 1
    return LAYERS.index(module.partition(".")[0])


def upward_imports(graph: Graph) -> list[str]:
    """Each import of a layer above, in words. A package's own `__init__` is no layer."""
    return sorted(
        f"{name} ({LAYERS[layer_of(name)]}) imports {other} ({LAYERS[layer_of(other)]})"
        for name, others in graph.items()
        for other in others - TOP
        if layer_of(other) > layer_of(name)
    )


@pytest.fixture(scope="module")
def graph() -> Graph:
    return import_graph(ROOT, "backend", *TOP)


def test_imports_go_one_way(graph: Graph) -> None:
    own = {name: others for name, others in graph.items() if name.partition(".")[0] in TOP}
    assert set(own) >= INSTALLING
    assert upward_imports(own) == []


def test_the_product_imports_none_of_it(graph: Graph) -> None:
    product = {name: others for name, others in graph.items() if name.startswith("backend.")}
    assert product
    for name, others in product.items():
        assert not {other.partition(".")[0] for other in others} & TOP, name


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("tests/testkit/server.py", "from bench.load import run"),
        ("tests/testkit/server.py", "from bench import load"),
        ("tests/testkit/server.py", "from scripts.bench import main"),
        ("tests/testkit/server.py", "def late():\n    import tests.tooling.test_chores"),
        ("bench/load.py", "from scripts import bench"),
        ("bench/load.py", "from tests.tooling import test_chores"),
        ("scripts/bench.py", "import tests.tooling.test_chores"),
        ("scripts/steps.py", "import bench.load"),
        ("scripts/steps.py", "from tests.testkit import server"),
    ],
)
def test_an_import_of_a_layer_above_is_found(tmp_path: Path, path: str, line: str) -> None:
    below = {
        "scripts/bench.py": "import bench.load\nfrom scripts import steps\n",
        "scripts/steps.py": "import os\n",
        "bench/load.py": "from tests.testkit import server\nfrom scripts.steps import say\n",
        "tests/testkit/server.py": "from scripts import steps\n",
        "tests/tooling/test_chores.py": "from scripts import bench\nimport tests.testkit.server\n",
    }
    for name, text in below.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert upward_imports(import_graph(tmp_path, *TOP)) == []
    (tmp_path / path).write_text(below[path] + line + "\n")
    (found,) = upward_imports(import_graph(tmp_path, *TOP))
    assert found.startswith(path.removesuffix(".py").replace("/", ".") + " ")


def test_all_clients_of_a_run_share_one_tls_context(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[ssl.SSLContext] = []
    make = ssl.create_default_context

    def counted(**options: Any) -> ssl.SSLContext:
        made.append(make(**options))
        return made[-1]

    monkeypatch.setattr(ssl, "create_default_context", counted)
    for _ in range(3):
        httpx.Client().close()
    assert len(made) <= 1
