"""`inglenook serve` and `inglenook demo`, started, asked and stopped."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.conftest import Serve
from tests.testkit import blank
from tests.testkit.commands import COMMAND
from tests.testkit.process import Process, accepts_connections, children_of, free_port, wait_until
from tests.testkit.server import FOREIGN, Server


@pytest.fixture
def demo(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Process]:
    """With a database ready made, which takes seconds to make, unless the parameter says
    "from nothing".
    """
    if getattr(request, "param", "") != "from nothing":
        blank.furnish(tmp_path / "data", with_sqlite=True)
    port, demo_port = free_port(), free_port(in_a_row=2)
    surroundings = {name: value for name, value in os.environ.items() if not FOREIGN.match(name)}
    process = Process(
        "inglenook demo",
        [str(COMMAND), "demo"],
        log=tmp_path / "demo.log",
        env=surroundings | {"PORT": str(port), "DEMO_PORT": str(demo_port)},
        folder=tmp_path,
    )
    process.start(lambda: "Inglenook is running" in process.log_text())
    yield process
    process.kill()


@pytest.mark.parametrize("demo", ["from nothing"], indirect=True)
def test_a_demo_shows_what_to_open_and_each_of_it_answers(demo: Process) -> None:
    log = demo.log_text()
    pages = re.search(r"Demo pages +(http://127\.0\.0\.1:\d+)", log)
    link = re.search(r"Dashboard +(http://\S+/login/\S+/)", log)
    key = re.search(r'data-site="(pk_\w{32})"', log)
    assert pages
    assert link
    assert key
    assert "owner@example.com" in log
    base = httpx.URL(link[1])
    assert httpx.get(f"{base.scheme}://{base.host}:{base.port}/healthz").status_code == 200
    shop = httpx.get(f"{pages[1]}/shop").text
    assert f'src="http://{base.host}:{base.port}/embed.js" data-site="{key[1]}"' in shop
    session = f"http://{base.host}:{base.port}/api/v1/{key[1]}/session"
    listed = httpx.post(session, json={"token": None, "room": None}, headers={"Origin": pages[1]})
    assert [room["slug"] for room in listed.json()["rooms"]] == ["lobby", "help", "coffee"]
    listed_url = httpx.URL(pages[1])
    assert listed_url.port is not None
    unlisted = str(listed_url.copy_with(port=listed_url.port + 1))
    refused = httpx.post(
        session, json={"token": None, "room": None}, headers={"Origin": unlisted.rstrip("/")}
    )
    assert (refused.status_code, refused.json()["error"]) == (403, "origin_not_allowed")


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_a_demo_and_everything_it_started(demo: Process, how: signal.Signals) -> None:
    ports = {int(port) for port in re.findall(r"127\.0\.0\.1:(\d+)", demo.log_text())}
    children = children_of(demo.pid)
    demo.stop_signal = how
    assert demo.stop() == 0, demo.log_tail()
    assert not any(accepts_connections(port) for port in ports)
    assert not any(Path(f"/proc/{pid}").exists() for pid in children)
    assert "Traceback" not in demo.log_text()


def test_a_second_demo_keeps_what_the_first_made(demo: Process) -> None:
    key = re.search(r"pk_\w{32}", demo.log_text())
    demo.stop()
    demo.log.write_text("")
    demo.start(lambda: "Inglenook is running" in demo.log_text())
    assert key
    assert key[0] in demo.log_text()


@pytest.mark.parametrize("server", ["uvicorn", "daphne"])
def test_serve_makes_its_database_says_where_it_is_and_ends_on_a_signal(
    serve: Serve, server: str
) -> None:
    served = serve(server=server, is_bare=True)
    wait_until(lambda: served.base_url in served.log_text(), 10, "it does not say where it is")
    # A probe by address names no host of ours.
    probe = httpx.get(f"{served.base_url}/readyz", headers={"Host": "10.0.0.7"})
    assert probe.json() == {
        "status": "ready",
        "database": "ok",
        "migrations": "applied",
        "redis": "off",
        "jobs": "ok",
        "draining": False,
    }


def test_what_the_command_changes_is_seen_by_a_running_server(serve: Serve) -> None:
    served = serve()
    words = ("site", "create", "--name", "Shop", "--origin", "https://shop.example", "--json")
    key = re.search(r"pk_\w{32}", served.run(*words).stdout)
    assert key
    session = f"{served.base_url}/api/v1/{key[0]}/session"

    def ask() -> httpx.Response:
        return httpx.post(
            session, json={"token": None, "room": None}, headers={"Origin": "https://shop.example"}
        )

    first = ask()
    assert first.status_code == 200
    served.run("room", "create", "--site", key[0], "--slug", "help", "--name", "Help")
    assert [room["slug"] for room in ask().json()["rooms"]] == ["lobby", "help"]
    served.run("site", "disable", "--site", key[0])
    wait_until(lambda: ask().json().get("error") == "site_disabled", 2, "it is not disabled")
    served.run("site", "enable", "--site", key[0])
    wait_until(lambda: ask().status_code == 200, 2, "it is not enabled again")
    visitor = first.json()["visitor"]["id"]
    served.run("visitor", "ban", "--site", key[0], "--visitor", visitor)
    banned = httpx.post(
        session,
        json={"token": first.json()["token"], "room": None},
        headers={"Origin": "https://shop.example"},
    )
    assert banned.json()["error"] == "banned"


def test_a_base_url_of_another_script_is_served_in_the_form_of_browsers(serve: Serve) -> None:
    name = "xn--mller-kva.example"
    served = serve(
        INGLENOOK_BASE_URL="https://müller.example", INGLENOOK_TRUSTED_PROXIES="127.0.0.1"
    )
    # Without an account the login leads to the set-up.
    served.run("owner", "create", "--email", "owner@shop.example")
    key = served.ask("site", "create", "--name", "Shop", "--origin", "https://shop.example")[
        "site_key"
    ]
    headers = {"Host": name, "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"}
    with httpx.Client(base_url=served.base_url, headers=headers) as client:
        login = client.get("/accounts/login/")
        assert f"wss://{name}" in login.headers["Content-Security-Policy"]
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', login.text)
        assert token
        sent = {"login": "a@b.example", "password": "x", "csrfmiddlewaretoken": token[1]}
        # The line to the proxy is not encrypted, so the client would keep a secure cookie to
        # itself.
        cookie = f"inglenook_csrf={login.cookies['inglenook_csrf']}"
        own = {"Origin": f"https://{name}", "Cookie": cookie}
        assert client.post("/accounts/login/", data=sent, headers=own).status_code == 200
        about = client.post(
            f"/api/v1/{key}/session", json={"token": None, "room": None}, headers=own
        )
    assert about.json()["ws_url"] == f"wss://{name}/ws/v1/{key}/"


def test_a_server_without_an_owner_prints_a_code_that_makes_one(serve: Serve) -> None:
    server = serve()
    code = set_up_code(server)
    with httpx.Client(base_url=server.base_url, follow_redirects=True) as browser:
        page = browser.get("/dashboard/")
        assert page.url.path == "/set-up/"
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
        assert token
        sent = {
            "csrfmiddlewaretoken": token[1],
            "code": code,
            "name": "Olive",
            "email": "olive@shop.example",
            "password": "a hearth with two chairs",
        }
        done = browser.post("/set-up/", data=sent, headers={"Origin": server.base_url})
        assert done.url.path == "/dashboard/sites/new/"
    server.restart()
    assert server.log_text().count("write this code") == 1
    assert httpx.get(f"{server.base_url}/").status_code == 200


def test_a_restart_without_an_owner_prints_another_code(serve: Serve) -> None:
    server = serve()
    first = set_up_code(server)
    server.process.log.write_text("")
    assert set_up_code(server.restart()) != first


def set_up_code(server: Server) -> str:
    found: list[str] = []

    def is_printed() -> bool:
        found[:] = re.findall(r"\n    ([2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4})\n", server.log_text())
        return bool(found)

    wait_until(is_printed, 20, "no code is printed")
    return found[-1]
