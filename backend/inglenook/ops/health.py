"""What `/readyz` tells: whether this process can store messages now, and what it does without.

    /readyz -> the last answer, if it is younger than a second
          '-> one probe at a time, in a thread of its own -> database write, migrations, Redis

Anybody may ask, so asking often costs nothing; and a database that hangs holds one thread, not the
server.
"""

from __future__ import annotations

import asyncio
import logging
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Final

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from msgspec import Struct

from inglenook.jobs.queue import waiting_seconds
from inglenook.jobs.retention import is_late
from inglenook.ops.models import Probe
from inglenook.sites.draining import is_draining

logger = logging.getLogger(__name__)

PROBE_SECONDS: Final = 4.5  # /readyz must answer within 5
KEEP_SECONDS: Final = 1.0
REDIS_SECONDS: Final = 1.0
JOBS_SECONDS: Final = 300.0


class Findings(Struct, frozen=True, kw_only=True):
    """`redis` never makes a process unready: without it the hub looks into the database.

    Nor do `jobs`: who waits for a job waits longer, and everybody else notices nothing.
    """

    database: str  # ok | unavailable
    migrations: str  # applied | pending | unknown
    redis: str  # ok | degraded | off
    jobs: str  # ok | waiting | unknown


class Readiness:
    """The probe and its last answer; one a process."""

    def __init__(self) -> None:
        # Not a future of a loop: tests and WSGI servers have a loop for every request.
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="readiness")
        self._running: Future[Findings] | None = None
        self._found: Findings | None = None
        self._found_at = float("-inf")
        self._migrations_applied = False

    async def findings(self) -> Findings:
        if self._found is not None and time.monotonic() - self._found_at < KEEP_SECONDS:
            return self._found
        try:
            if self._running is None or self._running.done():
                self._running = self._thread.submit(self._probe)
            # Shielded: the thread cannot be ended, so the probe goes on and the next question waits
            # for the same.
            return await asyncio.wait_for(
                asyncio.shield(asyncio.wrap_future(self._running)), PROBE_SECONDS
            )
        except TimeoutError:
            return _nothing_known()
        except Exception as error:  # noqa: BLE001 - whatever it is, traffic must not come here
            logger.error("readiness could not be found out", extra={"why": type(error).__name__})
            return _nothing_known()

    def _probe(self) -> Findings:
        database, migrations = self._probe_database()
        self._found = Findings(
            database=database,
            migrations=migrations,
            redis=_probe_redis(),
            jobs=_probe_jobs() if database == "ok" and migrations == "applied" else "unknown",
        )
        self._found_at = time.monotonic()
        return self._found

    def _probe_database(self) -> tuple[str, str]:
        try:
            if not self._migrations_applied:
                executor = MigrationExecutor(connection)
                if executor.migration_plan(executor.loader.graph.leaf_nodes()):
                    return "ok", "pending"
                self._migrations_applied = True
            Probe.objects.update_or_create(pk=1, defaults={"at": timezone.now()})
        except Exception as error:  # noqa: BLE001 - whatever it is, no message can be stored
            if not isinstance(error, (DatabaseError, InterfaceError, OSError)):
                logger.error("the database probe failed", extra={"why": type(error).__name__})
            return "unavailable", "applied" if self._migrations_applied else "unknown"
        finally:
            # A new connection each time: none to be had is as bad as no database.
            with suppress(Exception):
                connection.close()
        return "ok", "applied"


def describe(found: Findings) -> tuple[int, dict[str, object]]:
    """The HTTP status and the JSON of findings."""
    draining = is_draining()
    ready = found.database == "ok" and found.migrations == "applied" and not draining
    status = "ready" if ready else "draining" if draining else "unavailable"
    if ready and (found.redis == "degraded" or found.jobs == "waiting"):
        status = "degraded"
    body = {
        "status": status,
        "database": found.database,
        "migrations": found.migrations,
        "redis": found.redis,
        "jobs": found.jobs,
        "draining": draining,
    }
    return (200 if ready else 503), body


def _nothing_known() -> Findings:
    redis_state = "degraded" if settings.REDIS_URL else "off"
    return Findings(database="unavailable", migrations="unknown", redis=redis_state, jobs="unknown")


def _probe_jobs() -> str:
    """Whether somebody runs them: none is due for long, and the hour has its retention."""
    try:
        if waiting_seconds() > JOBS_SECONDS or is_late(timezone.now()):
            return "waiting"
    except (DatabaseError, InterfaceError, OSError):
        return "unknown"
    finally:
        with suppress(Exception):
            connection.close()
    return "ok"


def _probe_redis() -> str:
    """Whether every one answers: the first counts the limits, and all share the rooms."""
    if not settings.REDIS_URL:
        return "off"
    import redis  # who has no Redis need not load its client

    try:
        for url in dict.fromkeys((settings.REDIS_URL, *settings.REDIS_URLS)):
            with redis.Redis.from_url(
                url, socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS
            ) as client:
                client.ping()
    except Exception:  # noqa: BLE001 - whatever it is, no event of another process arrives
        return "degraded"
    return "ok"
