"""The product's settings with a layer that loses, doubles and swaps. For tests:
no product setting leads here.
"""

from __future__ import annotations

from inglenook.config.settings import *  # noqa: F403  settings are names
from inglenook.config.settings import CHANNEL_LAYERS

if CHANNEL_LAYERS["default"]["BACKEND"].endswith("PubSubLayer"):
    CHANNEL_LAYERS["default"]["BACKEND"] = "tests.testkit.faults.lossy_layer.LossyLayer"
