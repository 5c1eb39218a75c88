"""Sets the environment variables that the settings need, before the settings are read."""

from __future__ import annotations

import os
from pathlib import Path

from inglenook.config import env

DEFAULT_PORT = 8000
DEFAULT_DEMO_PORT = 8100
# Addresses on which a server listens to all interfaces; a browser cannot open them.
EVERYWHERE = {"0.0.0.0", "::", "", "*"}  # noqa: S104  (compared with, never bound)


def prepare_environment(host: str | None = None, port: int | None = None) -> None:
    """Reads `.env` and lets INGLENOOK_BASE_URL follow the served address, unless it is set."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "inglenook.config.settings")
    env.read_dotenv(Path.cwd())
    port = port or served_port()
    if not (os.environ.get("INGLENOOK_BASE_URL") or os.environ.get("INGLENOOK_BASE_URL_FILE")):
        name = "127.0.0.1" if host is None or host in EVERYWHERE else host
        name = f"[{name}]" if ":" in name else name
        os.environ["INGLENOOK_BASE_URL"] = f"http://{name}:{port}"


def served_port() -> int:
    return env.integer("PORT", DEFAULT_PORT, most=65535)


def demo_port() -> int:
    # At most 65534: the next port serves the same pages from an origin that the site does not list.
    return env.integer("DEMO_PORT", DEFAULT_DEMO_PORT, most=65534)
