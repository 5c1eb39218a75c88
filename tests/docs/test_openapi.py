from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from inglenook.api.owner.openapi import owner_document
from inglenook.api.visitor.openapi import visitor_document
from scripts.openapi import OWNERS, VISITORS, as_text


@pytest.mark.parametrize(
    ("file", "document"),
    [
        pytest.param(VISITORS, visitor_document(), id="visitors"),
        pytest.param(OWNERS, owner_document(), id="owners"),
    ],
)
def test_the_document_is_that_of_the_code(file: Path, document: dict[str, Any]) -> None:
    assert file.read_text() == as_text(document), "run .venv/bin/python -m scripts.openapi"
