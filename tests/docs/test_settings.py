"""Each variable that is read is documented with its default, and none that is not."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from inglenook.protocol.limits import Limits

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / ".env.example"
PAPER = ROOT / "docs" / "settings.md"
SOURCE = ROOT / "backend" / "inglenook"
# It says where the others are, so it cannot stand among them.
OF_ENVIRONMENT_ALONE = {"INGLENOOK_ENV_FILE"}


ASK = """
import json
from inglenook.config import env, settings
from inglenook.cli.environment import demo_port, served_port
served_port(), demo_port()
print(json.dumps(env.READ))
"""


@cache
def variables_read() -> dict[str, str]:
    """By name, with the default; "" where there is none that could be written down.
    In a process of its own: tests read others.
    """
    with tempfile.TemporaryDirectory() as folder:
        surroundings = {"PATH": os.environ["PATH"], "PYTHONPATH": str(SOURCE.parent)}
        surroundings |= {"INGLENOOK_DATA_DIR": folder, "INGLENOOK_ENV_FILE": os.devnull}
        done = subprocess.run(
            [sys.executable, "-c", ASK],
            env=surroundings,
            capture_output=True,
            text=True,
            check=True,
        )
    found: dict[str, str] = json.loads(done.stdout)
    return found


def variables_of_example() -> dict[str, str]:
    return dict(re.findall(r"^#?([A-Z][A-Z0-9_]+)=(.*)$", EXAMPLE.read_text(), re.MULTILINE))


def variables_of_paper() -> dict[str, str]:
    return dict(re.findall(r"^\| `([A-Z][A-Z0-9_]+)` \| (.+?) \|", PAPER.read_text(), re.MULTILINE))


def test_every_variable_is_in_the_example_and_in_the_paper() -> None:
    read = set(variables_read())
    assert set(variables_of_example()) == read
    assert set(variables_of_paper()) == read | OF_ENVIRONMENT_ALONE


def test_the_example_and_the_paper_tell_the_defaults() -> None:
    for name, default in variables_read().items():
        if default:
            assert variables_of_example()[name] == default, name
            assert variables_of_paper()[name] == f"`{default}`", name


def test_each_has_a_line_of_meaning_above_it() -> None:
    lines = EXAMPLE.read_text().splitlines()
    for number, line in enumerate(lines):
        if re.match(r"#?[A-Z][A-Z0-9_]+=", line):
            assert re.match(r"# \w|#?[A-Z][A-Z0-9_]+=", lines[number - 1]), line


def test_every_limit_is_a_setting() -> None:
    names = {f"INGLENOOK_{field.upper()}" for field in Limits.__struct_fields__}
    assert names <= set(variables_read())


def test_the_examples_can_be_used_as_they_are() -> None:
    values = variables_of_example()
    assert len(values["INGLENOOK_SECRET_KEY"]) >= 32
    assert values["DATABASE_URL"].startswith("postgres://")
    assert values["REDIS_URL"].startswith("redis://")


def test_only_the_readers_look_into_the_environment() -> None:
    allowed = {"config/env.py", "config/asgi.py", "cli/environment.py"}
    looking = {
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        if re.search(r"os\.(environ|getenv)", path.read_text())
    }
    assert looking <= allowed


def test_every_system_check_is_in_the_paper() -> None:
    ids = set(re.findall(r"inglenook\.[EW]\d{3}", (SOURCE / "config" / "checks.py").read_text()))
    assert ids == set(re.findall(r"inglenook\.[EW]\d{3}", PAPER.read_text()))
