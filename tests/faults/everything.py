"""Imports every file that registers faults."""

from __future__ import annotations

from tests.faults import databases, embedded, layer, processes

__all__ = ["databases", "embedded", "layer", "processes"]
