"""Imports every file that registers faults."""

from __future__ import annotations

from tests.testkit.faults import (
    churn,
    clocks,
    databases,
    drips,
    embedded,
    inputs,
    layer,
    neighbours,
    network,
    numbers,
    pings,
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
    "inputs",
    "layer",
    "neighbours",
    "network",
    "numbers",
    "pings",
    "processes",
    "readers",
    "strangers",
]
