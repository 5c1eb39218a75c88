"""Spares the process long pauses for garbage collection."""

from __future__ import annotations

import gc
import logging

from django.urls import get_resolver

logger = logging.getLogger(__name__)


def freeze_startup_objects() -> None:
    """Tells the collector to leave out what was made so far. Called once, when all is loaded.

    More than 100,000 objects live as long as the process. Each full collection would walk through
    all of them, for about 100 ms in which no frame is sent.
    """
    _ = get_resolver().url_patterns  # else all views are imported by the first request
    gc.collect()
    gc.freeze()
    logger.debug("objects frozen: %d", gc.get_freeze_count())
