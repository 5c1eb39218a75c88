"""Imports every file that registers faults."""

from __future__ import annotations

from tests.faults import layer, processes

__all__ = ["layer", "processes"]
