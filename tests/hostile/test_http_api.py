"""Whatever the OpenAPI paper allows and forbids, sent to a served product by everybody: each answer
is a documented one.

Bounded; `--randomly-seed=…` repeats a run, FUZZ=… tries more of each call
(tests/testkit/fuzzing.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from schemathesis.generation import GenerationMode

from inglenook.api.http.operations import Operation
from inglenook.api.visitor.openapi import visitor_document
from inglenook.api.visitor.operations import OPERATIONS
from tests.hostile.openapi import judge
from tests.testkit.fuzzing import times
from tests.testkit.server import Server
from tests.testkit.wire import ORIGIN

SECONDS = 20
SCHEMA = schemathesis.openapi.from_dict(visitor_document())
FOREIGN = ("https://evil.test", "null", "http://shop.test.evil.test", "\x80", "http://shop.test/")


@pytest.fixture(scope="module", params=["uvicorn", "daphne"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp(f"http-{request.param}")
    # Nearly every answer would be 429 else.
    fast = {"INGLENOOK_SENDS_PER_10S": "100000", "INGLENOOK_BURST": "100000"}
    served = Server(folder, server=request.param, env=fast).start()
    yield served
    served.stop()
    served.assert_clean()


@pytest.fixture(scope="module")
def key(server: Server) -> str:
    created = server.ask("site", "create", "--name", "Shop", "--origin", ORIGIN)
    return str(created["site_key"])


@pytest.fixture(scope="module")
def http() -> Iterator[requests.Session]:
    with requests.Session() as session:
        yield session


@pytest.fixture(scope="module")
def token(server: Server, key: str, http: requests.Session) -> str:
    """Of a visitor who has written some messages."""
    url, page = f"{server.base_url}/api/v1/{key}", {"Origin": ORIGIN}
    found = http.post(f"{url}/session", json={}, headers=page, timeout=SECONDS).json()["token"]
    for n in range(5):
        body = {"cid": f"0000000{n}", "body": f"*{n}* https://shop.test @Anna"}
        answer = http.post(
            f"{url}/rooms/lobby/messages",
            json=body,
            headers={**page, "Authorization": f"Bearer {found}"},
            timeout=SECONDS,
        )
        assert answer.status_code == 201
    return str(found)


def tokens(good: str) -> st.SearchStrategy[str | None]:
    """Mostly the good one; else none, a broken one, and what no token ever was."""
    flipped = f"{good[:-1]}{'A' if good[-1] != 'A' else 'B'}"
    odd = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=80)
    return st.sampled_from([good] * 6 + [None, flipped, f"{good}.x"]) | odd


ORIGINS = st.sampled_from([ORIGIN] * 8 + [*FOREIGN, None])


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("declared", OPERATIONS, ids=lambda it: f"{it.method}-{it.path}")
def test_every_answer_is_documented(
    declared: Operation,
    mode: GenerationMode,
    server: Server,
    key: str,
    token: str,
    http: requests.Session,
) -> None:
    method, address = declared.method, declared.path
    is_plain = declared.body is None and not declared.query
    if mode is GenerationMode.NEGATIVE and is_plain and "{" not in address:
        mode = GenerationMode.POSITIVE  # nothing about it can be wrong
    operation = SCHEMA[f"/api/v1/{{site_key}}/{address}"][method]
    places = [{"site_key": key}]
    if "{slug}" in address and not (mode is GenerationMode.NEGATIVE and is_plain):
        places.append({"site_key": key, "slug": "lobby"})
    cases = st.one_of(
        *(operation.as_strategy(generation_mode=mode, path_parameters=place) for place in places)
    )

    @settings(times(6), phases=[Phase.explicit, Phase.generate], database=None)
    @given(case=cases, bearer=tokens(token), origin=ORIGINS)
    def send(case: Any, bearer: str | None, origin: str | None) -> None:
        headers = {"Accept": "application/json"}
        if origin is not None:
            headers["Origin"] = origin
        if bearer is not None:
            headers["Authorization"] = f"Bearer {bearer}"
        answer = case.call(base_url=server.base_url, session=http, headers=headers, timeout=SECONDS)
        judge(answer, case, headers)
        is_let_in = origin == ORIGIN or (origin is None and method == "GET")
        if not is_let_in or (bearer != token and declared.authentication.scheme):
            assert answer.status_code >= 400

    send()
