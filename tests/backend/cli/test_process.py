"""The command as a process of its own: first start, exit codes, what stands on which stream."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.testkit import blank, services
from tests.testkit.commands import COMMAND
from tests.testkit.process import free_port
from tests.testkit.server import FOREIGN

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs the command in an empty folder that knows nothing yet."""
    surroundings = {name: value for name, value in os.environ.items() if not FOREIGN.match(name)}

    def run(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(COMMAND), *words],
            cwd=tmp_path,
            env=surroundings | variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


@pytest.fixture
def _furnished(tmp_path: Path) -> None:
    """What a first command makes is there: for tests that are about something else."""
    blank.furnish(tmp_path / "data", with_sqlite=True)


@pytest.mark.usefixtures("_furnished")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_says_that_it_runs_and_ends_when_asked(
    tmp_path: Path, number: signal.Signals
) -> None:
    """As its unit of systemd starts and stops it."""
    surroundings = {name: value for name, value in os.environ.items() if not FOREIGN.match(name)}
    with subprocess.Popen(
        [str(COMMAND), "worker"], cwd=tmp_path, env=surroundings, stdout=subprocess.PIPE, text=True
    ) as worker:
        assert worker.stdout is not None
        assert any("runs jobs" in line for line in iter(worker.stdout.readline, ""))
        worker.send_signal(number)
        assert worker.wait(60) == 0


def refusal(done: subprocess.CompletedProcess[str]) -> str:
    """One plain sentence, exit code 1, and no traceback."""
    assert done.returncode == 1, done
    assert done.stdout == ""
    assert done.stderr.startswith("inglenook: ")
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr


