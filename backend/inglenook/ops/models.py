"""One row that `/readyz` writes, because only a write proves that messages can be stored."""

from __future__ import annotations

from django.db import models


class Probe(models.Model):
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.at.isoformat()
