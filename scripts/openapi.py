"""Writes docs/openapi.json, the paper of the HTTP API that programs read.

.venv/bin/python -m scripts.openapi        writes it
tests/docs/test_openapi.py                 fails when it is old
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAPER = ROOT / "docs" / "openapi.json"


def as_text(paper: dict[str, Any]) -> str:
    return json.dumps(paper, indent=1, ensure_ascii=False) + "\n"


def main() -> None:
    # The settings are only looked at: whoever writes the paper has no installation.
    os.environ["INGLENOOK_ENV_FILE"] = os.devnull
    os.environ["INGLENOOK_DATA_DIR"] = str(ROOT / ".cache" / "openapi")
    os.environ["DJANGO_SETTINGS_MODULE"] = "inglenook.config.settings"
    sys.path.insert(0, str(ROOT / "backend"))
    import django

    django.setup()
    from inglenook.api.visitor.openapi import visitor_document

    PAPER.write_text(as_text(visitor_document()))


if __name__ == "__main__":
    main()
