"""Imports every file that registers faults."""

from __future__ import annotations

from tests.faults import databases, embedded, layer, network, numbers, processes, readers

__all__ = ["databases", "embedded", "layer", "network", "numbers", "processes", "readers"]
