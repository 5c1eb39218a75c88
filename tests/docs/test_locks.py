"""The locks name what is installed, byte for byte, and nothing of the machine that made them."""

from __future__ import annotations

import json
import re
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYTHON_LOCKS = [*sorted(ROOT.glob("requirements*.txt")), ROOT / "bench" / "requirements.txt"]
NODE_LOCKS = [
    ROOT / "package-lock.json",
    ROOT / "scripts" / "chromium" / "package-lock.json",
    ROOT / "bench" / "package-lock.json",
    ROOT / "bench" / "page" / "peers" / "package-lock.json",
    ROOT / "bench" / "page" / "lighthouse" / "package-lock.json",
]


def pins(lock: Path) -> dict[str, list[str]]:
    """The pins of a lock, each with its hashes. One name may be pinned once for each platform."""
    found: dict[str, list[str]] = {}
    for entry in re.split(r"\n(?=\S)", lock.read_text().strip()):
        found[entry.split(" \\")[0]] = re.findall(r"--hash=sha256:([0-9a-f]{64})\b", entry)
    return found


def name_of(requirement: str) -> str:
    match = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert match, requirement
    return re.sub(r"[-_.]+", "-", match[0]).lower()


@pytest.mark.parametrize("lock", PYTHON_LOCKS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_python_pin_is_exact_and_has_hashes(lock: Path) -> None:
    for pin, hashes in pins(lock).items():
        assert re.match(r"[a-z0-9-]+==[^\s;]+( ; .+)?$", pin), pin
        assert hashes, f"{pin} has no hash"


@pytest.mark.parametrize("lock", PYTHON_LOCKS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_python_lock_names_an_index_or_a_folder(lock: Path) -> None:
    assert not re.search(r"://|--index|--extra-index|--find-links|-f |file:|@ ", lock.read_text())


@pytest.mark.parametrize("lock", NODE_LOCKS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_node_lock_names_where_a_package_came_from(lock: Path) -> None:
    packages = json.loads(lock.read_text())["packages"]
    for name, package in packages.items():
        assert "resolved" not in package, name
        assert not name or package.get("integrity", "").startswith("sha512-"), name


def test_npm_leaves_addresses_out() -> None:
    assert "omit-lockfile-registry-resolved=true" in (ROOT / ".npmrc").read_text().split()


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = project["dependency-groups"]
    wanted = {
        "requirements.txt": [*project["project"]["dependencies"], *groups["build"]],
        "requirements-dev.txt": groups["dev"],
    }
    for lock, requirements in wanted.items():
        locked = {name_of(pin) for pin in pins(ROOT / lock)}
        assert {name_of(requirement) for requirement in requirements} <= locked


def test_the_lock_for_tests_holds_the_very_pins_of_the_lock_for_running() -> None:
    running, tests = pins(ROOT / "requirements.txt"), pins(ROOT / "requirements-dev.txt")
    assert running.items() <= tests.items()


# Loaded by another package under our own choice of it, never by name.
LOADED_BY_OTHERS = {
    "argon2-cffi": "Argon2PasswordHasher",
    "hiredis": "redis",
    "psycopg": "postgres",
}


def test_what_is_declared_for_running_is_used() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    modules: dict[str, set[str]] = {}
    for module, packages in packages_distributions().items():
        for package in packages:
            modules.setdefault(name_of(package), set()).add(module)
    source = "\n".join(path.read_text() for path in (ROOT / "backend").rglob("*.py"))
    for requirement in project["project"]["dependencies"]:
        name = name_of(requirement)
        words = {LOADED_BY_OTHERS[name]} if name in LOADED_BY_OTHERS else modules[name]
        assert re.search(rf"\b({'|'.join(map(re.escape, words))})\b", source), requirement
