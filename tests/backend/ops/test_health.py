"""`/healthz` and `/readyz`: alive, and able to store a message.

Asked of the whole application, as a server does.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from django.db import OperationalError

from inglenook.config.asgi import application
from inglenook.ops import health, probes
from inglenook.ops.models import Probe
from inglenook.sites import draining
from tests.testkit import services
from tests.testkit.process import free_port


@pytest.fixture(autouse=True)
def readiness(monkeypatch: pytest.MonkeyPatch) -> Iterator[health.Readiness]:
    """A process that has not been asked yet."""
    fresh = health.Readiness()
    monkeypatch.setattr(probes, "readiness", fresh)
    yield fresh
    draining.stop_draining()


async def ask(path: str, method: str = "GET", **headers: str) -> httpx.Response:
    """As a supervisor does: by an address that is no allowed host."""
    transport = httpx.ASGITransport(app=application)
    async with httpx.AsyncClient(transport=transport, base_url="http://10.0.0.7:8000") as client:
        return await client.request(method, path, headers=headers)


async def test_healthz_never_asks_the_database() -> None:
    # Without the database's mark, any query fails this test.
    answer = await ask("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert answer.headers["Cache-Control"] == "no-store"
    head = await ask("/healthz", "HEAD")
    assert (head.status_code, head.content) == (200, b"")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
@pytest.mark.parametrize("method", ["POST", "OPTIONS", "PUT", "ODD"])
async def test_what_is_no_question_is_refused_as_json(path: str, method: str) -> None:
    refused = await ask(path, method, accept="text/html", origin="https://evil.example")
    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, HEAD")
    assert refused.json() == {"error": "method_not_allowed"}


@pytest.mark.parametrize("host", ["evil.example", "a b", "[", "", "localhost"])
async def test_any_host_may_be_named(host: str) -> None:
    answer = await ask("/healthz?x=%00", host=host, **{"x-forwarded-host": host})
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.django_db(transaction=True)
class TestReady:
    async def test_it_writes_to_know(self, settings: Any) -> None:
        settings.REDIS_URL = None
        answer = await ask("/readyz")
        assert answer.status_code == 200
        assert answer.json() == {
            "status": "ready",
            "database": "ok",
            "migrations": "applied",
            "redis": "off",
            "jobs": "ok",
            "draining": False,
        }
        assert await Probe.objects.acount() == 1

    async def test_asking_often_writes_once_a_second(self) -> None:
        await ask("/readyz")
        first = (await Probe.objects.aget()).at
        for _ in range(5):
            await ask("/readyz")
        assert (await Probe.objects.aget()).at == first

    async def test_it_is_not_ready_while_the_database_is_away(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(*_: object, **__: object) -> None:
            raise OperationalError("disk I/O error at /srv/data")

        monkeypatch.setattr(Probe.objects, "update_or_create", refuse)
        answer = await ask("/readyz")
        assert (answer.status_code, answer.json()["database"]) == (503, "unavailable")
        assert "/srv" not in answer.text

    @pytest.mark.parametrize(
        "error", [OSError(24, "Too many open files"), RuntimeError("?"), ValueError("x\x00")]
    )
    async def test_it_is_answered_whatever_the_probe_raises(
        self, monkeypatch: pytest.MonkeyPatch, error: Exception
    ) -> None:
        def fail(*_: object, **__: object) -> None:
            raise error

        monkeypatch.setattr(Probe.objects, "update_or_create", fail)
        answer = await ask("/readyz")
        assert (answer.status_code, answer.json()["status"]) == (503, "unavailable")

    async def test_it_is_answered_where_no_thread_can_be_had(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: object, **__: object) -> None:
            raise RuntimeError("can't start new thread")

        monkeypatch.setattr(probes.readiness._thread, "submit", fail)
        answer = await ask("/readyz")
        assert (answer.status_code, answer.json()["status"]) == (503, "unavailable")

    async def test_it_is_not_ready_before_the_migrations(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def plan(*_: object) -> list[str]:
            return ["0099_tomorrow"]

        monkeypatch.setattr(health.MigrationExecutor, "migration_plan", plan)
        answer = await ask("/readyz")
        assert (answer.status_code, answer.json()["migrations"]) == (503, "pending")

    async def test_it_is_not_ready_while_it_drains(self) -> None:
        draining.start_draining()
        answer = await ask("/readyz")
        assert (answer.status_code, answer.json()["status"]) == (503, "draining")

    async def test_without_redis_it_is_degraded_and_ready(self, settings: Any) -> None:
        settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
        answer = await ask("/readyz")
        assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
        assert answer.json()["redis"] == "degraded"

    async def test_a_redis_that_cannot_be_asked_at_all_is_degraded(self, settings: Any) -> None:
        settings.REDIS_URL = "redis://:pass#word@127.0.0.1:6379/0"
        answer = await ask("/readyz")
        assert (answer.status_code, answer.json()["redis"]) == (200, "degraded")

    async def test_every_one_of_several_redis_counts(
        self, settings: Any, redis: services.Redis
    ) -> None:
        settings.REDIS_URL = redis.url
        settings.REDIS_URLS = [redis.url, f"redis://127.0.0.1:{free_port()}/0"]
        assert (await ask("/readyz")).json()["redis"] == "degraded"

    async def test_with_redis_it_says_so(self, settings: Any, redis: services.Redis) -> None:
        settings.REDIS_URL = redis.url
        assert (await ask("/readyz")).json()["redis"] == "ok"

    async def test_a_database_that_hangs_is_reported_in_time_and_holds_one_thread(
        self, monkeypatch: pytest.MonkeyPatch
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
            answers = await asyncio.gather(*(ask("/readyz") for _ in range(5)))
            assert not released
        finally:
            hangs.set()
        assert {answer.status_code for answer in answers} == {503}
        assert len(probes) == 1
