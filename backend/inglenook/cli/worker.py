"""`inglenook worker`: jobs in a process of their own."""

from __future__ import annotations

import signal
from types import FrameType

from inglenook.cli.database import prepare_database
from inglenook.cli.output import say
from inglenook.jobs.worker import JobWorker, previews_in_thread


def work(*, once: bool) -> None:
    """Runs jobs until SIGINT or SIGTERM, which ends behind the part that a job is in.

    `once`: until none is due.
    """
    prepare_database()
    worker = JobWorker()

    def end(_number: int, _frame: FrameType | None) -> None:
        worker.end()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    if once:
        worker.run_due()
        JobWorker(does_previews=True).run_due()
        return
    say("Inglenook runs jobs. Ctrl-C stops it.")
    with previews_in_thread():
        worker.run()
