"""The owners' API as programs meet it: real servers, their chain of middlewares, real headers."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.testkit.server import Server

ORIGIN = "https://shop.example"


@pytest.fixture(scope="module", params=["uvicorn", "daphne"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    served = Server(tmp_path_factory.mktemp("owners-api"), server=request.param).start()
    yield served
    served.stop()
    served.assert_clean()


@pytest.fixture
def site(server: Server) -> dict[str, str]:
    """A new site, whose first key has made no call yet."""
    found: dict[str, str] = server.ask("site", "create", "--name", "Candles", "--origin", ORIGIN)
    return found


@pytest.fixture
def http(server: Server, site: dict[str, str]) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {site['secret_key']}"}
    base = f"{server.base_url}/api/v1/manage/"
    with httpx.Client(base_url=base, headers=headers, timeout=20) as client:
        yield client


@pytest.fixture
def stranger(server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{server.base_url}/api/v1/manage/", timeout=20) as client:
        yield client


def test_the_key_that_site_create_printed_has_every_scope(
    http: httpx.Client, site: dict[str, str]
) -> None:
    answer = http.get("key")
    assert answer.status_code == 200
    assert answer.json()["prefix"] == site["secret_key"][:12]
    assert len(answer.json()["scopes"]) == 15
    assert answer.headers["RateLimit-Policy"] == '"key";q=60;w=3'
    assert answer.headers["RateLimit"].startswith('"key";r=5')
    assert answer.headers["X-Request-Id"].startswith("req_")
    assert answer.headers["Cache-Control"] == "no-store"
    assert http.head("key").status_code == 200


def test_it_works_on_a_site_that_is_switched_off(
    server: Server, http: httpx.Client, site: dict[str, str]
) -> None:
    server.run("site", "disable", "--site", site["site_key"])
    assert http.get("key").status_code == 200


def test_without_a_good_key_every_answer_has_the_same_bytes(
    server: Server, http: httpx.Client, stranger: httpx.Client, site: dict[str, str]
) -> None:
    session = f"{server.base_url}/api/v1/{site['site_key']}/session"
    token = httpx.post(session, json={}, headers={"Origin": ORIGIN}).json()["token"]
    good = http.headers["Authorization"]
    answers = [
        stranger.get("key"),
        stranger.get("nothing"),
        stranger.delete("key"),
        stranger.get("key", headers={"Authorization": f"Bearer sk_{'a' * 40}"}),
        stranger.get("key", headers={"Authorization": f"Bearer {token}"}),
        stranger.get("key", headers=[("Authorization", good), ("Authorization", good)]),
        stranger.get("key", headers={"Authorization": b"Bearer sk_\xff\xfe"}),
        stranger.get("key", headers={"Cookie": f"key={site['secret_key']}"}),
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1


def test_no_page_can_use_it(http: httpx.Client, stranger: httpx.Client) -> None:
    asked = {
        "Origin": ORIGIN,
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization",
    }
    answers = [
        stranger.options("key", headers=asked),
        http.options("key", headers=asked),
        http.get("key", headers={"Origin": ORIGIN}),
        stranger.get("openapi.json", headers={"Origin": ORIGIN}),
    ]
    assert [answer.status_code for answer in answers] == [401, 204, 200, 200]
    for answer in answers:
        assert not [name for name in answer.headers if name.startswith("access-control-")]


def test_whatever_is_asked_the_answer_is_json_and_no_cookie(
    server: Server, http: httpx.Client
) -> None:
    asked = {
        404: http.get("nothing"),
        405: http.post("key", json={}),
        400: http.get("key", headers={"Host": "evil.example"}),
    }
    for status, answer in asked.items():
        assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/json")
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["X-Request-Id"]
    bare = httpx.get(f"{server.base_url}/api/v1/manage")
    assert (bare.status_code, bare.json()["error"]) == (401, "invalid_key")


def test_a_flood_has_to_wait_and_another_key_does_not(server: Server, http: httpx.Client) -> None:
    with ThreadPoolExecutor(8) as pool:
        statuses = {
            answer.status_code for answer in pool.map(lambda _: http.get("key"), range(400))
        }
    assert statuses == {200, 429}
    other = server.ask("site", "create", "--name", "Other", "--origin", ORIGIN)["secret_key"]
    assert http.get("key", headers={"Authorization": f"Bearer {other}"}).status_code == 200


def test_no_key_is_ever_in_the_log(
    server: Server, http: httpx.Client, stranger: httpx.Client
) -> None:
    http.get("key")
    stranger.get("key", headers={"Authorization": "Bearer sk_secretive"})
    assert "sk_" not in server.log_text()
