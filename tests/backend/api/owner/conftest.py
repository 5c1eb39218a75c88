"""A program of the site's owner: it has a key, and no page."""

from __future__ import annotations

import json
from typing import Any

import pytest

from inglenook.limits import policy
from inglenook.sites.actors import SYSTEM
from inglenook.sites.api_keys import create_api_key
from inglenook.sites.models import ApiKey, Site
from inglenook.sites.scopes import ALL_SCOPES
from tests.backend.api.client import ServedClient
from tests.backend.conftest import unrecorded
from tests.testkit import files


@pytest.fixture(autouse=True)
def _no_call_was_counted() -> None:
    policy.of_api_key.forget()


class Program:
    """Calls the owners' API with `secret`; None: without a key."""

    def __init__(self, secret: str | None) -> None:
        self.secret = secret
        self.client = ServedClient()

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """`body` bytes go as they are, as JSON or a form; anything else as JSON; None: no body."""
        if self.secret is not None:
            headers.setdefault("Authorization", f"Bearer {self.secret}")
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        kind = files.FORM_TYPE if sent.startswith(b"--") else "application/json"
        return self.client.generic(
            method,
            f"/api/v1/manage{path}",
            b"" if body is None else sent,
            content_type=headers.pop("Content-Type", kind),
            headers=headers,
        )

    def get(self, path: str, **headers: str) -> Any:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("POST", path, body, **headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("PATCH", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self.call("DELETE", path, **headers)


@pytest.fixture
def made(site: Site) -> tuple[ApiKey, str]:
    """A key of `site` with every scope, and its secret."""
    with unrecorded():
        return create_api_key(site=site, name="Reports", scopes=ALL_SCOPES, created_by=SYSTEM)


@pytest.fixture
def key(made: tuple[ApiKey, str]) -> ApiKey:
    return made[0]


@pytest.fixture
def program(made: tuple[ApiKey, str]) -> Program:
    return Program(made[1])


def program_with(site: Site, *scopes: str) -> Program:
    """A program with a key of its own."""
    _, secret = create_api_key(site=site, name="Another", scopes=scopes, created_by=SYSTEM)
    return Program(secret)
