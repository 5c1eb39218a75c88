"""There is one version, and the newest heading of the change log says it."""

from __future__ import annotations

import importlib.metadata
import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def newest() -> str:
    match = re.search(r"^## v?(\d+\.\d+\.\d+)\b", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert match, "CHANGELOG.md has no heading with a version"
    return match[1]


def test_the_installed_package_has_the_version_of_the_change_log() -> None:
    assert importlib.metadata.version("inglenook") == newest()


def test_the_widget_has_the_version_of_the_change_log() -> None:
    assert json.loads((ROOT / "package.json").read_text())["version"] == newest()
    lock = json.loads((ROOT / "package-lock.json").read_text())
    assert lock["version"] == lock["packages"][""]["version"] == newest()


def test_the_headings_of_the_change_log_go_down() -> None:
    text = (ROOT / "CHANGELOG.md").read_text()
    versions = [
        tuple(map(int, heading.split(".")))
        for heading in re.findall(r"^## v?(\d+\.\d+\.\d+)", text, re.MULTILINE)
    ]
    assert versions == sorted(set(versions), reverse=True)