def test_the_first_command_makes_the_database(run: Run, tmp_path: Path) -> None:
    done = run("site", "create", "--name", "Shop", "--origin", "https://shop.example", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["rooms"] == ["lobby"]
    assert (tmp_path / "data" / "inglenook.sqlite3").is_file()
    assert (tmp_path / "data" / "secret_key").stat().st_mode & 0o077 == 0


def test_the_data_folder_is_made_for_a_given_key_and_path_too(run: Run, tmp_path: Path) -> None:
    key = {"INGLENOOK_SECRET_KEY": "forty characters that are nobody's secret"}
    assert run("site", "list", **key).returncode == 0
    path = tmp_path / "deep" / "down" / "chat.sqlite3"
    assert run("site", "list", DATABASE_URL=f"sqlite:///{path}", **key).returncode == 0
    assert path.is_file()


def test_two_first_commands_at_once_both_succeed(run: Run, tmp_path: Path) -> None:
    words = [str(COMMAND), "owner", "create", "--json", "--email"]
    surroundings = {name: value for name, value in os.environ.items() if not FOREIGN.match(name)}
    both = [
        subprocess.Popen(
            [*words, f"{name}@shop.example"],
            cwd=tmp_path,
            env=surroundings,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for name in ("olive", "morris")
    ]
    for started in both:
        _, complaint = started.communicate(timeout=60)
        assert started.returncode == 0, complaint.decode()


@pytest.mark.usefixtures("_furnished")
def test_settings_come_from_dotenv_and_the_environment_wins(run: Run, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("INGLENOOK_BASE_URL=https://chat.example\n")
    words = ("owner", "create", "--json", "--email")
    made = json.loads(run(*words, "a@shop.example").stdout)
    assert made["login_link"].startswith("https://chat.example/login/")
    made = json.loads(run(*words, "b@shop.example", INGLENOOK_BASE_URL="http://b.example").stdout)
    assert made["login_link"].startswith("http://b.example/login/")


@pytest.mark.usefixtures("_furnished")
def test_links_follow_the_port_where_no_base_url_is_set(run: Run) -> None:
    made = json.loads(
        run("owner", "create", "--json", "--email", "a@b.example", PORT="8123").stdout
    )
    assert made["login_link"].startswith("http://127.0.0.1:8123/login/")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://somewhere/else"),
        ("DATABASE_URL", "nonsense"),
        ("REDIS_URL", "http://127.0.0.1"),
        ("REDIS_URL", "redis://127.0.0.1,http://127.0.0.1"),
        ("INGLENOOK_SECRET_KEY", "short"),
        ("INGLENOOK_BASE_URL", "chat.example.com"),
        ("INGLENOOK_TRUSTED_PROXIES", "everyone"),
        ("INGLENOOK_BODY_CHARS", "many"),
        ("INGLENOOK_SIGNUP", "perhaps"),
        ("INGLENOOK_LOG_LEVEL", "LOUD"),
        ("PORT", "80a"),
    ],
)
def test_a_wrong_value_stops_the_command_and_says_why(run: Run, name: str, value: str) -> None:
    assert name in refusal(run("site", "list", **{name: value}))


@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL", "EMAIL_URL"])
def test_no_word_of_the_start_shows_a_password(run: Run, name: str) -> None:
    scheme = {"DATABASE_URL": "postgres", "REDIS_URL": "redis", "EMAIL_URL": "smtp"}[name]
    result = refusal(run("serve", **{name: f"{scheme}://someone:hunter2/x@127.0.0.1/0"}))
    assert result.startswith(f"inglenook: {name} ")
    assert "percent-encoded" in result
    assert "hunter2" not in result


@pytest.mark.usefixtures("_furnished")
def test_a_name_outside_ascii_is_everywhere_in_the_form_of_browsers(run: Run) -> None:
    words = ("site", "create", "--name", "Shop", "--origin", "https://shop.example", "--json")
    address = {"INGLENOOK_BASE_URL": "https://müller.example"}
    made = json.loads(run(*words, **address).stdout)
    assert 'src="https://xn--mller-kva.example/embed.js"' in made["snippet"]
    ask = "from django.conf import settings as s; print(s.ALLOWED_HOSTS[0], s.CSRF_TRUSTED_ORIGINS)"
    said = run("shell", "--no-imports", "-c", ask, **address).stdout
    assert said == "xn--mller-kva.example ['https://xn--mller-kva.example']\n"
    assert "E002" not in run("check", **address).stderr
    ipv6 = {"INGLENOOK_BASE_URL": "http://[2001:DB8::1]:8000"}
    assert run("shell", "--no-imports", "-c", ask, **ipv6).stdout.startswith("[2001:db8::1] ")


def test_a_data_folder_that_cannot_be_written_is_said_plainly(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    result = refusal(run("site", "list", INGLENOOK_DATA_DIR=str(tmp_path / "file" / "data")))
    assert "INGLENOOK_DATA_DIR" in result


def test_a_database_that_is_away_is_said_plainly(run: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening: connections are refused
        url = f"postgres://nobody:secret-word@127.0.0.1:{taken.getsockname()[1]}/nothing"
        result = refusal(run("site", "list", DATABASE_URL=url))
    assert "DATABASE_URL" in result
    assert "secret-word" not in result


def test_a_postgresql_is_only_looked_at(run: Run) -> None:
    url = services.postgres().new_database()
    assert "inglenook migrate" in refusal(run("site", "list", DATABASE_URL=url))
    assert run("migrate", DATABASE_URL=url).returncode == 0
    assert run("site", "list", "--json", DATABASE_URL=url).stdout == '{"sites": []}\n'


def test_every_other_word_is_one_of_django_s(run: Run) -> None:
    assert run("check").returncode == 0
    assert "manage" not in run("help").stdout
    assert run("django", "showmigrations", "--plan").returncode == 0
    unknown = run("no-such-command")
    assert (unknown.returncode, "Traceback" in unknown.stderr) == (1, False)


def test_help_needs_no_settings(run: Run) -> None:
    done = run("site", "create", "--help", DATABASE_URL="nonsense")
    assert (done.returncode, "example:" in done.stdout) == (0, True)


def test_a_busy_port_is_said_plainly(run: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        for command in (("serve", "--port", port), ("demo", "--demo-port", port)):
            result = refusal(run(*command))
            assert port in result
            assert "Traceback" not in result


def test_the_demo_needs_three_different_ports(run: Run) -> None:
    assert "--demo-port" in refusal(run("demo", "--port", "8101", "--demo-port", "8100"))


def test_a_base_url_that_no_request_could_use_stops_the_server(run: Run) -> None:
    done = run(
        "serve",
        PORT=str(free_port()),
        INGLENOOK_BASE_URL="https://chat.example",
        INGLENOOK_ALLOWED_HOSTS="other.example",
    )
    assert done.returncode == 1
    assert "inglenook.E002" in done.stderr
    assert "INGLENOOK_ALLOWED_HOSTS" in done.stderr
    assert "Traceback" not in done.stderr
