"""What deploy/ and docs/production.md say fits the product:
names of settings and commands, files, and who waits how long for whom.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from inglenook.chat.follow_request import LONGEST_WAIT_SECONDS
from inglenook.jobs.worker import END_SECONDS
from inglenook.protocol.limits import Limits
from inglenook.realtime.connections.followers import COMMENT_SECONDS
from tests.testkit.command_line import parse

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
PAPER = (ROOT / "docs" / "production.md").read_text()
LOCATIONS = (DEPLOY / "nginx" / "inglenook-locations.conf").read_text()
SYSTEMD = DEPLOY / "systemd"
SERVER = (SYSTEMD / "inglenook@.service").read_text()
WORKER = (SYSTEMD / "inglenook-worker.service").read_text()
WITHOUT_WORKER = (SYSTEMD / "inglenook@.service.d" / "no-worker.conf").read_text()
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


@pytest.mark.parametrize("unit", [SERVER, WORKER], ids=["server", "worker"])
def test_systemd_lets_a_process_drain(unit: str) -> None:
    (seconds_to_end,) = values_in(unit, "TimeoutStopSec")
    assert int(seconds_to_end) > max(15, END_SECONDS)


@pytest.mark.parametrize(
    ("unit", "command", "runs_jobs"),
    [(SERVER, "serve", True), (WITHOUT_WORKER, "serve", False), (WORKER, "worker", True)],
    ids=["server", "server without jobs", "worker"],
)
def test_a_unit_runs_what_can_be_typed(unit: str, command: str, runs_jobs: bool) -> None:
    line = values_in(unit, "ExecStart")[-1].replace("%i", "8001")
    program, *words = shlex.split(line)
    assert program == "/opt/inglenook/current/bin/inglenook"
    assert parse(words) == command
    assert ("--no-worker" not in words) == runs_jobs


def test_what_replaces_the_units_command_takes_the_old_one_away_first() -> None:
    assert values_in(WITHOUT_WORKER, "ExecStart")[0] == ""


def test_the_worker_is_shut_in_as_the_server_is() -> None:
    of_server, of_worker = (
        set(re.findall(r"^\w+=.*$", unit, re.MULTILINE)) for unit in (SERVER, WORKER)
    )
    differing = {line.partition("=")[0] for line in of_server ^ of_worker}
    # A worker has no port: no socket of a visitor, and nobody asks whether it is ready.
    of_ports = {"ExecStart", "ExecStartPost", "TimeoutStartSec", "LimitNOFILE"}
    assert differing == {"Description", *of_ports}


def values_in(unit: str, name: str) -> list[str]:
    return re.findall(rf"^{name}=(.*)$", unit, re.MULTILINE)
