"""Imports every file that registers faults."""

from __future__ import annotations

from tests.faults import (
    churn,
    clocks,
    databases,
    drips,
    embedded,
    layer,
    neighbours,
    network,
    numbers,
    processes,
    readers,
    strangers,
)

__all__ = [
    "churn",
    "clocks",
    "databases",
    "drips",
    "embedded",
    "layer",
    "neighbours",
    "network",
    "numbers",
    "processes",
    "readers",
    "strangers",
]
