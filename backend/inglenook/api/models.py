"""What the owners' API remembers of calls that may be sent again."""

from __future__ import annotations

from django.db import models

from inglenook.sites.models import ApiKey


class KeptAnswer(models.Model):
    """The first answer to a `POST` with an `Idempotency-Key` (`owner/idempotency.py`).

    `name` is that key's text. `status` None: the first call still runs. `address` and `body` are
    SHA-256 in hexadecimal; `answer` is JSON without secrets.
    """

    api_key = models.ForeignKey(
        ApiKey, on_delete=models.CASCADE, related_name="kept_answers", db_index=False
    )
    name = models.CharField(max_length=64)
    address = models.CharField(max_length=64)
    body = models.CharField(max_length=64)
    started_at = models.DateTimeField(db_index=True)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.TextField(blank=True)
    etag = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["api_key", "name", "address"], name="one_answer_an_idempotency_key"
            ),
        )

    def __str__(self) -> str:
        return self.name
