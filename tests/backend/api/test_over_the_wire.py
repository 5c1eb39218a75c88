"""The API as clients meet it: real servers, real headers, bodies that come in pieces."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import pytest

from tests.testkit.server import Server

ORIGIN = "https://shop.example"


@pytest.fixture(scope="module", params=["uvicorn", "daphne"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    served = Server(tmp_path_factory.mktemp("api"), server=request.param).start()
    # Without an account the login leads to the set-up.
    served.run("owner", "create", "--email", "owner@shop.example")
    yield served
    served.stop()
    served.assert_clean()


@pytest.fixture(scope="module")
def site_key(server: Server) -> str:
    key: str = server.ask("site", "create", "--name", "Candles", "--origin", ORIGIN)["site_key"]
    return key


@pytest.fixture
def http(server: Server, site_key: str) -> Iterator[httpx.Client]:
    base = f"{server.base_url}/api/v1/{site_key}/"
    with httpx.Client(base_url=base, headers={"Origin": ORIGIN}, timeout=20) as client:
        yield client


@pytest.fixture
def token(http: httpx.Client) -> dict[str, str]:
    token = http.post("session", json={}).json()["token"]
    return {"Authorization": f"Bearer {token}"}


def test_a_visitor_opens_writes_and_polls(http: httpx.Client, token: dict[str, str]) -> None:
    start = http.get("rooms/lobby/events", headers=token).json()
    sent = http.post(
        "rooms/lobby/messages", json={"cid": "00000001", "body": "Hello"}, headers=token
    )
    assert (sent.status_code, sent.headers["Cache-Control"]) == (201, "no-store")
    cursor = {"epoch": start["epoch"], "since": start["head"]}
    changed = http.get("rooms/lobby/events", params=cursor, headers=token).json()
    assert [message["body"] for message in changed["messages"]] == ["Hello"]
    assert http.post("rooms/lobby/typing", headers=token).status_code == 204
    assert http.post("rooms/lobby/seen", json={"rev": 1}, headers=token).status_code == 204
    history = http.get("rooms/lobby/messages", headers=token)
    tagged = {**token, "If-None-Match": history.headers["ETag"]}
    assert http.get("rooms/lobby/messages", headers=tagged).status_code == 304


def test_whatever_is_asked_the_answer_is_json_and_no_cookie(
    server: Server, http: httpx.Client, token: dict[str, str]
) -> None:
    asked = {
        200: http.get("me", headers=token),
        401: http.get("me"),
        404: http.get("nothing/here"),
        405: http.put("me", headers=token),
        400: http.get("me", headers={"Host": "evil.example"}),
    }
    for status, answer in asked.items():
        assert answer.status_code == status
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in answer.headers
    assert asked[400].json()["field"] == "host"
    assert asked[404].json()["error"] == "not_found"
    # Only what is below /api/v1/ goes by the short chain.
    page = httpx.get(f"{server.base_url}/accounts/login/")
    assert "inglenook_csrf" in page.cookies


def test_two_origins_are_none(server: Server, site_key: str) -> None:
    twice = [("Origin", ORIGIN), ("Origin", ORIGIN)]
    answer = httpx.post(f"{server.base_url}/api/v1/{site_key}/session", json={}, headers=twice)
    assert (answer.status_code, answer.json()["error"]) == (403, "origin_not_allowed")


@pytest.mark.parametrize("size", [70_000, 1024 * 1024])
def test_too_much_is_refused_whether_declared_or_not(http: httpx.Client, size: int) -> None:
    json_kind = {"Content-Type": "application/json"}
    declared = http.post("session", content=b" " * size, headers=json_kind)
    pieces = http.post(
        "session", content=(b" " * 10_000 for _ in range(size // 10_000)), headers=json_kind
    )
    for answer in (declared, pieces):
        assert (answer.status_code, answer.json()["error"]) == (413, "too_large")


def test_a_body_in_pieces_is_read(http: httpx.Client) -> None:
    body = json.dumps({"token": None}).encode()
    answer = http.post(
        "session",
        content=(bytes([byte]) for byte in body),
        headers={"Content-Type": "application/json"},
    )
    assert answer.status_code == 200


def test_a_preflight_is_answered(http: httpx.Client) -> None:
    asked = {
        "Access-Control-Request-Method": "PATCH",
        "Access-Control-Request-Headers": "authorization",
    }
    answer = http.options("me", headers=asked)
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (200, ORIGIN)
    foreign = http.options("me", headers={**asked, "Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in foreign.headers


def test_odd_requests_get_json(http: httpx.Client, token: dict[str, str]) -> None:
    for path, status in [
        ("nothing", 404),
        ("rooms/%FF/messages", 404),
        ("rooms/%2e%2e/messages", 404),
        ("rooms/a%2Fb/messages", 404),
        ("rooms/lobby/messages?before=abc", 400),
        ("rooms/lobby/messages?before=%FF", 400),
        ("rooms/" + "x" * 3000 + "/messages", 404),
    ]:
        answer = http.get(path, headers=token)
        assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/json")
    wrong_host = http.get("me", headers={**token, "Host": "evil.example"})
    assert (wrong_host.status_code, wrong_host.json()["error"]) == (400, "invalid")


def test_head_has_no_body(http: httpx.Client, token: dict[str, str]) -> None:
    answer = http.head("rooms/lobby/messages", headers=token)
    assert (answer.status_code, answer.content) == (200, b"")


def test_no_token_is_ever_in_the_log(
    server: Server, http: httpx.Client, token: dict[str, str]
) -> None:
    http.get("me", headers=token)
    http.get("me", headers={"Authorization": "Bearer t1.1.v_secretive.1.2.3"})
    assert "t1." not in server.log_text()
