"""The worker: it runs what django-tasks has ready, looks for lost jobs, and keeps the hours.

    serve ─> a thread of the process      `--no-worker` ─> none; then `inglenook worker` elsewhere

Several may run at once. A job has one holder (`runner`), and an hour one retention (`queue.add`,
by its key). Link previews wait for strangers' websites: beside each worker a second one does them,
and nothing else.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import DatabaseError, InterfaceError, close_old_connections, connection
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks import DEFAULT_TASK_BACKEND_ALIAS
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from inglenook.chat.attachments import removal
from inglenook.jobs import previews, queue, retention, runner
from inglenook.protocol.errors import Unavailable

logger = logging.getLogger(__name__)

# A read each; only where something is ready does the worker of django-tasks take the lock.
POLL_SECONDS: Final = 1.0
SWEEP_SECONDS: Final = 15.0
# A worker that has to end waits so long for the part that it is in.
END_SECONDS: Final = 5.0
PREVIEWS_END_SECONDS: Final = 1.0


class JobWorker:
    """Runs until `end`, in the thread that calls `run`: link previews alone, or all but these."""

    def __init__(self, *, does_previews: bool = False) -> None:
        self._does_previews = does_previews
        self._ending = threading.Event()
        self._swept_at = float("-inf")
        self._is_away = False
        self._is_store_away = False
        self._worker: Worker | None = None

    def run(self) -> None:
        while not self._ending.is_set():
            try:
                close_old_connections()
                self.run_due()
                self._is_away = False
            except (DatabaseError, InterfaceError, OSError) as error:
                if not self._is_away:
                    logger.warning(
                        "jobs wait for the database", extra={"why": type(error).__name__}
                    )
                self._is_away = True
            self._ending.wait(POLL_SECONDS)
        connection.close()

    def end(self) -> None:
        self._ending.set()
        runner.ending.set()
        if self._worker is not None:
            self._worker.running = False

    def run_due(self) -> None:
        """Runs everything that is due now, in the thread that calls it."""
        now = time.monotonic()
        if not self._does_previews and now - self._swept_at >= SWEEP_SECONDS:
            self._swept_at = now
            retention.add_for_hour(timezone.now())
            queue.requeue_lost()
            self._remove_files()
        if self._has_work() and not self._ending.is_set():
            self._worker = _worker(does_previews=self._does_previews)
            self._worker.run()
            self._worker = None

    def _has_work(self) -> bool:
        ready = DBTaskResult.objects.ready()
        if self._does_previews:
            return ready.filter(queue_name=previews.QUEUE).exists()
        return ready.exclude(queue_name=previews.QUEUE).exists()

    def _remove_files(self) -> None:
        try:
            removal.sweep_all()
            self._is_store_away = False
        except Unavailable:
            if not self._is_store_away:
                logger.warning("files that have to go wait for their store")
            self._is_store_away = True


@contextmanager
def in_thread() -> Iterator[JobWorker]:
    """A worker beside the server. It is a daemon: a crash of the server takes it along."""
    runner.ending.clear()
    worker = JobWorker()
    thread = threading.Thread(target=worker.run, name="jobs", daemon=True)
    thread.start()
    try:
        with previews_in_thread():
            yield worker
    finally:
        worker.end()
        # What is cut off all the same goes on elsewhere, from its last part.
        thread.join(END_SECONDS)


@contextmanager
def previews_in_thread() -> Iterator[None]:
    """The second worker. Nobody waits long for the website that it may be asking just then."""
    worker = JobWorker(does_previews=True)
    thread = threading.Thread(target=worker.run, name="previews", daemon=True)
    thread.start()
    try:
        yield
    finally:
        worker.end()
        thread.join(PREVIEWS_END_SECONDS)


def _worker(*, does_previews: bool) -> Worker:
    """Runs what is ready, then returns. It sets no signals."""
    return Worker(
        queue_names=[previews.QUEUE] if does_previews else ["*"],
        excluded_queue_names=[] if does_previews else [previews.QUEUE],
        interval=0,
        batch=True,
        backend_name=DEFAULT_TASK_BACKEND_ALIAS,
        startup_delay=False,
        max_tasks=None,
        worker_id=get_random_string(32),
    )
