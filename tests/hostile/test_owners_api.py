"""Whatever the owners' OpenAPI paper allows and forbids, sent with a good key to a served product:
no call breaks, and each answer is a documented one.

Bounded; `--randomly-seed=…` repeats a run, FUZZ=… tries more of each call
(tests/testkit/fuzzing.py).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from schemathesis.generation import GenerationMode

from inglenook.api.http.operations import Operation
from inglenook.api.owner.openapi import owner_document
from inglenook.api.owner.operations import OPERATIONS
from tests.hostile.openapi import judge
from tests.testkit.fuzzing import times
from tests.testkit.server import Server
from tests.testkit.wire import ORIGIN

SECONDS = 20
# One key may make 20 calls a second.
KEYS = 8


def without_security(document: dict[str, Any]) -> dict[str, Any]:
    """What makes up requests would else mostly make up keys; they are in test_matrix.py."""
    paths = {
        path: {
            method: {name: part for name, part in declared.items() if name != "security"}
            for method, declared in methods.items()
        }
        for path, methods in document["paths"].items()
    }
    return {**document, "paths": paths}


SCHEMA = schemathesis.openapi.from_dict(without_security(owner_document()))
# The names of what stands in addresses.
PARTS = {
    name
    for declared in OPERATIONS
    for part in declared.path.split("/")
    if (name := part.strip("{}")) != part
}


class Shop:
    """A site with something of everything, so that made-up calls find what they are about."""

    def __init__(self, server: Server) -> None:
        made = server.ask("site", "create", "--name", "Shop", "--origin", ORIGIN)
        self.base_url = server.base_url
        self.http = requests.Session()
        self.http.headers["Authorization"] = f"Bearer {made['secret_key']}"
        self.site_key = made["site_key"]
        self.parts = self._fill()
        self.keys = itertools.cycle([self._key(f"Program {n}") for n in range(KEYS)])

    def call(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.http.request(
            method, f"{self.base_url}/api/v1/manage/{path}", json=body, timeout=SECONDS
        )
        assert answer.ok, (path, answer.text)
        return answer.json() if answer.content else None

    def _key(self, name: str) -> str:
        scopes = self.call("GET", "key")["scopes"]
        return str(self.call("POST", "keys", {"name": name, "scopes": scopes})["key"])

    def _visitor(self, *bodies: str) -> str:
        """Somebody who wrote these."""
        url, page = f"{self.base_url}/api/v1/{self.site_key}", {"Origin": ORIGIN}
        session = requests.post(f"{url}/session", json={}, headers=page, timeout=SECONDS).json()
        headers = {**page, "Authorization": f"Bearer {session['token']}"}
        for n, body in enumerate(bodies):
            sent = {"cid": f"0000000{n}", "body": body}
            there = f"{url}/rooms/lobby/messages"
            answer = requests.post(there, json=sent, headers=headers, timeout=SECONDS)
            assert answer.ok, answer.text
        report = f"{url}/rooms/lobby/messages/1/report"
        assert requests.post(report, json={"reason": "spam"}, headers=headers, timeout=SECONDS).ok
        return str(session["visitor"]["id"])

    def _fill(self) -> dict[str, str]:
        bot = {"cid": "00000000", "body": "*Welcome* to https://shop.test"}
        self.call("POST", "rooms/lobby/messages", bot)
        self.call("POST", "rooms", {"slug": "help", "name": "Help"})
        rule = self.call("POST", "word-rules", {"pattern": "candle", "action": "hold"})
        visitor = self._visitor("Hello", "@Anna has a candle")
        spammer = self._visitor("Spam")
        ban = {"visitor": spammer, "kind": "ban", "delete_messages": True}
        sanction = self.call("POST", "sanctions", ban)
        member = self.call("POST", "members", {"email": "mo@shop.test", "role": "moderator"})
        old = self.call("POST", "keys", {"name": "Old", "scopes": ["audit"]})
        return {
            "slug": "lobby",
            "seq": "1",
            "visitor_id": visitor,
            "rule_id": rule["id"],
            "sanction_id": sanction["id"],
            "undo_id": sanction["undo"],
            "member_id": member["id"],
            "key_id": old["id"],
            "held_id": self.call("GET", "held")["items"][0]["id"],
            "report_id": self.call("GET", "reports")["items"][0]["id"],
            "entry": self.call("POST", "origins", {"entry": "https://new.test"})["entry"],
            "key": self.call("POST", "site-keys", {})["key"],
        }


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    served = Server(tmp_path_factory.mktemp("owners-api")).start()
    made = Shop(served)
    assert set(made.parts) == PARTS
    yield made
    made.http.close()
    served.stop()
    served.assert_clean()


def is_free(schema: dict[str, Any]) -> bool:
    return {**schema, "description": ""} == {"type": "string", "description": ""}


def can_be_wrong(declared: Operation) -> bool:
    """Whether a request of this call can break its description: any text is a part of an address,
    unless the description says more of it.
    """
    described = owner_document()["paths"][f"/api/v1/manage/{declared.path}"]
    parameters = described[declared.method.lower()].get("parameters", [])
    return declared.body is not None or any(not is_free(it["schema"]) for it in parameters)


CASES = [
    pytest.param(declared, mode, id=f"{declared.method}-{declared.path}-{mode.value}")
    for declared in OPERATIONS
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    if mode is GenerationMode.POSITIVE or can_be_wrong(declared)
]


@pytest.mark.parametrize(("declared", "mode"), CASES)
def test_every_answer_is_documented(declared: Operation, mode: GenerationMode, shop: Shop) -> None:
    operation = SCHEMA[f"/api/v1/manage/{declared.path}"][declared.method]
    known = {name: it for name, it in shop.parts.items() if f"{{{name}}}" in declared.path}
    # About what is there, and about whatever comes to mind.
    cases = operation.as_strategy(generation_mode=mode)
    if known and (declared.body is not None or declared.query):
        cases |= operation.as_strategy(generation_mode=mode, path_parameters=known)
    elif known and mode is GenerationMode.POSITIVE:
        cases |= st.builds(operation.Case, path_parameters=st.just(known))

    @settings(times(4), phases=[Phase.explicit, Phase.generate], database=None)
    @given(case=cases)
    def send(case: Any) -> None:
        headers = {"Authorization": f"Bearer {next(shop.keys)}"}
        answer = case.call(
            base_url=shop.base_url, session=shop.http, headers=headers, timeout=SECONDS
        )
        assert answer.status_code != 401, "a good key was refused"
        judge(answer, case, headers)

    send()
