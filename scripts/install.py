"""`make install`: everything that running needs; with `--dev` also what checks and tests need.

    .venv                 locked Python packages, every file checked against its hash
    the package itself    editable, so that the command `inglenook` exists
    node_modules          locked Node packages, by a Node from PATH or from its wheel
    embed_dist            the built widget

A step whose inputs did not change is not done again, so the second time takes a second.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from pathlib import Path

from scripts import node
from scripts.steps import (
    CACHE,
    ROOT,
    ChoreError,
    Stamp,
    chore,
    digest,
    files_below,
    one_at_a_time,
    say,
    step,
)

VENV = ROOT / ".venv"
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--no-input"]
WIDGET_SOURCES = ("widget", "embed.js", "package-lock.json", "tsconfig.json")
TOKENS = "backend/inglenook/static/inglenook/tokens.css"
WIDGET = ROOT / "backend" / "inglenook" / "embed_dist"
OFFLINE_HINT = "If the network is the cause, run the same command again: what is done stays done."


def install(*, dev: bool) -> dict[str, str]:
    """Brings everything up to date. Answers with the environment in
    which node and npm are found.
    """
    with one_at_a_time():
        python_packages(dev=dev)
        this_package()
        env = node.environment()
        node_packages(env)
        widget(env)
    return env


def python_packages(*, dev: bool) -> None:
    """The packages for tests include those for running: their stamp stands for both."""
    stamps = {
        name: Stamp(VENV / f".{name}", digest([ROOT / f"{name}.txt"], sys.version))
        for name in ("requirements", "requirements-dev")
    }
    if stamps["requirements-dev"].is_fresh():
        return
    name = "requirements-dev" if dev else "requirements"
    # Most modules of what tests need are never imported: compiling all of them is a third of it.
    lazily = ["--no-compile"] if dev else []
    step(
        "Python packages",
        [*PIP, *lazily, "--require-hashes", "-r", str(ROOT / f"{name}.txt")],
        stamp=stamps[name],
        hint=OFFLINE_HINT,
    )


def this_package() -> None:
    """Again after each change of version or metadata, so that the
    installed ones are never stale.
    """
    inputs = digest([ROOT / "pyproject.toml", ROOT / "CHANGELOG.md"], sys.version)
    step(
        "Inglenook itself",
        [*PIP, "--no-deps", "--no-build-isolation", "-e", str(ROOT)],
        stamp=Stamp(VENV / ".inglenook", inputs),
    )


def node_packages(env: dict[str, str]) -> None:
    inputs = digest(
        [ROOT / "package.json", ROOT / "package-lock.json"],
        shutil.which("node", path=env["PATH"]) or "",
    )
    step(
        "Node packages",
        ["npm", "ci", "--no-audit", "--no-fund"],
        env=env,
        stamp=Stamp(ROOT / "node_modules" / ".installed", inputs),
        hint=OFFLINE_HINT,
    )


def widget(env: dict[str, str], *, force: bool = False) -> None:
    """A widget over its budget is built all the same, and shown:
    `make check` and `make test` refuse it.
    """
    stamp = Stamp(CACHE / "stamps" / "widget", digest(files_below(*WIDGET_SOURCES, TOKENS)))
    manifest = WIDGET / "manifest.json"
    if force or not manifest.is_file():
        stamp.path.unlink(missing_ok=True)
    began = time.time()
    try:
        step("Widget", ["node", str(Path("widget") / "build.mjs")], env=env, stamp=stamp)
    except ChoreError:
        # The build writes everything before it judges the sizes.
        if not manifest.is_file() or manifest.stat().st_mtime < began or not oversized():
            raise
        stamp.set()
        say(f"  the widget is larger than agreed: {', '.join(oversized())}")


def oversized() -> list[str]:
    """The parts of the widget that outgrew their budget."""
    return [line for line, fits in sizes() if not fits]


def sizes() -> list[tuple[str, bool]]:
    """Each part of the widget with its size, and whether that is within the budget."""
    built = json.loads((WIDGET / "manifest.json").read_text())
    return [
        (f"{part} {built['total'][part]} of {limit} bytes (brotli)", built["total"][part] <= limit)
        for part, limit in built["budget"].items()
    ]


def main() -> bool:
    install(dev="--dev" in sys.argv[1:])
    say("  everything is installed")
    return True


if __name__ == "__main__":
    sys.exit(chore(main))
