"""The served product that tests get is the real command, and its log is judged."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.conftest import Serve
from tests.testkit.server import FOREIGN, Server


@pytest.mark.parametrize("server", ["uvicorn", "daphne"])
def test_it_serves_and_comes_back_on_the_same_port_with_its_data(serve: Serve, server: str) -> None:
    served = serve(server=server)
    site = served.ask("site", "create", "--name", "Shop", "--origin", "https://shop.example")
    served.restart()
    assert httpx.get(f"{served.base_url}/healthz").status_code == 200
    assert site["site_key"] in served.run("site", "list").stdout


def test_two_processes_are_one_installation(serve: Serve) -> None:
    first = serve(database="postgres", redis=True)
    second = serve(beside=first)
    assert first.port != second.port
    assert first.env["DATABASE_URL"] == second.env["DATABASE_URL"]
    first.ask("site", "create", "--name", "Shop", "--origin", "https://shop.example")
    assert "Shop" in second.run("site", "list").stdout


def test_a_command_that_fails_fails_the_test_with_its_words(serve: Serve) -> None:
    served = serve()
    with pytest.raises(AssertionError, match="inglenook site create --name Shop ended with"):
        served.run("site", "create", "--name", "Shop")


@pytest.mark.parametrize(
    "line",
    [
        "Traceback (most recent call last):",
        "WebSocket /ws/v1/pk_x/ closed with 1011",
        "RuntimeWarning: coroutine 'hello' was never awaited",
    ],
)
def test_a_defect_in_the_log_is_found(tmp_path: Path, line: str) -> None:
    server = Server(tmp_path)
    server.process.log.write_text(f"INFO started\n{line}\n")
    assert server.defects() == [line]
    with pytest.raises(AssertionError, match="defects"):
        server.assert_clean()


def test_a_port_that_ends_in_these_digits_is_no_defect(tmp_path: Path) -> None:
    server = Server(tmp_path)
    server.process.log.write_text("INFO listening on 127.0.0.1:41011\n")
    server.assert_clean()


@pytest.mark.parametrize("name", ["INGLENOOK_SECRET_KEY", "DATABASE_URL", "REDIS_URL", "PORT"])
def test_what_the_shell_says_about_the_product_does_not_reach_it(name: str) -> None:
    assert FOREIGN.match(name)
    assert not FOREIGN.match("PATH")
    assert not FOREIGN.match("SUPPORT")
