"""Writes the OpenAPI documents in docs/, one for visitors' calls and one for owners'.

.venv/bin/python -m scripts.openapi        writes them
tests/docs/test_openapi.py                 fails when one is old
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
VISITORS = ROOT / "docs" / "openapi.json"
OWNERS = ROOT / "docs" / "owners-openapi.json"


def as_text(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def main() -> None:
    # The settings are only looked at: whoever writes the documents has no installation.
    os.environ["INGLENOOK_ENV_FILE"] = os.devnull
    os.environ["INGLENOOK_DATA_DIR"] = str(ROOT / ".cache" / "openapi")
    os.environ["DJANGO_SETTINGS_MODULE"] = "inglenook.config.settings"
    sys.path.insert(0, str(ROOT / "backend"))
    import django

    django.setup()
    from inglenook.api.owner.openapi import owner_document
    from inglenook.api.visitor.openapi import visitor_document

    VISITORS.write_text(as_text(visitor_document()))
    OWNERS.write_text(as_text(owner_document()))


if __name__ == "__main__":
    main()
