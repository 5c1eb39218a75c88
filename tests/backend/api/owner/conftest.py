"""A program of the site's owner: it has a key, and no page."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse

from inglenook.limits import policy
from inglenook.sites.actors import SYSTEM
from inglenook.sites.api_keys import create_api_key
from inglenook.sites.models import ApiKey, Site
from inglenook.sites.scopes import ALL_SCOPES
from tests.backend.api.client import ServedClient


@pytest.fixture(autouse=True)
def _no_call_was_counted() -> None:
    policy.of_api_key.forget()


class Program:
    """Calls the owners' API with `secret`; None: without a key."""

    def __init__(self, secret: str | None) -> None:
        self.secret = secret
        self.client = ServedClient()

    def call(self, method: str, path: str, **headers: str) -> HttpResponse:
        if self.secret is not None:
            headers.setdefault("Authorization", f"Bearer {self.secret}")
        return self.client.generic(method, f"/api/v1/manage{path}", headers=headers)

    def get(self, path: str, **headers: str) -> Any:
        return self.call("GET", path, **headers)


@pytest.fixture
def made(site: Site) -> tuple[ApiKey, str]:
    """A key of `site` with every scope, and its secret."""
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
