"""Work that is done in parts, behind a call or by the clock."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone

from inglenook.sites.models import Site


class Job(models.Model):
    """One piece of work, and how far it is.

    The row survives a crash: whoever runs it holds it until `leased_until`, and moves that on with
    every part. A job whose holder is gone is taken up by another worker. `arguments` hold ids and
    settings: no message text and no name.
    """

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    # The path of its task, as django-tasks finds it.
    task = models.CharField(max_length=200)
    site = models.ForeignKey(
        Site, null=True, blank=True, on_delete=models.CASCADE, related_name="jobs"
    )
    # What it is about, such as a visitor's public id.
    target = models.CharField(max_length=100, blank=True)
    arguments = models.JSONField(default=dict)
    # There is never a second job of the same key.
    key = models.CharField(max_length=100, unique=True, null=True)  # noqa: DJ001  many have none
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    progress = models.FloatField(default=0)
    result = models.JSONField(default=dict)
    attempts = models.PositiveIntegerField(default=0)
    # The kind of the last error; its words could hold what somebody wrote.
    error = models.CharField(max_length=100, blank=True)
    leased_by = models.CharField(max_length=40, blank=True)
    leased_until = models.DateTimeField(null=True)
    run_after = models.DateTimeField(default=timezone.now)
    # When it was last handed to the workers.
    enqueued_at = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(
                fields=["run_after"],
                name="job_unfinished",
                condition=models.Q(state__in=["queued", "running"]),
            ),
            models.Index(fields=["site", "target"], name="job_of_target"),
        )

    def __str__(self) -> str:
        return f"{self.task} {self.state}"

    @property
    def facts(self) -> dict[str, Any]:
        """How it stands, for whoever asked for it."""
        return {"state": self.state, "progress": self.progress, **self.result}
