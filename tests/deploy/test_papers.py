"""What deploy/ and docs/production.md say fits the product:
names of settings and commands, files, and who waits how long for whom.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from inglenook.chat.follow_request import LONGEST_WAIT_SECONDS
from inglenook.protocol.limits import Limits
from inglenook.realtime.connections.followers import COMMENT_SECONDS
from tests.testkit.command_line import parse

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
PAPER = (ROOT / "docs" / "production.md").read_text()
LOCATIONS = (DEPLOY / "nginx" / "inglenook-locations.conf").read_text()
UNIT = (DEPLOY / "systemd" / "inglenook@.service").read_text()
FILES = [path for path in DEPLOY.rglob("*") if path.is_file()]
# Of the fronts' own files; the product does not read them.
OF_FRONTS = {"INGLENOOK_NAME", "INGLENOOK_PROCESSES"}


def known_settings() -> set[str]:
    example = (ROOT / ".env.example").read_text()
    return set(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", example, re.MULTILINE))


@pytest.mark.parametrize("path", [*FILES, ROOT / "docs" / "production.md"], ids=lambda p: p.name)
def test_every_setting_that_is_named_exists(path: Path) -> None:
    named = set(re.findall(r"\bINGLENOOK_[A-Z0-9_]+", path.read_text()))
    assert named <= known_settings() | OF_FRONTS | {"INGLENOOK_ENV_FILE"}


def test_every_file_that_is_named_exists_and_each_is_named() -> None:
    named = set(re.findall(r"`deploy/([\w@./-]+)`|[ `](deploy/[\w@./-]+)", PAPER))
    for pair in named:
        place = next(part for part in pair if part).removeprefix("deploy/")
        assert (DEPLOY / place).exists(), place
    for path in FILES:
        if path.suffix != ".dockerignore":
            assert path.name in PAPER or path.parent.name == "container", path.name


@pytest.mark.parametrize("line", re.findall(r"^    (inglenook .+)$", PAPER, re.MULTILINE))
def test_what_is_shown_can_be_typed(line: str) -> None:
    if '"' in line and line.count('"') % 2:
        line += '"'  # its text goes on in the next line
    words = shlex.split(line)[1:]
    assert " ".join(words).startswith(parse(words))


def test_nginx_waits_longer_than_anybody_is_silent() -> None:
    limits = Limits()
    sockets = seconds("/ws/", "proxy_read_timeout")
    events = seconds("events$", "proxy_read_timeout")
    assert sockets > limits.ping_s + limits.pong_s + 10
    assert events > max(COMMENT_SECONDS, LONGEST_WAIT_SECONDS) + 10


def seconds(location: str, directive: str) -> int:
    block = re.search(rf"location [^\n]*{re.escape(location)} {{(.*?)\n}}", LOCATIONS, re.DOTALL)
    assert block, location
    value = re.search(rf"{directive} (\d+)s;", block[1])
    assert value, directive
    return int(value[1])


def test_systemd_lets_a_process_drain() -> None:
    found = re.search(r"^TimeoutStopSec=(\d+)$", UNIT, re.MULTILINE)
    assert found
    assert int(found[1]) > 15
