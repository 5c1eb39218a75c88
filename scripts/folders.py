"""Where the tests of a part are: to look through all ten thousand takes each pytest 15 seconds."""

from __future__ import annotations

from typing import Final

# A test elsewhere that needs a browser ends every run with a sentence (tests/conftest.py).
BROWSER_FOLDERS: Final = (
    "tests/e2e",
    "tests/backend/dashboard",
    "tests/backend/pages",
    "tests/tooling",
)
