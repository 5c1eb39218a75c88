"""`/healthz` and `/readyz`: alive, and able to store a message."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError
from django.test import AsyncClient, Client

from inglenook.ops import health, views
from inglenook.ops.models import Probe
from inglenook.sites import draining
from tests import services
from tests.process import free_port


@pytest.fixture(autouse=True)
def readiness(monkeypatch: pytest.MonkeyPatch) -> Iterator[health.Readiness]:
    """A process that has not been asked yet."""
    fresh = health.Readiness()
    monkeypatch.setattr(views, "readiness", fresh)
    yield fresh
    draining.stop_draining()


def test_healthz_never_asks_the_database(client: Client) -> None:
    # Without the database's mark, any query fails this test.
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert answer["Cache-Control"] == "no-store"
    assert client.head("/healthz").status_code == 200
    refused = client.post("/healthz")
    assert (refused.status_code, refused["Allow"]) == (405, "GET, HEAD")


@pytest.mark.django_db(transaction=True)
class TestReady:
    def test_it_writes_to_know(self, client: Client, settings: Any) -> None:
        settings.REDIS_URL = None
        answer = client.get("/readyz")
        assert answer.status_code == 200
        assert answer.json() == {
            "status": "ready",
            "database": "ok",
            "migrations": "applied",
            "redis": "off",
            "draining": False,
        }
        assert Probe.objects.count() == 1

    def test_asking_often_writes_once_a_second(self, client: Client) -> None:
        client.get("/readyz")
        first = Probe.objects.get().at
        for _ in range(5):
            client.get("/readyz")
        assert Probe.objects.get().at == first

    def test_it_is_not_ready_while_the_database_is_away(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(*_: object, **__: object) -> None:
            raise OperationalError("disk I/O error at /srv/data")

        monkeypatch.setattr(Probe.objects, "update_or_create", refuse)
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["database"]) == (503, "unavailable")
        assert "/srv" not in answer.text

    def test_it_is_not_ready_before_the_migrations(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def plan(*_: object) -> list[str]:
            return ["0099_tomorrow"]

        monkeypatch.setattr(health.MigrationExecutor, "migration_plan", plan)
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["migrations"]) == (503, "pending")

    def test_it_is_not_ready_while_it_drains(self, client: Client) -> None:
        draining.start_draining()
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["status"]) == (503, "draining")

    def test_without_redis_it_is_degraded_and_ready(self, client: Client, settings: Any) -> None:
        settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
        assert answer.json()["redis"] == "degraded"

    def test_with_redis_it_says_so(
        self, client: Client, settings: Any, redis: services.Redis
    ) -> None:
        settings.REDIS_URL = redis.url
        assert client.get("/readyz").json()["redis"] == "ok"

    async def test_a_database_that_hangs_is_told_in_time_and_holds_one_thread(
        self, async_client: AsyncClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        hangs = threading.Event()
        probes: list[int] = []
        released: list[int] = []

        def hang(*_: object, **__: object) -> None:
            probes.append(1)
            hangs.wait(60)
            released.append(1)

        monkeypatch.setattr(Probe.objects, "update_or_create", hang)
        monkeypatch.setattr(health, "PROBE_SECONDS", 0.3)
        try:
            answers = await asyncio.gather(*(async_client.get("/readyz") for _ in range(5)))
            assert not released
        finally:
            hangs.set()
        assert {answer.status_code for answer in answers} == {503}
        assert len(probes) == 1
