"""Pauses of the whole process that need not be."""

from __future__ import annotations

import gc
import logging

from django.urls import get_resolver

logger = logging.getLogger(__name__)


def spare_what_stays() -> None:
    """Takes what was made at the start out of the garbage collector's sight. Called once, when everything is loaded.

    It is more than 100,000 objects that live as long as the process. Each full collection would walk through all of
    them, for about 100 ms in which nobody's frame moves.
    """
    _ = get_resolver().url_patterns  # else all views are imported by the first request
    gc.collect()
    gc.freeze()
    logger.debug("objects that stay: %d", gc.get_freeze_count())
